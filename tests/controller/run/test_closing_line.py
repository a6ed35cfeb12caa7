"""The last line of a run: newest generation against the first, on held-out mutants."""

from pathlib import Path

import pytest

from controller.events.kinds import Measured, RunEnded, Warned
from controller.ground.draw import FILE
from controller.views.sentences import sentence
from tests.controller.conftest import git
from tests.controller.lives import END, GOAL, bash, live

COUNT = "def more(number: int) -> int:\n    return number + 1\n"
GAINED = "held-out mutants gained"
NOTE = bash("printf 'x = 1\\n' >agent/x.py")


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Measured(3, 0, 9, 0, "102", "better"), "9 held-out mutants gained, 0 lost, evidence 102: better"),
        (
            Measured(3, 0, 1, 0, "1.5", "undecided"),
            "1 held-out mutants gained, 0 lost, evidence 1.5: not shown to be better",
        ),
        (Measured(3, 0, 0, 3, "0.25", "worse"), "0 held-out mutants gained, 3 lost, evidence 0.25: not better"),
        (Measured(3, 0, 0, 0, "1", "undecided", is_same=True), "the same code and tests, nothing became better"),
    ],
)
def test_line_says_what_was_found(event: Measured, said: str) -> None:
    assert sentence(event) == f"generation 3 against generation 0: {said}"


@pytest.mark.slow
def test_run_ends_with_the_line(operator: Path) -> None:
    (operator / "agent" / "count.py").write_text(COUNT)
    git(operator, "add", "-A")
    git(operator, "commit", "--quiet", "-m", "A function")
    told = live(operator, [GOAL, NOTE, END], no_ground=False)
    assert told.outcomes == ["evolved"]
    last = told.events[-1]
    assert isinstance(last, Measured), told.events
    assert (last.generation, last.against, last.gained, last.lost) == (1, 0, 0, 0)


@pytest.mark.slow
def test_fault_of_the_line_fails_nothing(operator: Path) -> None:
    state = operator / ".git" / "heirloom"
    state.mkdir(exist_ok=True)
    (state / FILE).write_bytes(b"altered")
    told = live(operator, [GOAL, NOTE, END], no_ground=False)
    assert told.outcomes == ["evolved"]
    assert isinstance(told.events[-1], Warned) and "was altered" in told.events[-1].text
    assert any(isinstance(event, RunEnded) for event in told.events)
