"""The operator's goals come from their checkout, one after the other, each until it is met or dropped."""

import json
from pathlib import Path

import pytest

from controller.contract import Goal
from controller.errors import RequestError
from controller.gates.goal.gate import dropped_before
from controller.git.log import Generation, standing
from controller.git.repository import Repository
from controller.settings.goals_file import read_goals
from controller.state.place import locate
from controller.views.goals import standings
from tests.controller.commands import heirloom
from tests.controller.conftest import git
from tests.controller.lives import END, GOAL, READING, bash, context, history, live

TWO = """
[[goal]]
title = "Own a trait"
why = "Each should have one."
done_when = ["test -f agent/own.py"]

[[goal]]
title = "Own another"
"""


def test_goals_are_read_in_order(tmp_path: Path) -> None:
    assert read_goals(tmp_path) == ()
    (tmp_path / "goals.toml").write_text(TWO)
    first = Goal(title="Own a trait", why="Each should have one.", done_when=("test -f agent/own.py",))
    assert read_goals(tmp_path) == (first, Goal(title="Own another"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[goal]\n", "goals.toml: Expected"),
        ("[[goal]]\nwhy = 'x'\n", "goals.toml, line 1: goal.0.title: is missing"),
        ("[[goal]]\ntitle = 'x'\n\n[[goal]]\ntitle = 'y'\ndone = 'z'\n", "line 6: goal.1.done: unknown key"),
        ("[[goal]]\ntitle = 'x'\ndone_when = 'z'\n", "line 3: goal.0.done_when: has to be a list ([…]), and is 'z'"),
        ("[[goal]]\ntitle = 'x'\n[[goal]]\ntitle = 'x'\n", "two goals are called 'x'"),
        (
            "[[goal]]\ntitle = 'x'\ndone_when = ['pytest x | tail']\n",
            "line 3: goal.0.done_when.0: `pytest x | tail` runs",
        ),
        ("goals = 1\n", "line 1: goals: unknown key; did you mean goal"),
    ],
)
def test_bad_goals_file_names_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "goals.toml").write_text(text)
    with pytest.raises(RequestError) as told:
        read_goals(tmp_path)
    assert said in str(told.value)


def test_rolled_back_work_does_not_stand() -> None:
    def one(number: int, **trailers: str) -> Generation:
        return Generation(number, f"c{number}", f"c{number - 1}", 0, "", trailers)

    lived = [one(5), one(4, Outcome="rolled-back", Attempt="c1"), one(3), one(2), one(1)]
    assert [each.number for each in standing(lived)] == [5, 4, 1]
    assert standing(lived[2:]) == lived[2:]


def test_no_stated_goal_is_said(operator: Path) -> None:
    live(operator, [GOAL, END])
    assert heirloom(operator, "goals").stdout == "there is no goals.toml here, or no [[goal]] in it\n"
    typo = heirloom(operator, "goals", "--branch", "lineage/other")
    assert (typo.returncode, "there is no lineage lineage/other here" in typo.stderr) == (2, True)


TESTED = """
[[goal]]
title = "Make the errors clearer"
why = "A model repeats what it is not told."
done_when = ["python -m pytest -q tests/agent/test_own.py -k not_found"]
"""


def test_a_goal_of_pytest_is_met(operator: Path) -> None:
    (operator / "goals.toml").write_text(TESTED)
    text = "def test_not_found_is_said() -> None:\n    assert len('{}') == 2\n"
    lives = []
    for number, word in enumerate(("abc", "ab")):
        write = (
            f"cat > tests/agent/test_own.py <<'END'\n{text.format(word)}END\necho more{number} = 1 >> agent/__init__.py"
        )
        lives.append([bash(write), END])
    told = live(operator, *lives, gates=READING)
    assert told.outcomes == ["evolved", "evolved"]
    first, second = context(operator, 1), context(operator, 2)
    assert (first["goal"]["status"], second["goal"]["status"]) == ("open", "met")
    assert "-k not_found (1 tests fail)" in first["history"][0]["facts"]["reasons"][0]
    assert json.loads(heirloom(operator, "goals", "--json").stdout)["status"] == "met"


def test_an_unchecked_goal_is_never_met(operator: Path) -> None:
    (operator / "goals.toml").write_text("[[goal]]\ntitle = 'A third smaller'\n")
    told = live(operator, [bash("echo less = 1 >> agent/__init__.py"), END])
    assert told.outcomes == ["evolved"]
    assert context(operator, 1)["goal"]["status"] == "open"
    assert "`heirloom goals close`" in context(operator, 1)["history"][0]["facts"]["reasons"][0]


