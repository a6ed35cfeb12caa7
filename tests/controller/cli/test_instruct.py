"""One life on the operator's instruction: dry, asked about, or as any other."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from controller.contract import Goal
from controller.errors import RequestError, StoppedEarly
from controller.events.kinds import Event, RunEnded
from controller.generation.instruction import Instruction
from controller.ledger.life import Life
from controller.ledger.phases import Consent
from controller.operations.instruction import check_length, goal_of
from controller.run.start import run
from controller.settings.settings import Settings
from controller.state.place import locate
from controller.views.status import collect
from tests.controller.commands import heirloom
from tests.controller.conftest import git
from tests.controller.lives import END, READING, bash, context, history, leftovers, live

CHANGE = bash("echo own=1 > agent/own.py")


def instruct(
    operator: Path, consent: Consent = "", says: bool | BaseException = True, *lives: Any
) -> tuple[list[Event], list[Life]]:
    """One instructed life; the events, and the lives that a person was asked about."""
    script = operator.parent / "script.json"
    script.write_text(json.dumps({"lives": list(lives) or [[CHANGE, END]]}))
    events: list[Event] = []
    proposed: list[Life] = []

    def approve(life: Life) -> bool:
        proposed.append(life)
        if isinstance(says, BaseException):
            raise says
        return says

    goal = goal_of("Own a trait", ["agent/__main__.py"], ["test -f agent/own.py"])
    settings = Settings(model=f"script:{script}", generations=1, goal=goal.title, gates=READING, isolation="bubblewrap")
    run(settings, operator, None, events.append, instruction=Instruction(goal, consent, approve))
    return events, proposed


@pytest.mark.parametrize(
    ("text", "files", "goal"),
    [
        ("Mend  the\nshell", (), Goal(title="Mend the shell")),
        ("Mend it", ("agent/a.py", "agent/b.py"), Goal(title="Mend it", why="Files: agent/a.py, agent/b.py.")),
        ("word " * 60, (), Goal(title=("word " * 24).strip() + "…", why=("word " * 60).strip())),
        ("a" * 300, ("agent/a.py",), Goal(title="a" * 120 + "…", why=f"{'a' * 300} Files: agent/a.py.")),
    ],
)
def test_an_instruction_becomes_a_goal(text: str, files: tuple[str, ...], goal: Goal) -> None:
    assert goal_of(text, files) == goal


@pytest.mark.parametrize(
    ("text", "checks", "said"),
    [
        ("  ", (), "empty"),
        ("x " * 1100, (), "characters too long"),
        ("x", ("true",) * 6, "at most 5"),
        ("x", ("",), "at most 5"),
    ],
)
def test_what_is_no_instruction_is_refused(text: str, checks: tuple[str, ...], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        goal_of(text, (), checks)


def test_an_older_contract_bounds_instructions(operator: Path) -> None:
    place, goal = locate(operator, "main"), goal_of("word " * 100)
    check_length(place, goal)
    (operator / "controller").mkdir()
    for text, refused in (("SENTENCE_CHARS = 400\n", True), ("WHY_CHARS = 2000\n", False)):
        (operator / "controller" / "contract.py").write_text(text)
        git(operator, "add", "-A")
        git(operator, "commit", "--quiet", "-m", "A contract")
        with pytest.raises(RequestError, match="400 characters at most") if refused else nullcontext():
            check_length(place, goal)
    check_length(place, goal_of("word " * 30))


@pytest.mark.slow
def test_instructed_life_meets_its_checks(operator: Path) -> None:
    instruct(operator)
    told = context(operator, 1)
    assert (told["goal"]["title"], told["goal"]["status"]) == ("Own a trait", "met")
    instruct(
        operator, "", True, [END], [bash("echo more=1 >> agent/own.py"), END]
    )  # the same words again are wished again
    assert [one.trailers["Goal"] for one in history(operator)] == ["Own a trait"] * 2


@pytest.mark.slow
def test_dry_run_commits_nothing(operator: Path) -> None:
    live(operator, [END])
    before = git(operator, "for-each-ref")
    events, proposed = instruct(operator, "never", True, [END], [CHANGE, END])
    assert [str(one.outcome) for one in proposed] == ["evolved"]
    assert (git(operator, "for-each-ref"), leftovers(operator)) == (before, [])
    assert isinstance(events[-1], RunEnded) and events[-1].tokens > 0
    assert collect(locate(operator, "lineage/main")).as_json()["trying"] is None
    assert heirloom(operator, "verify").returncode == 0


@pytest.mark.slow
def test_no_is_the_operators_refusal(operator: Path) -> None:
    instruct(operator, "ask", False)
    one = history(operator)[0]
    assert (one.outcome, "operator=refuse" in one.trailers["Gates"]) == ("refused(operator)", True)
    assert "said no" in str(context(operator, 1)["history"][-1]["facts"]["reasons"])
    assert git(operator, "diff", "--stat", "main", "lineage/main", "--", "agent") == ""


@pytest.mark.slow
def test_operator_is_asked_again_after_death(operator: Path) -> None:
    with pytest.raises(StoppedEarly, match="interrupted"):
        instruct(operator, "ask", KeyboardInterrupt())
    with pytest.raises(StoppedEarly, match="waits for a person's yes or no"):
        live(operator, [END])
    assert history(operator) == []
    _, proposed = instruct(operator, "ask", True)
    assert [one.tried.generation for one in proposed] == [1]
    # the life that waited is recorded, and the instruction that was given again is lived, too
    assert [one.outcome for one in history(operator)] == ["evolved", "history"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--approve"], "no terminal"),
        (["--file", "controller/contract.py"], "a life may change agent/, tests/agent/"),
        (["--file", "agent/nowhere.py"], "there is no such file"),
    ],
)
def test_impossible_instruction_is_refused(operator: Path, words: list[str], said: str) -> None:
    told = heirloom(operator, "instruct", "Do it", *words)
    assert (told.returncode, said in told.stderr, told.stderr.count("\n")) == (2, True, 1), told.stderr
    assert not (operator / ".git" / "heirloom").exists()


@pytest.mark.slow
def test_dry_run_prints_diff_and_verdict(operator: Path) -> None:
    script = operator.parent / "script.json"
    script.write_text(json.dumps({"lives": [[CHANGE, END]]}))
    words = ("--dry-run", "--model", f"script:{script}", "--isolation", "bubblewrap")
    told = heirloom(operator, "instruct", "Own a trait", *words)
    assert told.returncode == 0, told.stderr
    assert "+own=1" in told.stdout and "generation 1 would be: evolved" in told.stdout
    shown = heirloom(operator, "instruct", "Own it", *words, "--json").stdout.splitlines()
    found = next(json.loads(line) for line in shown if '"diff"' in line)
    assert (found["outcome"], "+own=1" in found["diff"]) == ("evolved", True)
