"""The promise survives a controller that is killed at any moment, with many open calls."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from controller.ledger.calls import Calls
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run
from controller.ledger.usage import Usage
from tests.controller.conftest import ROOT

BUDGET, KILLS, THREADS = 10_000, 100, 64

# Reserves far too much, uses a little, and says what it knows to be on disk.
PROGRAM = """
import os, random, sys, threading
sys.path.insert(0, sys.argv[1])
from controller.errors import BudgetSpent
from controller.ledger import Calls, Database, Usage
calls = Calls(Database(sys.argv[2]))
def spend(draw):
    while True:
        try:
            call = calls.reserve(int(sys.argv[5]), "m", draw.randrange(30, 300))
        except BudgetSpent:
            continue
        os.write(1, f"reserved {call} 0\\n".encode())
        used = draw.randrange(0, 30)
        (calls.settle if draw.random() < 0.9 else calls.keep)(call, Usage(input=used), 200)
        os.write(1, f"ended {call} {used}\\n".encode())
for number in range(int(sys.argv[3])):
    threading.Thread(target=spend, args=(random.Random(f"{sys.argv[4]} {number}"),), daemon=True).start()
threading.Event().wait()
"""


def killed(path: Path, try_id: int, number: int) -> list[tuple[str, int, int]]:
    """What a controller said before it was killed, at a moment that chance chose."""
    words = (sys.executable, "-c", PROGRAM, str(ROOT), str(path), str(THREADS), str(number), str(try_id))
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(random.Random(number).random() * 0.3)
        process.kill()
        said = [first, *process.stdout]
    whole = [line.split() for line in said if line.endswith("\n")]
    return [(words[0], int(words[1]), int(words[2])) for words in whole if len(words) == 3]


@pytest.mark.slow
def test_killed_writers_keep_the_budget(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ended = refused = left = 0
    for number in range(1, KILLS + 1):
        database = Database(path)
        run = Run(f"run {number}", "lineage", 1, {}, BUDGET)
        Journal(database).begin_run(run)
        tried = Journal(database).begin_try(run, 1, "0" * 40)
        database.close()
        said = killed(path, tried.id, number)
        database = Database(path)
        calls = Calls(database)
        used = calls.of_run(run.id)
        assert used == calls.of_try(tried.id) and used.total <= BUDGET
        known = {row["id"]: row for row in database.rows("SELECT id, input, status FROM calls")}
        for kind, call, tokens in said:
            assert call in known
            assert kind == "reserved" or (known[call]["input"], known[call]["status"]) == (tokens, 200)
        calls.book(tried.id)
        assert calls.of_run(run.id) == Usage(calls=used.calls, input=used.input, output=used.reserved)
        assert database.rows("SELECT sum(over) AS over FROM totals")[0]["over"] == 0
        ended += sum(1 for kind, _, _ in said if kind == "ended")
        refused += calls.was_refused(tried.id)
        left += used.reserved > 0
        database.close()
    assert ended > 10 * KILLS and refused > 0 and left > KILLS // 2, "too little happened to prove anything"
