"""Controllers that are killed from outside, at random moments."""

import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from bench.harness.kills import LIVES, Found, finish
from bench.harness.runs import controller, ground, kept, ledger_of, lived, over

MOMENTS = (0.3, 2.5)  # seconds after a start: from the imports into the fifth life
LAST = ("SELECT name FROM tries LEFT JOIN phases ON phases.try = tries.id WHERE ended IS NULL "
        "ORDER BY at DESC, phases.rowid DESC LIMIT 1")  # fmt: skip


def at_random(folder: Path, count: int, seed: int, isolation: str = "bubblewrap") -> Found:
    """Kill it at so many random moments, from outside, over as many lineages as that takes."""
    found, chance = Found(), random.Random(seed)
    first = ground(folder, seed, isolation)
    assert lived(first, LIVES).returncode == 0
    reference = kept(first)
    while found.kills < count:
        operator = ground(folder, seed, isolation)
        while found.kills < count and not over(operator):
            found.starts += 1
            if not killed_within(operator, chance.uniform(*MOMENTS)):
                break
            found.killed(operator, standing(operator), isolation == "bubblewrap")
        finish(operator, found, reference)
    return found


def killed_within(operator: Path, seconds: float) -> bool:
    """Start the controller and kill it after so many seconds; False: it was over before."""
    words = [sys.executable, "-I", *controller(operator, LIVES)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.returncode == -signal.SIGKILL


def standing(operator: Path) -> str:
    """Where the journal stands: the last phase of a try that has no end."""
    try:
        with ledger_of(operator) as ledger:
            rows = ledger.execute(LAST).fetchall()
    except sqlite3.OperationalError:
        return "before the ledger"
    return "between lives" if not rows else f"after {rows[0][0] or 'the try was begun'}"
