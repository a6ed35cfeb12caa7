"""The time of a hunt: what the machine does beside it counts for nothing."""

import os
import subprocess
import sys
import time

import pytest

from hunter.allowance import Allowance
from hunter.fork import forked

BUSY = "import time\nwhile time.process_time() < 0.2: pass"


def test_waiting_uses_no_allowance() -> None:
    allowance = Allowance(seconds=10, wall=100_000)
    time.sleep(0.5)
    assert allowance.used() < 0.4
    assert allowance.left() > 0.9


def test_work_of_children_counts() -> None:
    allowance = Allowance(seconds=0.1, wall=1000)
    subprocess.run([sys.executable, "-c", BUSY], check=True)
    assert allowance.left() == 0


def test_half_the_clock_is_for_proof() -> None:
    allowance = Allowance(seconds=1000, wall=100)
    allowance.started -= 51
    assert allowance.left() == 0
    assert 0 < allowance.wall_left() < 50


def processor_time_of_children() -> float:
    """Seconds of the processor of every child that was waited for."""
    spent = os.times()
    return spent.children_user + spent.children_system


@pytest.mark.slow
def test_endless_work_is_ended_by_the_processor() -> None:
    def endless() -> None:
        while True:
            pass

    before = processor_time_of_children()
    assert forked(endless, 0.5) is None
    assert processor_time_of_children() - before < 2  # it may take one; the clock's bound comes after 2.5


def test_waiting_is_ended_by_the_clock() -> None:
    assert forked(lambda: time.sleep(60), 0.02) is None
