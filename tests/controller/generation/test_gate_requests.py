"""A life asks the gates before it hands on: real gates, a real inbox, and the model sees what they said."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from controller.settings.gate_policy import DEFAULTS
from tests.controller.conftest import git
from tests.controller.lives import END, GOAL, UNBORN, bash, context, leftovers, live, patch

SO_FAR = "parent=$(git rev-parse HEAD) && git add -A && git commit -q -m so-far\n"
PROGRAM = r"""cat >$TMPDIR/gate.py <<'X'
import json, os, subprocess, sys, urllib.error, urllib.request
birth = json.load(open(os.environ["HEIRLOOM_BIRTH"]))
url, token = os.environ["ANTHROPIC_BASE_URL"] + "/heirloom/gate", os.environ["ANTHROPIC_API_KEY"]
for word in sys.argv[1:]:
    if word != "ask":
        source = "HEAD" if word == "push" else ""
        subprocess.run(["git", "push", "-q", birth["inbox"], source + ":" + birth["ref"]], check=True)
        continue
    try:
        with urllib.request.urlopen(urllib.request.Request(url, b"", {"x-api-key": token})) as answer:
            told = [json.loads(line) for line in answer][-1]
        print("may ask", birth["asks"], "left", told["asks_left"], told["decision"], told["gate"], len(told["commit"]))
        print(told["text"])
    except urllib.error.HTTPError as error:
        print("status", error.code)
