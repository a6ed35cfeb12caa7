"""The recordings: what each life asked of a model and was answered. A file of its own, one a lineage.

Every body (a message, a system prompt, a list of tools, the other parameters, an answer) is stored once, compressed,
under its hash; an exchange names its bodies. `retention` drops bodies, never rows.
"""

import hashlib
import json
import threading
import time
import zlib
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from controller.ledger.bodies import JSON, RequestParts, join, pack_ids, split, unpack_ids
from controller.ledger.database import Connection, Database, Layout
from controller.ledger.migrations import RECORDINGS_SCHEMA, migrations
from controller.settings.retention import KEEP_ALL, Retention

FILE = "recordings.sqlite"
# A recording is no promise: a power failure may take its last moments with it, and no call waits for the disk
PRAGMAS = "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
REMEDY = "move it aside, with its -wal and -shm, and run again: what was said is lost, the lineage is not"
REMEMBERED_LIVES = 64  # more than live at once
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


@dataclass(frozen=True)
class Spoken:
    """One body of an exchange: a message, or the answer. `kind`: the answer's content type."""

    body: int
    number: int
    path: str
    is_answer: bool
    data: bytes
    kind: str


class Recordings:
    """The exchanges of a lineage's lives. Methods may be called from any thread, for several lives in turn.

    `pages`: the most that the file may grow to, of 4 KiB each. `to_read`: as for `Database`. Raises LedgerError,
    LedgerDamaged, RequestError.
    """

    def __init__(
        self,
        folder: Path,
        retention: Retention = KEEP_ALL,
        clock: Callable[[], float] = time.time,
        pages: int = 2**30,
        to_read: bool = False,
    ) -> None:
        layout = Layout(migrations(RECORDINGS_SCHEMA), f"{PRAGMAS} PRAGMA max_page_count={pages};", REMEDY)
        self._database = Database(folder / FILE, clock, layout, to_read)
        self._retention = retention
        self._writing = threading.Lock()
        self._used: dict[int, dict[bytes, int]] = {}  # by life: the ids of bodies that it uses, by their hashes

    def add(self, one: Exchange, token: str) -> None:
        """Store an exchange of the life that holds this token; the token itself is stored nowhere.

        Raises LedgerError; ValueError, RecursionError where JSON cannot carry the request.
        """
        assert one.request is not None and one.answer is not None
        parts = split(one.request)
        with self._writing:
            try:
                with self._database.transaction() as db:
                    bodies = Bodies(db, one.life, self._used_by(one.life), token)
                    self._insert(db, one, parts, bodies, one.answer)
            except BaseException:
                self._used.pop(one.life, None)  # what is rolled back is not there
                raise

    def _insert(self, db: Connection, one: Exchange, parts: RequestParts, bodies: "Bodies", answer: bytes) -> None:
        messages = [bodies.store(data) for data in parts.messages]
        db.execute(
            "INSERT INTO exchanges (life, number, at, path, call, rest, system, tools, messages, status, headers, "
            "answer, whole) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                one.life,
                one.number,
                self._database.clock(),
                one.path,
                one.call,
                bodies.store(parts.rest),
                bodies.store_if_any(parts.system),
                bodies.store_if_any(parts.tools),
                pack_ids(messages),
                one.status,
                json.dumps(dict(one.headers)),
                bodies.store(answer),
                one.whole,
            ),
        )

    def _used_by(self, life: int) -> dict[bytes, int]:
        """What a life is known to use; of lives that were begun long ago it is forgotten, and looked up again."""
        if life not in self._used:
            while len(self._used) >= REMEMBERED_LIVES:
                del self._used[min(self._used)]
            self._used[life] = {}
        return self._used[life]

    def of_life(self, life: int) -> Iterator[Exchange]:
        """The exchanges of one try, in order."""
        read: dict[int, bytes | None] = {}

        def body(number: int) -> bytes | None:
            if number not in read:
                data = self._database.rows("SELECT data FROM bodies WHERE id = ?", number)[0]["data"]
                read[number] = None if data is None else zlib.decompress(data)
            return read[number]

        for row in self._database.rows("SELECT * FROM exchanges WHERE life = ? ORDER BY number", life):
            yield Exchange(
                life=life,
                number=row["number"],
                path=row["path"],
                request=whole_request(row, body),
                status=row["status"],
                headers=json.loads(row["headers"]),
                answer=body(row["answer"]),
                whole=bool(row["whole"]),
                call=row["call"],
                at=row["at"],
            )

    def extent(self) -> str:
        """What changes whenever there is a new body, or one was dropped."""
        row = self._database.rows(
            "SELECT (SELECT coalesce(max(id), 0) FROM bodies), (SELECT min(life) FROM bodies WHERE stored > 0)"
        )[0]
        return f"{row[0]} {row[1]}"

    def kept(self) -> set[int]:
        """The bodies whose text is kept."""
        return {row["id"] for row in self._database.rows("SELECT id FROM bodies WHERE data IS NOT NULL")}

    def calls(self) -> dict[int, int]:
        """By life, the number of its newest exchange."""
        return {row[0]: row[1] for row in self._database.rows("SELECT life, max(number) FROM exchanges GROUP BY life")}

    def spoken(self, life: int, after: int, known: Container[int]) -> Iterator[Spoken]:
        """What was said in a life behind exchange `after`: each body that is kept and not known, once."""
        met: set[int] = set()
        rows = self._database.rows(
            "SELECT number, path, messages, answer, headers FROM exchanges WHERE life = ? AND number > ? "
            "ORDER BY number",
            *(life, after),
        )
        for row in rows:
            for body in (*unpack_ids(row["messages"]), row["answer"]):
                if body in known or body in met:
                    continue
                met.add(body)
                data = self._database.rows("SELECT data FROM bodies WHERE id = ?", body)[0]["data"]
                if data is not None:
                    kind = json.loads(row["headers"]).get("content-type", "")
                    answer = body == row["answer"]
                    yield Spoken(body, row["number"], row["path"], answer, zlib.decompress(data), kind)

    def newest(self) -> int:
        """The newest life that it holds; 0 before any."""
        return int(self._database.rows("SELECT coalesce(max(life), 0) AS newest FROM exchanges")[0]["newest"])

    def drop(self, living: Sequence[int] = ()) -> None:
        """Drop the bodies that `retention` does not keep, and give their room back. Raises LedgerError.

        `living`: lives that are still recorded; nothing of them, or of a newer one, is dropped.
        """
        if not self._retention.bounded:
            return
        rows = self._database.rows(
            "SELECT life, sum(stored), coalesce((SELECT max(at) FROM exchanges WHERE exchanges.life = bodies.life), 0) "
            "FROM bodies WHERE stored > 0 GROUP BY life ORDER BY life DESC"
        )
        lives = [(row[0], row[1], row[2]) for row in rows]
        last = self._retention.last_dropped(lives, self._database.clock())
        last = min([last, *(life - 1 for life in living)])
        if last < 1:
            return
        with self._writing:
            self._used = {life: used for life, used in self._used.items() if life > last}
            with self._database.transaction() as db:
                db.execute("UPDATE bodies SET data = NULL, stored = 0 WHERE life <= ? AND stored > 0", (last,))
        self._database.rows("PRAGMA incremental_vacuum")

    def close(self) -> None:
        """Close the file."""
        self._database.close()


