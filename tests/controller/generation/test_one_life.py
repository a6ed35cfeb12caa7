"""Whole lives: real git, real processes, real sockets; only the model is a script."""

from pathlib import Path
from zlib import crc32

import pytest

from controller.contract import TRAILERS
from controller.events.kinds import Done
from controller.views.sentences import sentence
from tests.controller.conftest import ROOT, git
from tests.controller.lives import END, GOAL, UNBORN, bash, context, history, leftovers, live, patch, processes

LEVELS = pytest.mark.parametrize("isolation", ["bubblewrap", "none"])


@pytest.mark.quick(1)
@LEVELS
def test_changed_code_evolves_the_lineage(operator: Path, isolation: str) -> None:
    told = live(
        operator, [GOAL, bash("echo 'changed = 1' >> agent/__init__.py"), END], isolation=isolation, gates=UNBORN
    )
    assert told.outcomes == ["evolved"]
    one = told.generations[0]
    assert "changed = 1" in git(operator, "show", "lineage/main:agent/__init__.py")
    assert set(one.trailers) == set(TRAILERS)
    assert all(one.trailers.values())
    assert one.trailers["Isolation"] == isolation
    assert one.trailers["Goal"] == "Change a little"
    assert one.trailers["Gates"].startswith("shape=pass context=pass substance=pass goal=pass builds=pass tests=pass")
    assert one.trailers["Tests"] == "1 passed"
    assert int(one.trailers["Tokens-In"]) > 0
    assert git(operator, "status", "--porcelain") == ""
    assert git(operator, "rev-parse", "--abbrev-ref", "HEAD") == "main"
    assert leftovers(operator) == []


def test_the_next_life_runs_new_code(operator: Path) -> None:
    write = 'sed -i \'s/or "nothing said"/or "I am what you wrote"/\' agent/__main__.py'
    told = live(operator, [GOAL, bash(write), END], [GOAL, {"text": ""}])
    assert told.outcomes == ["evolved", "history"]
    assert context(operator, 2)["history"][-1]["claim"]["summary"] == "I am what you wrote"


def test_a_life_sees_only_its_clone(operator: Path) -> None:
    here = "python -c 'import sys, os; print(sys.path, os.environ)'"
    look = f"for path in {operator} {ROOT} /root/.ssh /etc/shadow; do test ! -e $path || exit 1; done; "
    look += f"{here} | grep -e {operator} -e {ROOT} || echo alone = 1 >agent/alone.py"
    told = live(operator, [GOAL, bash(look), END])
    assert "agent/alone.py" in git(operator, "ls-tree", "-r", "--name-only", told.generations[-1].commit)


def test_doing_nothing_is_history(operator: Path) -> None:
    told = live(operator, [GOAL, {"text": "I looked and found nothing."}])
    assert told.outcomes == ["history"]
    entry = context(operator, 1)["history"][-1]
    assert entry["claim"]["summary"] == "I looked and found nothing."
    assert entry["facts"]["exit"] == "exit 11"
    assert git(operator, "diff", "--stat", "main", "lineage/main", "--", "agent") == ""


def test_code_that_cannot_import_is_refused(
    operator: Path,
) -> None:
    told = live(operator, [GOAL, bash("echo 'import nowhere' >> agent/__init__.py"), END], [END], gates=UNBORN)
    assert told.outcomes == ["refused(builds)", "history"]
    assert "nowhere" in context(operator, 1)["history"][-1]["facts"]["reasons"][0]
    assert git(operator, "show", "lineage/main:agent/__init__.py") == git(operator, "show", "main:agent/__init__.py")
    attempt = git(operator, "show", "refs/heirloom/lineage/main/1.1:agent/__init__.py")
    assert "import nowhere" in attempt


@pytest.mark.slow
def test_red_tests_are_refused(operator: Path) -> None:
    red = "printf 'def test_red() -> None:\\n    assert len(__name__) == 1\\n' > tests/agent/test_red.py"
    assert live(operator, [GOAL, bash(red), END], gates=UNBORN).outcomes == ["refused(tests)"]


def test_rewriting_the_controller_is_refused(operator: Path) -> None:
    told = live(operator, [GOAL, bash("mkdir controller && echo 'budget = 10**9' > controller/x.py"), END])
    assert told.outcomes == ["refused(shape)"]
    assert "controller/x.py is protected" in context(operator, 1)["history"][-1]["facts"]["reasons"][0]
    assert "controller" not in git(operator, "ls-tree", "--name-only", "lineage/main")


