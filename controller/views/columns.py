"""The columns of a lineage's log: what each shows of a generation, from the branch alone, as a value and a text."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from controller.contract import one_line
from controller.git.log import Generation

LIMIT = 12  # characters of a short fact
GOAL_CHARS = 50  # of a goal in the log
SAYS_CHARS = 200  # of what a generation says
NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")
PASSED = re.compile(r"\b([0-9]{1,9})(?: passed|/[0-9]+)")
GOAL_BEFORE = "goal before"  # of the row above, for a cell
Row = Mapping[str, Any]  # one generation as JSON data, by the columns' keys


@dataclass(frozen=True)
class Column:
    """One fact of a generation.

    `key` and `value` are of the JSON object. The line shows the cell's text, at most `limit` characters, under
    `title`; a column without a title is in the JSON alone, unless it is asked for. `rank`: where the terminal is too
    narrow the column with the highest goes first; one of rank 0 stays. The last column takes the room that is left.
    """

    key: str
    value: Callable[[Generation], Any]
    title: str = ""
    cell: Callable[[Row], str] | None = None  # None: the value, in one line
    limit: int = LIMIT
    right: bool = False
    rank: int = 0

    def text(self, row: Row) -> str:
        """The cell of one generation."""
        if self.cell is not None:
            return short(self.cell(row), self.limit)
        value = row[self.key]
        if isinstance(value, int | float):
            return str(value)
        return short(str(value if value is not None else "–"), self.limit)

    def aligned(self, text: str, width: int) -> str:
        """A text of this column, `width` characters wide."""
        return text.rjust(width) if self.right else text.ljust(width)


def short(text: str, limit: int) -> str:
    """As `one_line`, which looks at each character: most texts have none to be looked at."""
    if len(text) <= limit and text.isascii() and text.isprintable():
        return " ".join(text.split())
    return one_line(text, limit)


def trailer(name: str) -> Callable[[Generation], str]:
    """A trailer's text; "" where there is none."""
    return lambda one: one.trailers.get(name, "")


def known(name: str) -> Callable[[Generation], str | None]:
    """A trailer's text; None where there is none, or it says so."""

    def found(one: Generation) -> str | None:
        text = one.trailers.get(name, "none")
        return None if text in ("none", "-") else text

    return found


def whole(name: str) -> Callable[[Generation], int]:
    """A trailer's whole number; 0 where there is none."""
    return lambda one: count(one.trailers.get(name))


def count(text: str | None) -> int:
    """A whole number; 0 where a text is none."""
    found = NUMBER.fullmatch(text or "")
    if found is None or found[1]:
        return 0
    return int(found[0])


def number(*names: str) -> Callable[[Generation], float]:
    """A trailer's number; the next one's where there is none, and 0 in the end."""

    def found(one: Generation) -> float:
        for name in names:
            match = NUMBER.fullmatch(one.trailers.get(name, ""))
            if match is not None:
                return float(match[0])
        return 0.0

    return found


def dollars(one: Generation) -> float | None:
    """What a life cost; None where a model of it has no price."""
    match = NUMBER.fullmatch(one.trailers.get("Cost-USD", ""))
    return float(match[0]) if match else None


def tests_passed(one: Generation) -> int | None:
    """How many tests passed, where the tests were run."""
    match = PASSED.search(one.trailers.get("Tests", ""))
    return int(match[1]) if match else None


def tokens(one: Generation) -> int:
    """All tokens of a life, in and out."""
    return sum(count(one.trailers.get(name)) for name in ("Tokens-In", "Tokens-Cached", "Tokens-Out"))


def tokens_cell(row: Row) -> str:
    """The tokens; a `~` says that some of them are assumed, since no provider told them."""
    mark = "~" if row["assumed"] else ""
    return f"{mark}{row['tokens']:,}"


def date(one: Generation) -> str:
    """When its commit was made: ISO 8601, UTC."""
    return datetime.fromtimestamp(one.date, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def says(one: Generation) -> str:
    """What the generation says that it did."""
    return one.subject.partition(": ")[2]


def what_happened(row: Row) -> str:
    """What the generation says, after its goal where that is another than that of the one before."""
    goal, text = short(row["goal"], GOAL_CHARS), short(row["says"], SAYS_CHARS)
    if not text or text == goal:
        return goal
    if row.get(GOAL_BEFORE) == row["goal"] or goal in ("", "none"):
        return text
    return f"{goal}: {text}"


COLUMNS = (
    Column("generation", lambda one: one.number, "gen", right=True),
    Column("outcome", lambda one: one.outcome, "outcome", limit=20),
    Column("tests", trailer("Tests"), "tests", limit=24, rank=5),
    Column("tokens", tokens, "tokens", tokens_cell, right=True, rank=2),
    Column("assumed", whole("Tokens-Assumed")),
    Column("cost_usd", trailer("Cost-USD"), "usd", right=True, rank=4),
    Column("wall_seconds", number("Wall-Seconds", "Seconds"), "s", lambda row: f"{row['wall_seconds']:,.0f}",
           right=True, rank=1),
    Column("gate_seconds", number("Gate-Seconds"), "gates", lambda row: f"{row['gate_seconds']:,.0f}", right=True,
           rank=3),
    Column("seconds", number("Seconds")),
    Column("goal", trailer("Goal"), limit=GOAL_CHARS),
    Column("says", says, "what happened", what_happened, limit=250),
    Column("commit", lambda one: one.commit, limit=64),
)  # fmt: skip
MORE = (  # only where they are asked for
    Column("date", date, limit=20),
    Column("parent", lambda one: one.parent, limit=64),
    Column("attempt", known("Attempt"), limit=64),
    Column("tries", whole("Tries"), right=True),
    Column("gates", known("Gates"), limit=120),
    Column("asks", whole("Gate-Asks"), right=True),
    Column("tests_passed", tests_passed, right=True),
    Column("tokens_in", whole("Tokens-In"), right=True),
    Column("tokens_cached", whole("Tokens-Cached"), right=True),
    Column("tokens_out", whole("Tokens-Out"), right=True),
    Column("tokens_aborted", whole("Tokens-Aborted"), right=True),
    Column("usd", dollars, right=True),
    Column("model", known("Model"), limit=40),
    Column("isolation", known("Isolation")),
    Column("seed", known("Seed")),
    Column("config", known("Config")),
    Column("controller", known("Controller")),
    Column("run", known("Run"), limit=40),
)


def row(one: Generation, columns: Sequence[Column] = COLUMNS) -> dict[str, Any]:
    """One generation as a JSON object; tokens and seconds are numbers."""
    return {column.key: column.value(one) for column in columns}
