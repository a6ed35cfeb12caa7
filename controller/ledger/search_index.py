"""The index of what was said and done: SQLite's full-text search, in a file beside the ledger that can be made anew."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from controller.errors import LedgerDamaged, RequestError
from controller.ledger.database import Connection, Database, Layout
from controller.ledger.migrations import SEARCH_SCHEMA, migrations

FILE = "search.sqlite"
LAYOUT = Layout(
    migrations(SEARCH_SCHEMA),
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",  # it is made again where power is lost
    "it is made again by the next search",
)
PIECE_CHARS, MOST_CHARS = 20_000, 1_000_000  # of one document, of one text: the rest of it is not searched
BEGIN, END = "\x02", "\x03"  # round what was found
WORDS = 24  # of a text that are shown round what was found


@dataclass(frozen=True)
class Document:
    """One text and where it stands. `body`: the recorded body that it is; None: none."""

    lineage: str
    generation: int
    number: int
    kind: str
    place: str
    text: str
    body: int | None = None


class SearchIndex:
    """The file of a repository's index. A file that is broken or of another version is made anew.

    Raises LedgerError where it can neither be read nor made.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        try:
            self._database = Database(self._path, layout=LAYOUT)
        except (LedgerDamaged, RequestError):
            self.remove()
            self._database = Database(self._path, layout=LAYOUT)

    def remove(self) -> None:
        """Delete the file."""
        for end in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + end).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def mark(self, source: str) -> str:
        """How far a source was read; "" before."""
        rows = self._database.rows("SELECT mark FROM sources WHERE name = ?", source)
        return str(rows[0]["mark"]) if rows else ""

    def set_mark(self, source: str, mark: str) -> None:
        """Note how far a source was read."""
        with self._database.transaction() as db:
            db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?)", (source, mark))

    def missing(self, commits: Sequence[str]) -> set[str]:
        """Those of these generations that are not in it."""
        rows = self._database.rows(
            "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM generations)", json.dumps(commits)
        )
        return {row["value"] for row in rows}

    def add_generations(self, found: Iterable[tuple[str, Sequence[str], Sequence[Document]]]) -> None:
        """Add generations: the commit, the lessons handed on, the documents. One that is there is passed over."""
        with self._database.transaction() as db:
            for commit, lessons, documents in found:
                ids = json.dumps([lesson_id(db, text) for text in lessons])
                new = db.execute("INSERT OR IGNORE INTO generations VALUES (?, ?)", (commit, ids)).rowcount
                if new:
                    insert(db, documents)

    def lessons(self, commits: Sequence[str]) -> dict[str, list[str]]:
        """By commit, the lessons that a generation handed on."""
        texts = {row["id"]: row["text"] for row in self._database.rows("SELECT id, text FROM lessons")}
        rows = self._database.rows(
            "SELECT id, lessons FROM generations WHERE id IN (SELECT value FROM json_each(?))", json.dumps(commits)
        )
        return {row["id"]: [texts[one] for one in json.loads(row["lessons"])] for row in rows}

    def heard(self, lineage: str) -> dict[int, int]:
        """By life, how many of its calls are in it."""
        rows = self._database.rows("SELECT life, calls FROM heard WHERE lineage = ?", lineage)
        return {row["life"]: row["calls"] for row in rows}

    def bodies(self, lineage: str) -> set[int]:
        """The recorded bodies that are in it."""
        return {row["body"] for row in self._database.rows("SELECT body FROM bodies WHERE lineage = ?", lineage)}

    def add_calls(self, lineage: str, life: int, calls: int, documents: Sequence[Document]) -> None:
        """Add what a life said, up to this call."""
        with self._database.transaction() as db:
            said = "SELECT calls FROM heard WHERE lineage = ? AND life = ? AND calls >= ?"
            if db.execute(said, (lineage, life, calls)).fetchone():
                return  # another search added it meanwhile
            insert(db, documents)
            db.execute("INSERT OR REPLACE INTO heard VALUES (?, ?, ?)", (lineage, life, calls))

    def drop_bodies(self, lineage: str, kept: set[int]) -> None:
        """Forget the recorded bodies that are kept no longer."""
        rows = self._database.rows("SELECT body, document FROM bodies WHERE lineage = ?", lineage)
        with self._database.transaction() as db:
            for row in rows:
                if row["body"] not in kept:
                    db.execute("DELETE FROM documents WHERE rowid = ?", (row["document"],))
                    db.execute("DELETE FROM bodies WHERE lineage = ? AND body = ?", (lineage, row["body"]))

    def find(self, phrases: Sequence[str], kind: str, limit: int) -> tuple[list[Document], int]:
        """The documents that hold all phrases, the best first, and how many there are.

        Their `text` is cut to what stands round the words, these between `BEGIN` and `END`.
        """
        question = " ".join(quoted(phrase) for phrase in phrases)
        where = "documents MATCH ? AND (? = '' OR kind = ?)"
        rows = self._database.rows(
            f"SELECT snippet(documents, 0, '{BEGIN}', '{END}', '…', {WORDS}) AS text, lineage, generation, number, "
            f"kind, place FROM documents WHERE {where} ORDER BY rank LIMIT ?",
            *(question, kind, kind, limit),
        )
        found = [Document(*(row[name] for name in DOCUMENT)) for row in rows]
        total = len(found)
        if total == limit:
            counted = self._database.rows(
                f"SELECT count(*) AS total FROM documents WHERE {where}", question, kind, kind
            )
            total = counted[0]["total"]
        return found, total


DOCUMENT = ("lineage", "generation", "number", "kind", "place", "text")


def insert(db: Connection, documents: Iterable[Document]) -> None:
    """Write documents, a long text in pieces."""
    for one in documents:
        text = storable(one.text[:MOST_CHARS])
        for start in range(0, len(text), PIECE_CHARS):
            values = (one.lineage, one.generation, one.number, one.kind, one.place, text[start : start + PIECE_CHARS])
            row = db.execute(
                f"INSERT INTO documents ({', '.join(DOCUMENT)}) VALUES (?, ?, ?, ?, ?, ?)", values
            ).lastrowid
            if one.body is not None:
                db.execute("INSERT OR IGNORE INTO bodies VALUES (?, ?, ?)", (one.lineage, one.body, row))


def lesson_id(db: Connection, text: str) -> int:
    """The id of a lesson, which is written down where it is new."""
    db.execute("INSERT OR IGNORE INTO lessons (text) VALUES (?)", (storable(text),))
    row = db.execute("SELECT id FROM lessons WHERE text = ?", (storable(text),)).fetchone()
    return int(row["id"])


def storable(text: str) -> str:
    """A text as SQLite takes it, in which nothing stands for the marks of what was found."""
    plain = text.encode("utf-8", "replace").decode()
    return plain.translate({0: " ", ord(BEGIN): " ", ord(END): " "})


def quoted(phrase: str) -> str:
    """A phrase as a string of the full-text query, in which nothing is an operator; `*` at its end: words so begun."""
    text = storable(phrase)
    ending = "*" if text.endswith("*") else ""
    return '"' + text.rstrip("*").replace('"', '""') + '"' + ending