def test_a_person_closes_a_goal(operator: Path) -> None:
    live(operator, [bash("echo less = 1 >> agent/__init__.py"), END], goal="A third smaller")
    refused = heirloom(operator, "goals", "close", "Another")
    assert (refused.returncode, "has no goal 'Another'" in refused.stderr) == (2, True)
    assert heirloom(operator, "goals", "close", "A third smaller").returncode == 0
    assert heirloom(operator, "goals", "close", "A third smaller").returncode == 2
    told = live(operator, [GOAL, END], goal="A third smaller")
    assert told.outcomes == ["evolved", "closed", "history"]
    assert context(operator, 2)["goal"]["status"] == "met"
    assert told.generations[-1].trailers["Goal"] == "Change a little"
    verified = heirloom(operator, "verify")
    assert (verified.returncode, "attempts      of 2 generations\n" in verified.stdout) == (0, True), verified.stdout
    assert "2 that were lived here, as on the branch" in verified.stdout


def test_a_clone_shows_what_became_of_goals(operator: Path, tmp_path: Path) -> None:
    (operator / "goals.toml").write_text("[[goal]]\ntitle = 'A third smaller'\n")
    live(operator, [bash("echo less = 1 >> agent/__init__.py"), END])
    git(operator, "clone", "--quiet", str(operator), str(tmp_path / "clone"))
    (tmp_path / "clone" / "goals.toml").write_text((operator / "goals.toml").read_text())
    assert standings(locate(tmp_path / "clone", "lineage/main"), read_goals(operator))[0].status == "open"


@pytest.mark.parametrize("stated", ["--goal", "goals.toml"])
def test_embedded_refuses_goals(operator: Path, stated: str) -> None:
    if stated == "goals.toml":
        (operator / stated).write_text(TESTED)
    with pytest.raises(RequestError, match=f"{stated}: --model embedded follows no goal.*anthropic"):
        live(operator, [END], model="embedded", goal="Do it" if stated == "--goal" else "")


@pytest.mark.slow
def test_goals_are_worked_on_in_turn(operator: Path) -> None:
    (operator / "goals.toml").write_text(TWO)
    own, other = bash("echo own=1 > agent/own.py"), bash("echo more=1 > agent/more.py")
    live(operator, [other, END], [own, END], [other, END], [bash("echo new=2 > agent/new.py"), END], gates=READING)
    goals = [one.trailers["Goal"] for one in history(operator)]
    assert goals[:2] == ["Own a trait"] * 2
    told = [json.loads(line) for line in heirloom(operator, "goals", "--json").stdout.splitlines()]
    assert (told[0]["title"], told[0]["status"], told[0]["lives"]) == ("Own a trait", "met", 2)
    assert heirloom(operator, "rollback", "1").returncode == 0
    live(operator, *[[own, END]] * 9, generations_=1, gates=READING)
    assert history(operator)[-1].trailers["Goal"] == "Own a trait"


@pytest.mark.parametrize(
    ("goal", "same"),
    [
        (Goal(title="Own a trait!", done_when=("other",)), True),
        (Goal(title="Something else", done_when=("test  -f x", "true")), True),
        (Goal(title="Something else", done_when=("test -f x",)), False),
        (Goal(title="Own traits", done_when=("other",)), False),
    ],
)
def test_renamed_goal_stays_dropped(operator: Path, goal: Goal, same: bool) -> None:
    file = operator / "agent_context.json"
    told = json.loads(file.read_text())
    dropped = {"title": "Own a trait", "done_when": ["true", "test -f x"], "status": "dropped", "attempts": 3}
    file.write_text(json.dumps({**told, "goal": dropped}))
    words = "Generation 1 history: x\n\nHeirloom-Generation: 1\nHeirloom-Outcome: history\nHeirloom-Goal: Own a trait\n"
    git(operator, "commit", "--quiet", "-a", "-m", words)
    file.write_text(json.dumps({**told, "goal": {"title": "Another"}}))
    words = words.replace("Own a trait", "Another").replace("Generation: 1", "Generation: 2")
    git(operator, "commit", "--quiet", "-a", "-m", words)
    assert bool(dropped_before(Repository(operator), git(operator, "rev-parse", "HEAD"), goal)) == same


def test_a_bad_queue_begins_no_run(operator: Path) -> None:
    (operator / "goals.toml").write_text("[[goal]]\n")
    with pytest.raises(RequestError, match=r"goals\.toml, line 1"):
        live(operator, [END])
    assert "lineage/main" not in git(operator, "for-each-ref")