@dataclass(frozen=True)
class Bodies:
    """Stores the bodies of one exchange within a transaction. `used`: those that this life is known to use."""

    db: Connection
    life: int
    used: dict[bytes, int]
    token: str

    def store(self, data: bytes) -> int:
        """The id of a body, which is stored where it is not yet, and is kept as long as this life is."""
        data = data.replace(self.token.encode(), HIDDEN)
        name = hashlib.sha256(data).digest()
        if name not in self.used:
            self.used[name] = self._claim(name, data)
        return self.used[name]

    def store_if_any(self, data: bytes | None) -> int | None:
        """The same for a part that a request may lack."""
        if data is None:
            return None
        return self.store(data)

    def _claim(self, name: bytes, data: bytes) -> int:
        row = self.db.execute("SELECT id, data IS NULL AS dropped FROM bodies WHERE hash = ?", (name,)).fetchone()
        if row is not None and not row["dropped"]:
            self.db.execute("UPDATE bodies SET life = max(life, ?) WHERE id = ?", (self.life, row["id"]))
            return int(row["id"])
        small = zlib.compress(data)
        row = self.db.execute(
            "INSERT INTO bodies (hash, life, stored, data) VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO UPDATE "
            "SET life = max(life, excluded.life), stored = excluded.stored, data = excluded.data RETURNING id",
            (name, self.life, len(small), small),
        ).fetchone()
        return int(row["id"])


def whole_request(row: Any, body: Callable[[int], bytes | None]) -> JSON | None:
    """The request of a row, or None where a part of it was dropped. `body`: a part's bytes by its id."""

    def part(number: int | None) -> bytes | None:
        return None if number is None else body(number)

    rest, system, tools = part(row["rest"]), part(row["system"]), part(row["tools"])
    found = [body(number) for number in unpack_ids(row["messages"])]
    messages = tuple(data for data in found if data is not None)
    dropped = (
        len(messages) < len(found)
        or (system is None and row["system"] is not None)
        or (tools is None and row["tools"] is not None)
    )
    if rest is None or dropped:
        return None
    return join(RequestParts(rest, system, tools, messages))
