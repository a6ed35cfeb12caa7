"""The ledger's file: SQLite in WAL mode, every transaction on disk when it ends. The only owner of sqlite3."""

import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from controller.errors import LedgerDamaged, LedgerError, RequestError
from controller.ledger.link import FUNCTION, link
from controller.ledger.migrations import LEDGER_SCHEMA, migrations
from controller.sandbox.temporary import temporary_folder

Connection = sqlite3.Connection
LEDGER_FILE = "ledger.sqlite"


@dataclass(frozen=True)
class Layout:
    """How a file is made: its migrations, the first first, and pragmas; `remedy`: what helps where it is damaged."""

    migrations: Sequence[str]
    pragmas: str
    remedy: str


LEDGER_LAYOUT = Layout(
    migrations(LEDGER_SCHEMA),
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    "`heirloom verify --repair` puts its newest copy there",
)


class Database:
    """One file and one connection, for all threads, one at a time: a thread waits while another one's block runs.

    `to_read`: nothing will be written; where the disk allows no writing, which SQLite needs in order to read, a copy is
    read.

    Raises LedgerError, LedgerDamaged; RequestError where a newer version made the file.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.time,
        layout: Layout = LEDGER_LAYOUT,
        to_read: bool = False,
    ) -> None:
        self.path = path
        self.clock = clock
        self._layout = layout
        self._lock = threading.RLock()
        try:
            with ExitStack() as opening:
                opened = path
                if to_read and not is_writable(path):
                    opened = opening.enter_context(copied(path))
                self._db = sqlite3.connect(opened, timeout=30, check_same_thread=False, isolation_level=None)
                opening.callback(self._db.close)
                self._prepare()
                self._opened = opening.pop_all()
        except sqlite3.DatabaseError as error:
            raise self._translate(error) from error

    def _prepare(self) -> None:
        self._db.row_factory = sqlite3.Row
        self._db.create_function(FUNCTION, -1, link, deterministic=True)
        self._db.executescript(self._layout.pragmas)
        version = self._version()
        if version != len(self._layout.migrations):
            self._migrate()

    def _migrate(self) -> None:
        latest = len(self._layout.migrations)
        with self.transaction() as db:
            version = self._version()  # again: another controller may have found the same new file, and made it
            if version > latest:
                raise RequestError(
                    f"{self.path} was written by a newer Heirloom (schema {version}); update this checkout"
                )
            for script in self._layout.migrations[version:]:
                for statement in statements(script):
                    db.execute(statement)
            db.execute(f"PRAGMA user_version={latest}")

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _translate(self, error: sqlite3.DatabaseError) -> LedgerError:
        if isinstance(error, sqlite3.OperationalError):
            return LedgerError(f"{self.path}: {error}; check the disk (space, permissions) and start again")
        if isinstance(error, sqlite3.IntegrityError):
            return LedgerError(f"{self.path}: {error}: refused, nothing was written; this is a fault of ours")
        return LedgerDamaged(f"{self.path} is damaged ({error}); {self._layout.remedy}")

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A block whose writes are done all or not at all, and are on disk when it ends. Raises LedgerError."""
        with self._block("BEGIN IMMEDIATE"):
            yield self._db

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A block whose questions are all answered as of one moment, those of `rows` too; it keeps nobody from writing.

        Raises LedgerError.
        """
        with self._block("BEGIN DEFERRED"):
            yield self._db

    @contextmanager
    def _block(self, begin: str) -> Iterator[None]:
        with self._lock:
            try:
                self._db.execute(begin)
                try:
                    yield
                except BaseException:
                    if self._db.in_transaction:  # a full disk has ended it already
                        self._db.execute("ROLLBACK")
                    raise
                self._db.execute("COMMIT")
            except sqlite3.DatabaseError as error:
                raise self._translate(error) from error

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """What a statement answers, each `?` of it being one of `values`. Raises LedgerError."""
        with self._lock:
            try:
                return self._db.execute(sql, values).fetchall()
            except sqlite3.DatabaseError as error:
                raise self._translate(error) from error

    def backup(self, path: Path) -> None:
        """Write a copy of what is in the file now, whole or not at all, readable by its owner alone.

        Raises LedgerError, OSError.
        """
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
        """What SQLite's own check finds wrong, or "". Raises LedgerDamaged where it cannot even look."""
        found = [row[0] for row in self.rows("PRAGMA integrity_check(3)")]
        if found == ["ok"]:
            return ""
        return "; ".join(found)

    def close(self) -> None:
        """Close the file; the ledger cannot be used afterwards."""
        with self._lock:
            self._opened.close()


def is_writable(path: Path) -> bool:
    """Whether this process may write a file and its folder; root may not where the disk is mounted to be read."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


@contextmanager
def copied(path: Path) -> Iterator[Path]:
    """A copy of a file of SQLite's, with what its log holds, for as long as the block lasts. Raises OSError."""
    with temporary_folder("read") as folder:
        copy = folder / path.name
        for part in ("", "-wal"):
            source = path.with_name(path.name + part)
            if source.exists():
                shutil.copyfile(source, copy.with_name(copy.name + part))
        yield copy


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one, so that they can be run within a transaction."""
    statement = ""
    for part in script.split(";")[:-1]:
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
