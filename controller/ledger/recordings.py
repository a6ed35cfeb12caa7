"""The recordings: what each life asked of a model and was answered. A file of its own, one a lineage.

Every body (a message, a system prompt, a list of tools, the other parameters, an answer) is stored once, compressed,
under its hash; an exchange names its bodies. `retention` drops bodies, never rows.
"""

import hashlib
import json
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from controller.ledger.bodies import APART, JSON, Parts, packed, put_together, taken_apart, unpacked
from controller.ledger.database import Connection, Database, Layout
from controller.ledger.migrations import RECORDINGS_SCHEMA, migrations
from controller.settings.retention import KEEP_ALL, Retention

FILE = "recordings.sqlite"
# A recording is no promise: a power failure may take its last moments with it, and no call waits for the disk
PRAGMAS = "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
REMEDY = "move it aside, with its -wal and -shm, and run again: what was said is lost, the lineage is not"
HIDDEN = b"heirloom-" + 32 * b"x"  # stands where a life's own token stood, which is another at each life


@dataclass(frozen=True)
class Exchange:
    """One request of a life and what it was answered.

    `life`: the ledger's try; `number`: its place in that life, from 1; `call`: the ledger's call, where one was
    booked. `status` is None where the child did not wait for an answer; `whole`: the answer came to its end.
    `request` and `answer` are None where `retention` dropped them. `at`: seconds since the epoch.
    """

    life: int
    number: int
    path: str
    request: JSON | None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    answer: bytes | None = b""
    whole: bool = True
    call: int | None = None
    at: float = 0.0


class Recordings:
    """The exchanges of a lineage's lives. One writer; methods may be called from any thread.

    `pages`: the most that the file may grow to, of 4 KiB each. Raises LedgerError, LedgerDamaged, RequestError.
    """

    def __init__(
        self, folder: Path, retention: Retention = KEEP_ALL, clock: Callable[[], float] = time.time, pages: int = 2**30
    ) -> None:
        layout = Layout(migrations(RECORDINGS_SCHEMA), f"{PRAGMAS} PRAGMA max_page_count={pages};", REMEDY)
        self._database = Database(folder / FILE, clock, layout)
        self._retention = retention
        self._life = 0
        self._known: dict[bytes, int] = {}  # bodies that this life has used already

    def add(self, one: Exchange, token: str) -> None:
        """Store an exchange of the life that holds this token; the token itself is stored nowhere.

        Raises LedgerError; ValueError, RecursionError where JSON cannot carry the request.
        """
        assert one.request is not None and one.answer is not None
        if one.life != self._life:
            self._life, self._known = one.life, {}
        parts = taken_apart(one.request)

        def stored(data: bytes | None) -> int | None:
            return None if data is None else self._stored(db, data.replace(token.encode(), HIDDEN))

        with self._database.transaction() as db:
            try:
                said = [stored(data) or 0 for data in parts.messages]
                values = (one.life, one.number, self._database.clock(), one.path, one.call, stored(parts.rest),
                          stored(parts.system), stored(parts.tools), packed(said), one.status,
                          json.dumps(dict(one.headers)), stored(one.answer), one.whole)  # fmt: skip
                db.execute(f"INSERT INTO exchanges VALUES ({', '.join('?' * len(values))})", values)
            except BaseException:
                self._known = {}  # what is rolled back is not there
                raise

    def _stored(self, db: Connection, data: bytes) -> int:
        """The id of a body, which is stored where it is not yet, and belongs to this life from now on."""
        name = hashlib.sha256(data).digest()
        if name not in self._known:
            row = db.execute("SELECT id, data IS NULL AS gone FROM bodies WHERE hash = ?", (name,)).fetchone()
            if row is None or row["gone"]:
                small = zlib.compress(data)
                row = db.execute(
                    "INSERT INTO bodies (hash, life, stored, data) VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO UPDATE "
                    "SET life = excluded.life, stored = excluded.stored, data = excluded.data RETURNING id",
                    (name, self._life, len(small), small),
                ).fetchone()
            else:
                db.execute("UPDATE bodies SET life = ? WHERE id = ?", (self._life, row["id"]))
            self._known[name] = row["id"]
        return self._known[name]

    def of_life(self, life: int) -> Iterator[Exchange]:
        """The exchanges of one try, in order."""
        read: dict[int, bytes | None] = {}

        def body(number: int) -> bytes | None:
            if number not in read:
                data = self._database.rows("SELECT data FROM bodies WHERE id = ?", number)[0]["data"]
                read[number] = None if data is None else zlib.decompress(data)
            return read[number]

        for row in self._database.rows("SELECT * FROM exchanges WHERE life = ? ORDER BY number", life):
            yield Exchange(life, row["number"], row["path"], whole_request(row, body), row["status"],
                           json.loads(row["headers"]), body(row["answer"]), bool(row["whole"]), row["call"],
                           row["at"])  # fmt: skip

    def newest(self) -> int:
        """The newest life that it holds; 0 before any."""
        return int(self._database.rows("SELECT coalesce(max(life), 0) AS newest FROM exchanges")[0]["newest"])

    def drop(self) -> None:
        """Drop the bodies that `retention` does not keep, and give their room back. Raises LedgerError."""
        if not self._retention.bounded:
            return
        lives = self._database.rows(
            "SELECT life, sum(stored), coalesce((SELECT max(at) FROM exchanges WHERE exchanges.life = bodies.life), 0) "
            "FROM bodies WHERE stored > 0 GROUP BY life ORDER BY life DESC"
        )
        last = self._retention.last_dropped([(row[0], row[1], row[2]) for row in lives], self._database.clock())
        if last:
            with self._database.transaction() as db:
                db.execute("UPDATE bodies SET data = NULL, stored = 0 WHERE life <= ? AND stored > 0", (last,))
            self._database.rows("PRAGMA incremental_vacuum")

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def whole_request(row: Any, body: Callable[[int], bytes | None]) -> JSON | None:
    """The request of a row, or None where a part of it was dropped."""
    numbers = [row["rest"], *unpacked(row["messages"]), *(row[name] for name in APART if row[name] is not None)]
    if any(body(number) is None for number in numbers):
        return None
    rest, *said = (body(number) or b"" for number in numbers[: 1 + len(unpacked(row["messages"]))])
    system, tools = (None if row[name] is None else body(row[name]) for name in APART)
    return put_together(Parts(rest, system, tools, tuple(said)))
