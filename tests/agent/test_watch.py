"""What a model is told that does not see how its life goes."""

from typing import Any

import pytest

from agent.errors import WindDown
from agent.model import Reply
from agent.watch import STUCK, WORSE, Watch
from controller.contract import Limits
from tests.agent.fakes import calls, says

LIMITS = Limits(seconds=1000, memory_bytes=1, output_bytes=1, tokens=200_000, calls=None)


def turn(number: int) -> Reply:
    """A call as none before it."""
    return calls(("bash", {"command": f"ls {number}"}))


def result(text: str, failed: bool = False) -> dict[str, Any]:
    return {"content": text, "is_error": failed}


def told(watch: Watch, results: list[dict[str, Any]], trees: list[str]) -> list[str]:
    """What is said after so many turns, each in one of these states of the code."""
    return [watch.told(turn(number), results, tree) for number, tree in enumerate(trees)]


def test_turns_that_change_nothing_are_pointed_out_once_and_then_stopped() -> None:
    watch = Watch(LIMITS)
    said = told(watch, [result("[exit 0]\n")], ["t"] * 2 * STUCK)
    assert [number for number, words in enumerate(said) if words] == [STUCK]
    with pytest.raises(WindDown, match="changed nothing"):
        watch.told(turn(99), [result("[exit 0]\n")], "t")


@pytest.mark.parametrize("one", [result("[exit 1]\n"), result("failed: [exit 1]\n"), result("no such tool", True)])
def test_turns_in_which_all_failed_are_pointed_out_sooner(one: dict[str, Any]) -> None:
    said = told(Watch(LIMITS), [one], ["t"] * (STUCK // WORSE + 1))
    assert [bool(words) for words in said] == [False] * (STUCK // WORSE) + [True]
    mixed = told(Watch(LIMITS), [one, result("found")], ["t"] * (STUCK // WORSE + 1))
    assert not any(mixed)


def test_a_change_of_the_code_ends_what_led_nowhere() -> None:
    trees = [str(number // 6) for number in range(4 * STUCK)]
    assert not any(told(Watch(LIMITS), [result("[exit 1]\n")][:0], trees))


def test_what_is_left_is_told_once_at_each_mark() -> None:
    watch = Watch(LIMITS)
    said = []
    for number, left in enumerate((150_000, 90_000, 80_000, 30_000, 19_000, 9_000, 8_000)):
        words = watch.told(Reply(says("a").content, left={"tokens": left, "seconds": 900.0}), [], str(number))
        said.append(words.partition(" ")[0])
    assert said == ["", "50%", "", "80%", "90%", "95%", ""]


def test_what_is_left_is_told_in_its_units_and_without_a_limit_nothing_is() -> None:
    left = {"calls": 2.0, "seconds": 400.0}
    assert Watch(LIMITS).told(Reply([], left=left), [], "t") == "50% of the budget is used; left: 2 calls, 400 seconds."
    assert Watch(LIMITS).told(Reply([], left={"calls": 1.0}), [], "t") == ""