def test_a_broken_genome_crashes(operator: Path) -> None:
    patch(operator, "agent/__main__.py", "import json\n", "import json\nimport nowhere\n")
    told = live(operator, [GOAL], [GOAL])
    assert told.outcomes == ["crashed", "crashed"]
    facts = context(operator, 2)["history"][-1]["facts"]
    assert facts["exit"] == "exit 1"
    assert "No module named 'nowhere'" in "".join(facts["reasons"])
    done = [event for event in told.events if isinstance(event, Done)][-1]
    assert done.reason == "exit 1: ModuleNotFoundError: No module named 'nowhere'"
    assert "No module named 'nowhere'" in sentence(done)


def test_exit_0_in_silence_is_a_crash(operator: Path) -> None:
    patch(operator, "agent/__main__.py", "sys.exit(live())", "sys.exit(0)")
    told = live(operator, [GOAL])
    assert told.outcomes == ["crashed"]
    assert [event.reason for event in told.events if isinstance(event, Done)] == ["exit 0, without a word"]


def test_exit_10_without_a_push_is_a_crash(operator: Path) -> None:
    patch(operator, "agent/__main__.py", "sys.exit(live())", "sys.exit(10)")
    assert live(operator, [GOAL]).outcomes == ["crashed"]


def test_exit_11_with_code_is_history(operator: Path) -> None:
    patch(operator, "agent/__main__.py", 'return 10 if outcome == "code" else 11', "return 11")
    told = live(operator, [GOAL, bash("echo 'half = 1' >> agent/__init__.py"), END])
    assert told.outcomes == ["history"]
    assert "half = 1" not in git(operator, "show", "lineage/main:agent/__init__.py")
    assert "half = 1" in git(operator, "show", "refs/heirloom/lineage/main/1.1:agent/__init__.py")


@pytest.mark.quick(1)
@LEVELS
def test_a_hanging_life_is_killed_whole(operator: Path, isolation: str) -> None:
    mark = f"31{crc32(str(operator).encode())}"
    hang = bash(f"setsid sleep {mark} & setsid setsid sleep {mark} & sleep {mark}")
    assert live(operator, [GOAL, hang], isolation=isolation, minutes_per_life=0.1).outcomes == ["killed(wall)"]
    assert live(operator, [GOAL, END], isolation=isolation).outcomes == ["killed(wall)", "history"]
    assert processes(mark) == []
    assert leftovers(operator) == []


@LEVELS
def test_survivors_of_a_life_are_ended(operator: Path, isolation: str) -> None:
    mark = f"32{crc32(str(operator).encode())}"
    left = bash(f"setsid sleep {mark} >/dev/null 2>&1 & echo 'x = 1' >> agent/__init__.py")
    assert live(operator, [GOAL, left, END], isolation=isolation).outcomes == ["evolved"]
    assert processes(mark) == []


def test_output_without_end_is_killed(operator: Path) -> None:
    patch(operator, "agent/__main__.py", "sys.exit(live())", 'while True: print("x" * 100000)')
    assert live(operator, [GOAL], output_mb=1).outcomes == ["killed(output)"]


def test_eating_memory_is_killed(operator: Path) -> None:
    patch(operator, "agent/__main__.py", "sys.exit(live())", "x = [bytearray(2**20) for _ in range(400)]; live()")
    assert live(operator, [GOAL, {"text": "", "delay": 2}], memory_mb=128).outcomes == ["killed(memory)"]


def test_a_changed_purpose_is_refused(operator: Path) -> None:
    entry = 'CONTEXT["history"].append'
    patch(operator, "agent/__main__.py", entry, f'CONTEXT["purpose"] = title\n    {entry}')
    told = live(operator, [GOAL, bash("echo 'x = 1' >> agent/__init__.py"), END])
    assert told.outcomes == ["refused(context)"]
    assert context(operator, 1)["purpose"] == "Live, change a little, and hand on."


def test_an_open_goal_is_dropped_at_last(operator: Path) -> None:
    told = live(operator, [GOAL, END], [END], [END], [{"shape": {"title": "Another"}}, END])
    assert [one.trailers["Goal"] for one in told.generations] == ["Change a little"] * 3 + ["Another"]
    assert context(operator, 3)["goal"]["status"] == "dropped"
    reasons = [one["facts"]["reasons"] for one in context(operator, 3)["history"]]
    assert ["3 lives did not meet it" in str(one) for one in reasons] == [False, False, True]


