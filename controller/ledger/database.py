"""The ledger's file: SQLite in WAL mode, every transaction on disk when it ends. The only owner of sqlite3."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from controller.errors import LedgerDamaged, LedgerError, RequestError
from controller.ledger.findings import FINDINGS
from controller.ledger.judging import JUDGING
from controller.ledger.link import CHAIN, FUNCTION, link
from controller.ledger.money import MONEY
from controller.ledger.pauses_table import PAUSES
from controller.ledger.promise import PROMISE
from controller.ledger.wishes_table import WISHES

Connection = sqlite3.Connection
SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, lineage TEXT NOT NULL, started REAL NOT NULL,
    until INTEGER NOT NULL, settings TEXT NOT NULL, tokens INTEGER, calls INTEGER, ended REAL, reason TEXT);
CREATE TABLE IF NOT EXISTS tries (id INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs, lineage TEXT NOT NULL,
    generation INTEGER NOT NULL, number INTEGER NOT NULL, parent TEXT NOT NULL, started REAL NOT NULL,
    ended REAL, outcome TEXT, reason TEXT, UNIQUE (lineage, generation, number));
CREATE TABLE IF NOT EXISTS phases (try INTEGER NOT NULL REFERENCES tries, name TEXT NOT NULL, at REAL NOT NULL,
    data TEXT NOT NULL, PRIMARY KEY (try, name));
CREATE TABLE IF NOT EXISTS generations (lineage TEXT NOT NULL, number INTEGER NOT NULL,
    try INTEGER NOT NULL REFERENCES tries, id TEXT NOT NULL, outcome TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (lineage, number));
CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, try INTEGER NOT NULL REFERENCES tries, run TEXT NOT NULL,
    at REAL NOT NULL, model TEXT NOT NULL, reserved INTEGER NOT NULL CHECK (reserved >= 0), settled REAL,
    status INTEGER, input INTEGER NOT NULL DEFAULT 0, cached INTEGER NOT NULL DEFAULT 0,
    written INTEGER NOT NULL DEFAULT 0, output INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS calls_run ON calls (run);
CREATE INDEX IF NOT EXISTS calls_try ON calls (try);
"""
# The schema's version is how many of these a file has seen: never change one, append.
STEPS = (
    SCHEMA,
    PROMISE,
    CHAIN,
    FINDINGS,
    JUDGING,
    PAUSES,
    MONEY,
    WISHES,
)  # fmt: skip


@dataclass(frozen=True)
class Layout:
    """What a file is made by, and what helps where it is damaged."""

    steps: Sequence[str]
    pragmas: str
    mend: str


LEDGER = Layout(
    STEPS,
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    "`heirloom verify --repair` puts its newest copy there",
)


class Database:
    """One file, one connection, all threads, one at a time.

    Raises LedgerError, LedgerDamaged, RequestError (made by a newer version).
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time, layout: Layout = LEDGER) -> None:
        self.path, self._layout = path, layout
        self.clock = clock
        self._lock = threading.Lock()
        try:
            self._db = sqlite3.connect(path, timeout=30, check_same_thread=False, isolation_level=None)
            self._db.row_factory = sqlite3.Row
            self._db.create_function(FUNCTION, -1, link, deterministic=True)
            self._db.executescript(layout.pragmas)
            self._migrate()
        except sqlite3.DatabaseError as error:
            raise self._translate(error) from error

    def _migrate(self) -> None:
        latest = len(self._layout.steps)
        if self._version() == latest:
            return
        with self.transaction() as db:  # two controllers may find the same new file: the second one finds it done
            version = self._version()
            if version > latest:
                raise RequestError(
                    f"{self.path} was written by a newer Heirloom (schema {version}); update this checkout"
                )
            for statement in statements("".join(self._layout.steps[version:])):
                db.execute(statement)
            db.execute(f"PRAGMA user_version={latest}")

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _translate(self, error: sqlite3.DatabaseError) -> LedgerError:
        if isinstance(error, sqlite3.OperationalError):
            return LedgerError(f"{self.path}: {error}; check the disk (space, permissions) and start again")
        if isinstance(error, sqlite3.IntegrityError):
            return LedgerError(f"{self.path}: {error}: refused, nothing was written; this is a fault of ours")
        return LedgerDamaged(f"{self.path} is damaged ({error}); {self._layout.mend}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and on disk when it ends."""
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield self._db
                except BaseException:
                    if self._db.in_transaction:  # a full disk has ended it already
                        self._db.execute("ROLLBACK")
                    raise
                self._db.execute("COMMIT")
            except sqlite3.DatabaseError as error:
                raise self._translate(error) from error

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """What a question answers."""
        with self._lock:
            try:
                return self._db.execute(sql, values).fetchall()
            except sqlite3.DatabaseError as error:
                raise self._translate(error) from error

    def backup(self, path: Path) -> None:
        """A copy of what is in the file now, whole or not at all, readable by its owner alone."""
        new = path.with_name(f".{path.name}.new")
        new.unlink(missing_ok=True)
        new.touch(0o600)
        try:
            with closing(sqlite3.connect(new)) as copy, self._lock:
                self._db.backup(copy)
            with new.open("rb") as file:
                os.fsync(file.fileno())
        except sqlite3.DatabaseError as error:
            raise self._translate(error) from error
        new.replace(path)

    def sound(self) -> str:
        """What SQLite's own check finds wrong, or nothing."""
        found = [row[0] for row in self.rows("PRAGMA integrity_check(3)")]
        return "" if found == ["ok"] else "; ".join(found)

    def close(self) -> None:
        """Close the file; the ledger cannot be used afterwards."""
        with self._lock:
            self._db.close()


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one, so that they can be run within a transaction."""
    statement = ""
    for part in script.split(";")[:-1]:
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
