"""The time of a hunt: what the machine does beside it counts for nothing."""

import subprocess
import sys
import time

import pytest

from hunter.allowance import Allowance
from hunter.fork import forked

BUSY = "import time\nwhile time.process_time() < 0.2: pass"


def test_waiting_uses_no_allowance() -> None:
    allowance = Allowance(seconds=1, wall=1000)
    time.sleep(0.1)
    assert allowance.used() < 0.08
    assert allowance.left() > 0.9


def test_what_others_work_for_the_hunt_counts_once_it_is_over() -> None:
    allowance = Allowance(seconds=0.1, wall=1000)
    subprocess.run([sys.executable, "-c", BUSY], check=True)
    assert allowance.left() == 0


def test_half_of_the_clock_is_kept_for_the_proof() -> None:
    allowance = Allowance(seconds=1000, wall=0.1)
    time.sleep(0.06)
    assert allowance.left() == 0
    assert 0 < allowance.wall_left() < 0.05


@pytest.mark.slow
def test_what_works_without_end_is_ended_by_the_processor() -> None:
    def endless() -> None:
        while True:
            pass

    started = time.monotonic()
    assert forked(endless, 0.5) is None
    assert time.monotonic() - started < 5 * 0.5  # well before the clock's own bound, unless the machine stands still


def test_what_only_waits_is_ended_by_the_clock() -> None:
    assert forked(lambda: time.sleep(60), 0.02) is None