@pytest.mark.parametrize(
    ("seen", "outcome", "goal"),
    [("left the open goal: no air", "evolved", "Another"), ("I like another", "refused(context)", "Change a little")],
)
def test_an_open_goal_is_left_for_a_reason(operator: Path, seen: str, outcome: str, goal: str) -> None:
    patch(operator, "agent/__main__.py", 'given and given["status"]', 'BIRTH.get("goal") and given["status"]')
    patch(operator, "agent/__main__.py", '"claim": claim}', f'"claim": claim, "seen": "{seen}"}}')
    change = bash("echo 'x = 1' >> agent/__init__.py")
    told = live(operator, [GOAL, END], [{"shape": {"title": "Another"}}, change, END])
    assert told.outcomes == ["history", outcome]
    after = context(operator, 2)
    assert after["goal"]["title"] == goal
    left = "the goal 'Change a little' was left: no air"
    assert (left in after["history"][1]["facts"]["reasons"]) == (goal == "Another")


def test_a_refused_goal_goes(operator: Path) -> None:
    patch(operator, "agent/__main__.py", '"done_when": []', '"done_when": ["test -d agent"]')
    change = bash("echo 'x = 1' >> agent/__init__.py")
    told = live(operator, [GOAL, change, END], [{"shape": {"title": "Another"}}, END])
    assert told.outcomes == ["refused(goal)", "history"]
    assert "the goal is empty" in context(operator, 1)["history"][0]["facts"]["reasons"][0]
    assert context(operator, 1)["goal"] is None
    assert [one.trailers["Goal"] for one in told.generations] == ["none", "Another"]


@pytest.mark.slow
def test_a_goal_is_met_by_its_checks(operator: Path) -> None:
    patch(operator, "agent/__main__.py", '"done_when": []', '"done_when": ["cat agent/DONE"]')
    change = bash("echo 'x = 1' >> agent/__init__.py")
    live(operator, [GOAL, change, END], [bash("echo 'y = 1' >> agent/__init__.py; touch agent/DONE"), END])
    first, second = context(operator, 1), context(operator, 2)
    assert (first["goal"]["status"], second["goal"]["status"]) == ("open", "met")
    assert first["history"][0]["facts"]["reasons"][0].startswith("not met: cat agent/DONE (exit 1): cat: agent/DONE")
    assert second["history"][1]["facts"]["reasons"] == []


def test_the_operators_goal_comes_first(operator: Path) -> None:
    change = bash("echo 'changed = 1' >> agent/__init__.py")
    told = live(operator, [change, END], [END], goal="Do as I say")
    assert [one.trailers["Goal"] for one in told.generations] == ["Do as I say"] * 2
    assert context(operator, 2)["goal"]["status"] == "open"
    assert "has no done_when" in context(operator, 1)["history"][0]["facts"]["reasons"][0]


@pytest.mark.slow
def test_any_generation_can_be_forked(operator: Path) -> None:
    change = [GOAL, bash("date +%N > agent/DATE"), END]
    first = live(operator, change, change).generations[0]
    told = live(operator, change, asked=first.commit, branch="lineage/other")
    assert [one.number for one in told.generations] == [1, 2]
    assert told.generations[1].parent == first.commit
    assert [one.number for one in history(operator)] == [1, 2]


@pytest.mark.slow
def test_the_branch_alone_tells_history(operator: Path, tmp_path: Path) -> None:
    live(operator, [GOAL, bash("echo 'x = 1' >> agent/__init__.py"), END], [GOAL, END])
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--single-branch", "--branch", "lineage/main", f"file://{operator}", str(clone))
    assert history(clone) == history(operator)


@pytest.mark.quick(2)
@pytest.mark.parametrize(
    "rubbish",
    [
        "echo garbage > {ref}",
        "git -C {inbox} rev-parse HEAD^{{tree}} > {ref} 2>/dev/null; echo " + "1" * 40 + " > {ref}",
        pytest.param("rm -f {ref}; mkfifo {ref}", marks=pytest.mark.slow),  # the fetch is given up after a minute
        "rm -f {ref}; ln -s /etc/passwd {ref}",
        "rm -rf {inbox}; ln -s / {inbox}",
    ],
)
def test_a_rubbish_inbox_is_a_crash(operator: Path, rubbish: str) -> None:
    push = '    git("push", "--quiet", BIRTH["inbox"], f"HEAD:{BIRTH[\'ref\']}")'
    spoil = "    inbox = BIRTH['inbox']; ref = f\"{inbox}/{BIRTH['ref']}\"\n"
    spoil += f"    subprocess.run(['bash', '-c', f{rubbish!r}])"
    patch(
        operator,
        "agent/__main__.py",
        push,
        f"{push}\n    if outcome == 'code':\n    {spoil.replace(chr(10), chr(10) + '    ')}",
    )
    told = live(operator, [GOAL, bash("echo 'x = 1' >> agent/__init__.py"), END], [END])
    assert told.outcomes == ["crashed", "history"]
    assert context(operator, 1)["history"][-1]["facts"]["exit"] == "exit 10"
    assert leftovers(operator) == []
