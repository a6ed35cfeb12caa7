"""`heirloom log`: a line a generation, from the branch alone. What it shows is the list of columns."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from controller.contract import ADOPTED, CLOSED, CRASHED, EVOLVED, HISTORY, KILLED, REFUSED, ROLLED_BACK, one_line
from controller.errors import RequestError
from controller.git.log import Generation, generations
from controller.git.repository import Repository
from controller.state.presence import ref_of
from controller.views.text import json_line

LIMIT = 12  # characters of a short fact
GOAL_CHARS = 50  # of a goal in the log
SAYS_CHARS = 200  # of what a generation says
WORDS_CHARS = 32  # that what happened has at least, as long as other columns can go
WIDE = 10_000  # characters of a line that is not for a terminal
GAP = "  "
NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
COLOURS = {
    EVOLVED: "green",
    HISTORY: "cyan",
    REFUSED: "yellow",
    KILLED: "red",
    CRASHED: "red",
    ROLLED_BACK: "magenta",
    ADOPTED: "magenta",
    CLOSED: "magenta",
}

GOAL_BEFORE = "goal before"  # of the row above, for a cell
Row = Mapping[str, Any]  # one generation as JSON data, by the columns' keys


@dataclass(frozen=True)
class Column:
    """One fact of a generation.

    `key` and `value` are of the JSON object. The line shows the cell's text, at most `limit` characters, under
    `title`; a column without a title is in the JSON alone. `rank`: where the terminal is too narrow the column with
    the highest goes first; one of rank 0 stays. The last column takes the room that is left.
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
        text = self.cell(row) if self.cell is not None else str(row[self.key])
        return one_line(text, self.limit)

    def aligned(self, text: str, width: int) -> str:
        """A text of this column, `width` characters wide."""
        return text.rjust(width) if self.right else text.ljust(width)


def trailer(name: str) -> Callable[[Generation], str]:
    """A trailer's text; "" where there is none."""
    return lambda one: one.trailers.get(name, "")


def count(text: str | None) -> int:
    """A trailer's whole number; 0 where there is none."""
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


def tokens(one: Generation) -> int:
    """All tokens of a life, in and out."""
    return sum(count(one.trailers.get(name)) for name in ("Tokens-In", "Tokens-Cached", "Tokens-Out"))


def tokens_cell(row: Row) -> str:
    """The tokens; a `~` says that some of them are assumed, since no provider told them."""
    mark = "~" if row["assumed"] else ""
    return f"{mark}{row['tokens']:,}"


def what_happened(row: Row) -> str:
    """What the generation says, after its goal where that is another than that of the one before."""
    goal, says = one_line(row["goal"], GOAL_CHARS), one_line(row["says"], SAYS_CHARS)
    if not says or says == goal:
        return goal
    if row.get(GOAL_BEFORE) == row["goal"] or goal in ("", "none"):
        return says
    return f"{goal}: {says}"


COLUMNS = (
    Column("generation", lambda one: one.number, "gen", right=True),
    Column("outcome", lambda one: one.outcome, "outcome", limit=20),
    Column("tests", trailer("Tests"), "tests", limit=24, rank=5),
    Column("tokens", tokens, "tokens", tokens_cell, right=True, rank=2),
    Column("assumed", lambda one: count(one.trailers.get("Tokens-Assumed"))),
    Column("cost_usd", trailer("Cost-USD"), "usd", right=True, rank=4),
    Column("wall_seconds", number("Wall-Seconds", "Seconds"), "s", lambda row: f"{row['wall_seconds']:,.0f}",
           right=True, rank=1),
    Column("gate_seconds", number("Gate-Seconds"), "gates", lambda row: f"{row['gate_seconds']:,.0f}", right=True,
           rank=3),
    Column("seconds", number("Seconds")),
    Column("goal", trailer("Goal")),
    Column("says", lambda one: one.subject.partition(": ")[2], "what happened", what_happened, limit=250),
    Column("commit", lambda one: one.commit),
)  # fmt: skip


def find(repository: Repository, branch: str) -> list[Generation]:
    """The generations of a lineage, newest first; a fresh clone's remote branch counts. Raises RequestError."""
    ref = ref_of(repository, branch)
    if ref and (found := generations(repository, ref)):
        return found
    raise RequestError(f"there is no lineage {branch} here yet; `heirloom run` lives one (--branch names another)")


def row(one: Generation, columns: Sequence[Column] = COLUMNS) -> dict[str, Any]:
    """One generation as a JSON object; tokens and seconds are numbers."""
    return {column.key: column.value(one) for column in columns}


def table(rows: Sequence[Row], width: int, columns: Sequence[Column] = COLUMNS) -> list[str]:
    """A heading and a line a generation, in rows' order, none longer than `width` characters."""
    shown = [column for column in columns if column.title]
    cells = [[column.title for column in shown]]
    cells += [[column.text(row) for column in shown] for row in with_goals_before(rows)]
    widths = [max(map(len, texts)) for texts in zip(*cells, strict=True)]
    kept = fitting(shown, widths, width)
    return [line([(shown[place], texts[place], widths[place]) for place in kept], width) for texts in cells]


def with_goals_before(rows: Sequence[Row]) -> Iterator[Row]:
    """Each row with the goal of the one before."""
    before = None
    for row in rows:
        yield {**row, GOAL_BEFORE: before}
        before = row["goal"]


def fitting(columns: Sequence[Column], widths: Sequence[int], width: int) -> list[int]:
    """The places of the columns that are shown, so that the last one has room for words. Pure."""
    kept = list(range(len(columns)))
    for place in sorted(kept, key=lambda one: -columns[one].rank):
        taken = sum(widths[one] + len(GAP) for one in kept[:-1])
        if taken + min(WORDS_CHARS, widths[-1]) <= width or not columns[place].rank:
            break
        kept.remove(place)
    return kept


def line(cells: Sequence[tuple[Column, str, int]], width: int) -> str:
    """Cells side by side, at most `width` characters: the last one is cut."""
    text = GAP.join(column.aligned(text, wide) for column, text, wide in cells).rstrip()
    if len(text) <= width:
        return text
    return f"{text[: width - 1].rstrip()}…"


def show(
    repository: Repository, branch: str, console: Console, as_json: bool, columns: Sequence[Column] = COLUMNS
) -> None:
    """Print the log, oldest first."""
    rows = [row(one, columns) for one in reversed(find(repository, branch))]
    if as_json:
        for one in rows:
            json_line(console, one)
        return
    width = console.width if console.is_terminal else WIDE
    # Plain lines: rich's table takes seconds for a long lineage
    console.file.write("\n".join(table(rows, width, columns)) + "\n")