X
"""
CODE = "echo 'MORE = 1' >>agent/__init__.py\n"
RED = "printf 'def test_red() -> None:\\n    assert __name__ == \"red\"\\n' >tests/agent/test_red.py\n"


def asks(before: str, words: str = "push ask unpush") -> Any:
    """A reply that has the child change something, ask about it, and leave all as it was before the push."""
    return bash(f"{before}{SO_FAR}{PROGRAM}python $TMPDIR/gate.py {words}; git reset -q --soft $parent")


def says(text: str) -> dict[str, object]:
    """A last reply, to a child that has shown the model this."""
    return {**END, "expect": text}


def findings(operator: Path) -> list[str]:
    """What the ledger keeps of judgements."""
    with sqlite3.connect(operator / ".git" / "heirloom" / "ledger.sqlite") as ledger:
        found = [key for (key,) in ledger.execute("SELECT key FROM findings ORDER BY id")]
    ledger.close()
    return found


@pytest.mark.slow
def test_a_gate_request_spares_judging_twice(operator: Path) -> None:
    told = live(
        operator, [GOAL, asks(CODE), says("may ask 3 left 2 pass  40\nthe gates let this pass")], gates=DEFAULTS
    )
    assert told.outcomes == ["evolved"]
    assert told.generations[0].trailers["Gate-Asks"] == "1"
    kept = [key.split()[1] for key in findings(operator) if key.startswith("report")]
    assert kept.count("reproduction") == kept.count("builds") == 1
    assert leftovers(operator) == []
    store = next((operator / ".git" / "heirloom").rglob("store.git"))
    refs = git(store, "for-each-ref", "--format=%(refname)").split()
    assert refs == ["refs/heads/lineage/main", "refs/heirloom/lineage/main/1.1"]


@pytest.mark.slow
def test_a_life_repairs_what_fails(operator: Path) -> None:
    mend = bash("rm tests/agent/test_red.py")
    told = live(
        operator,
        [
            GOAL,
            asks(CODE + RED),
            {**mend, "expect": "refuse tests 40\nrefused by tests: 1 of 2 tests fail"},
            says("assert 'tests.agent.test_red' == 'red'"),
        ],
        gates=UNBORN,
    )
    assert told.outcomes == ["evolved"]
    assert told.generations[0].trailers["Gate-Asks"] == "1"


REMEMBERED = """python - <<'X'
import json
told = json.load(open("agent_context.json"))
told["goal"] = {"title": "Change a little", "done_when": ["test -d agent"]}
told["history"].append({"generation": 1, "goal": "Change a little", "claim": {"outcome": "code", "summary": "s"}})
json.dump(told, open("agent_context.json", "w"))
X
"""


def test_a_goal_refused_on_request_goes(operator: Path) -> None:
    patch(operator, "agent/__main__.py", '"done_when": []', '"done_when": ["test -d agent"]')
    give_up = {**bash("git reset -q --hard"), "expect": "refuse goal 40\nrefused by goal: the goal is empty"}
    told = live(operator, [GOAL, asks(CODE + REMEMBERED), give_up, END])
    assert told.outcomes == ["history"]
    assert context(operator, 1)["goal"] is None and told.generations[0].trailers["Goal"] == "none"
    assert context(operator, 1)["history"][0]["facts"]["reasons"][0].startswith("goal: the goal is empty: at ")


def test_work_refused_on_request_is_kept(operator: Path) -> None:
    stub = "printf 'def a() -> None: ...\\n' | tee agent/b.py agent/c.py agent/d.py >/dev/null\n"
    give_up = {**bash("git reset -q --hard"), "expect": "refused by substance"}
    told = live(
        operator, [GOAL, asks(stub), give_up, END], [bash("git diff HEAD refs/attempts/1.1 > agent/diff.txt"), END]
    )
    assert told.outcomes == ["history", "evolved"]
    facts = context(operator, 1)["history"][0]["facts"]
    assert facts["reasons"][0].startswith("asked, and refused by substance: more is left undone")
    assert told.generations[0].trailers["Gates"] == "asked:substance=refuse"
    assert "agent/d.py" in git(operator, "show", "lineage/main:agent/diff.txt")
    assert "agent/d.py" in git(operator, "show", "--stat", "refs/heirloom/lineage/main/1.1.asked-1")


def test_without_a_push_nothing_is_judged(operator: Path) -> None:
    told = live(operator, [GOAL, asks(CODE, "ask"), says("there is no sound commit at refs/heads/gen/1.1")])
    assert told.outcomes == ["evolved"]


def test_gate_requests_can_be_off(operator: Path) -> None:
    told = live(operator, [GOAL, asks(CODE), says("status 404")], gate_asks=0)
    assert told.outcomes == ["evolved"]
    assert told.generations[0].trailers["Gate-Asks"] == "0"


@pytest.mark.slow
def test_the_last_push_is_judged(operator: Path) -> None:
    ask = "python $TMPDIR/gate.py push; setsid python $TMPDIR/gate.py ask >/dev/null 2>&1 & sleep 0.3\n"
    told = live(
        operator, [GOAL, bash(f"{CODE}{SO_FAR}{PROGRAM}{ask}echo 'MOST = 2' >>agent/__init__.py"), END], gates=UNBORN
    )
    assert told.outcomes == ["evolved"]
    assert told.generations[0].trailers["Gate-Asks"] == "1"
    assert git(operator, "show", "lineage/main:agent/__init__.py").endswith("MORE = 1\nMOST = 2")
    assert leftovers(operator) == []


@pytest.mark.slow
def test_refused_work_lies_in_the_clone(operator: Path) -> None:
    look = bash("git show refs/attempts/1.1:tests/agent/test_red.py")
    told = live(operator, [GOAL, bash(CODE + RED), END], [look, says('assert __name__ == "red"')], gates=UNBORN)
    assert told.outcomes == ["refused(tests)", "history"]
    assert context(operator, 2)["history"][-1]["claim"]["summary"] == END["text"]
    reasons = context(operator, 1)["history"][-1]["facts"]["reasons"]
    assert reasons[0].startswith("tests: 1 of 2 tests fail")
    assert any("assert 'tests.agent.test_red' == 'red'" in reason for reason in reasons)
    assert all(len(reason) <= 300 for reason in reasons) and len(json.dumps(reasons)) < 2000


@pytest.mark.slow
def test_refused_work_may_be_built_on(operator: Path) -> None:
    wanted = "refs/attempts/1.1; build on it, mended, or leave it"
    told = live(operator, [GOAL, bash(CODE + RED), END], [bash("cat $HEIRLOOM_BIRTH"), says(wanted)], gates=UNBORN)
    assert told.outcomes == ["refused(tests)", "history"]
    assert context(operator, 2)["history"][-1]["claim"]["summary"] == END["text"]
    assert git(operator, "show", "refs/heirloom/lineage/main/1.1:agent/__init__.py").endswith("MORE = 1")


@pytest.mark.slow  # it must really take long
def test_waiting_for_gates_costs_no_time(operator: Path) -> None:
    slow = "import time\\n\\n\\ndef test_slow() -> None:\\n    time.sleep(1.2)\\n    assert time.time()\\n"
    change = f"{CODE}printf '{slow}' >tests/agent/test_slow.py\n"
    told = live(operator, [GOAL, asks(change), says("the gates let this pass")], minutes_per_life=0.05, gates=UNBORN)
    assert told.outcomes == ["evolved"]
    assert float(told.generations[0].trailers["Seconds"]) > 3.0
