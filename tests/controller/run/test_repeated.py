"""What happens in a row to a run's tries: from some number on, somebody has to act."""

import pytest

from controller.errors import Held
from controller.ledger.phases import Cure, Fault
from controller.run.repeated import DISK_TRIES, REFUSED_LIVES, UNCLEAR_TRIES, Repeats

UNCLEAR = Fault("provider", "it answers 404", "unclear", "look at --model")
BUSY = Fault("provider", "it answers 529")
FULL = Fault("disk", "the disk is full")


def test_unclear_answers_hold_a_run() -> None:
    repeats = Repeats()
    for fault in [UNCLEAR, BUSY] * (UNCLEAR_TRIES - 1):
        repeats.aborted(4, fault)
    with pytest.raises(Held, match="generation 4 was ended 3 times: it answers 404; look at --model") as held:
        repeats.aborted(4, UNCLEAR)
    assert held.value.kind == "refused"


def test_a_life_ends_the_row() -> None:
    repeats = Repeats()
    for _ in range(10):
        repeats.aborted(1, UNCLEAR)
        repeats.aborted(1, FULL)
        assert repeats.lived("", nothing_spent=False) == ""


def test_busy_providers_are_waited_for() -> None:
    repeats = Repeats()
    for _ in range(1000):
        repeats.aborted(1, BUSY)


@pytest.mark.parametrize(("cure", "tries"), [("operator", 1), ("unclear", UNCLEAR_TRIES)])
def test_each_cure_has_its_number(cure: Cure, tries: int) -> None:
    repeats = Repeats()
    for _ in range(tries - 1):
        repeats.aborted(1, Fault("provider", "why", cure))
    with pytest.raises(Held, match="why"):
        repeats.aborted(1, Fault("provider", "why", cure))


def test_full_disks_hold_a_run() -> None:
    repeats = Repeats()
    for _ in range(DISK_TRIES - 1):
        repeats.aborted(1, FULL)
    with pytest.raises(Held, match="free some space"):
        repeats.aborted(1, FULL)


def test_refused_calls_hold_a_run() -> None:
    assert "too little" in Repeats().lived("too little", nothing_spent=True)
    repeats = Repeats()
    said = [repeats.lived("too little", nothing_spent=False) for _ in range(REFUSED_LIVES)]
    assert said[:-1] == [""] * (REFUSED_LIVES - 1) and "too little" in said[-1]
