"""Whether the first request of a life on a task holds what is asked of it."""

from contextlib import suppress

import pytest

from controller.gateway.admission import Admission
from controller.gateway.session import UNTOLD, Session
from controller.gateway.upstreams.upstream import JSON, Refusal

TASK = "Let count.py print 2,\nand keep 'é' as it is."


def asked(text: str) -> JSON:
    return {"system": "You work.", "messages": [{"role": "user", "content": [{"type": "text", "text": text}]}]}


def session(instruction: str) -> Session:
    return Session(Admission(1, 0, "t", instruction=instruction), 0.0)


TOLD = {
    "as it is": TASK,
    "in other lines": "# Task\n> Let count.py\n> print 2, and keep 'é' as it is.".replace("> ", " "),
    "among other words": f"Do this:\n{TASK}\nThen end.",
}


@pytest.mark.parametrize("name", TOLD)
def test_request_that_holds_it_passes(name: str) -> None:
    one = session(TASK)
    one.check_told(asked(TOLD[name]))
    one.check_told(asked("Go on."))  # only the first must hold it
    assert one.unanswered == ""


@pytest.mark.parametrize("text", ["", "Choose a goal.", TASK[:-1], TASK.upper()])
def test_request_without_it_is_refused(text: str) -> None:
    one = session(TASK)
    for _ in range(2):
        with pytest.raises(Refusal, match="first request does not hold") as refused:
            one.check_told(asked(text))
        assert refused.value.status == 400
    assert one.unanswered == UNTOLD


def test_life_on_itself_is_asked_nothing() -> None:
    session("").check_told(asked("Choose a goal."))


def test_depth_of_a_request_is_no_matter() -> None:
    nested: object = TASK
    for _ in range(10_000):
        nested = [nested]
    session(TASK).check_told({"messages": nested})
    with suppress(Refusal):
        session("Another.").check_told({"messages": nested})
