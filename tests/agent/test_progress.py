"""What a model is told that does not see how its life goes."""

import pytest

from agent.errors import WindDown
from agent.models.messages import Call, Reply
from agent.progress import STUCK, WORSE, Progress, Turn, mark_passed
from agent.toolbox import ToolResult
from controller.contract import Limits
from tests.agent.fakes import says

LIMITS = Limits(seconds=1000, memory_bytes=1, output_bytes=1, tokens=200_000, calls=None)


def turn(number: int, tree: str = "t", failed: tuple[bool, ...] = (False,)) -> Turn:
    """Calls as none before them, each of which failed or not."""
    call = Call("1", "bash", {"command": f"ls {number}"})
    return Turn(says("I look."), [ToolResult(call, "[exit 0]\n", failed=one) for one in failed], tree)


def notes(progress: Progress, turns: list[Turn]) -> list[bool]:
    """After which turns something is said."""
    return [bool(progress.note(one)) for one in turns]


def test_turns_that_change_nothing_are_pointed_out_once_and_then_stopped() -> None:
    progress = Progress(LIMITS)
    said = notes(progress, [turn(number) for number in range(2 * STUCK)])
    assert [number for number, words in enumerate(said) if words] == [STUCK]
    with pytest.raises(WindDown, match="changed nothing"):
        progress.note(turn(99))


def test_turns_in_which_all_failed_are_pointed_out_sooner() -> None:
    count = STUCK // WORSE + 1
    said = notes(Progress(LIMITS), [turn(number, failed=(True,)) for number in range(count)])
    assert said == [False] * (STUCK // WORSE) + [True]
    assert not any(notes(Progress(LIMITS), [turn(number, failed=(True, False)) for number in range(count)]))


def test_the_same_turn_again_counts_as_much_as_one_that_failed() -> None:
    said = notes(Progress(LIMITS), [turn(0)] * (STUCK // WORSE + 1))
    assert said == [False] * (STUCK // WORSE) + [True]
    talk = Turn(says("I would."), [], "t")
    assert notes(Progress(LIMITS), [talk] * (STUCK // WORSE + 1))[-1]


def test_a_change_of_the_code_ends_what_led_nowhere() -> None:
    turns = [turn(number, tree=str(number // 6)) for number in range(4 * STUCK)]
    assert not any(notes(Progress(LIMITS), turns))


def test_what_is_left_is_told_once_at_each_mark() -> None:
    progress = Progress(LIMITS)
    said = []
    for number, left in enumerate((150_000, 90_000, 80_000, 30_000, 19_000, 9_000, 8_000)):
        reply = Reply([], left={"tokens": left, "seconds": 900.0})
        said.append(progress.note(Turn(reply, [], str(number))).partition(" ")[0])
    assert said == ["", "50%", "", "80%", "90%", "95%", ""]


def test_what_is_left_is_told_in_its_units_and_without_a_limit_nothing_is() -> None:
    both = Turn(Reply([], left={"calls": 2.0, "seconds": 400.0}), [], "t")
    assert Progress(LIMITS).note(both) == "50% of the budget is used; left: 2 calls, 400 seconds."
    assert Progress(LIMITS).note(Turn(Reply([], left={"calls": 1.0}), [], "t")) == ""


def test_a_mark_is_passed_where_it_is_reached() -> None:
    assert [mark_passed(share) for share in (0.0, 0.49, 0.5, 0.8, 0.94, 1.0)] == [0.0, 0.0, 0.5, 0.8, 0.9, 0.95]
