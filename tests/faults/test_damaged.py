"""A damaged ledger or log of it, a journal of another Heirloom: refused in one line, nothing is altered."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bench.harness.compare import differences, kept
from bench.harness.kills import Step
from bench.harness.runs import make_operator, open_ledger, start
from tests.controller.conftest import git

LIVES = 3
PAGE = 4096
LEDGER = Path(".git", "heirloom", "ledger.sqlite")
WAL = LEDGER.with_name("ledger.sqlite-wal")


def overwrite(place: Path, at: float, length: int) -> None:
    """Bytes that nobody wrote, from a part of the file on; always the same ones."""
    start = int(place.stat().st_size * at)
    with place.open("r+b") as file:
        file.seek(start)
        file.write(hashlib.shake_256(b"damage").digest(length))


def halve(place: Path) -> None:
    with place.open("r+b") as file:
        file.truncate(place.stat().st_size // 2)


def dead(tmp_path: Path) -> Path:
    """A run whose controller died in its second generation."""
    operator = make_operator(tmp_path, 3)
    assert start(operator, LIVES, watcher=Step(2, "phase record", 1, "after").watcher()).returncode == -9
    return operator


def ours(operator: Path) -> dict[str, bytes]:
    """What a refused start must leave as it was: all but the lock, the files that SQLite opens, and their copies."""
    state = operator / ".git"
    files = [file for file in state.rglob("*") if file.is_file()]
    return {str(file): file.read_bytes() for file in files if file.name != "lock" and ".sqlite" not in file.name}


DAMAGES: dict[str, Callable[[Path], object]] = {
    "bytes in its middle": lambda wal: overwrite(wal, 0.5, 64),
    "its header": lambda wal: overwrite(wal, 0.0, 32),
    "half of it lost": halve,
    "all of it lost": Path.unlink,
}


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_log_is_refused_and_kept(tmp_path: Path, damage: str) -> None:
    operator = dead(tmp_path)
    DAMAGES[damage](operator / WAL)
    left = (operator / WAL).read_bytes() if (operator / WAL).exists() else None
    before, refs = ours(operator), git(operator, "for-each-ref")
    done = start(operator, LIVES)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert str(operator / LEDGER) in done.stderr and "heirloom verify --repair" in done.stderr
    assert (ours(operator), git(operator, "for-each-ref")) == (before, refs)
    if left:
        assert (operator / WAL.with_name(f"{WAL.name}.refused")).read_bytes() == left


@pytest.mark.slow
def test_damaged_page_changes_no_generation(tmp_path: Path) -> None:
    operator = make_operator(tmp_path, 3)
    assert start(operator, LIVES).returncode == 0
    with closing(sqlite3.connect(operator / LEDGER)) as ledger:
        ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole, found = (operator / LEDGER).read_bytes(), kept(operator)
    refused = 0
    for page in range(0, len(whole) // PAGE, 8):
        (operator / LEDGER).write_bytes(whole)
        overwrite(operator / LEDGER, page * PAGE / len(whole), PAGE)
        damaged, before = (operator / LEDGER).read_bytes(), ours(operator)
        done = start(operator, LIVES)
        assert done.returncode in (0, 2, 3) and "Traceback" not in done.stderr, (page, done.stderr)
        if done.returncode:
            refused += 1
            assert done.stderr.count("\n") == 1 and "ledger.sqlite" in done.stderr, done.stderr
        if done.returncode == 2:
            assert (ours(operator), (operator / LEDGER).read_bytes()) == (before, damaged)
        assert differences(found, kept(operator)[: len(found)]) == []
    assert refused


@pytest.mark.slow
def test_unknown_phase_is_refused_unaltered(tmp_path: Path) -> None:
    operator = dead(tmp_path)
    with open_ledger(operator, write=True) as ledger:
        ledger.execute("INSERT INTO phases (try, name, at, data) SELECT max(id), 'dream', 0, '{}' FROM tries")
        ledger.commit()
        before = list(ledger.iterdump())
        files, refs = ours(operator), git(operator, "for-each-ref")
        done = start(operator, LIVES)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert all(word in done.stderr for word in (str(operator / LEDGER), "generation 2, try 1", "'dream'"))
        assert (list(ledger.iterdump()), ours(operator), git(operator, "for-each-ref")) == (before, files, refs)
