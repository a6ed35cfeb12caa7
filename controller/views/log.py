"""`heirloom log`: a line a generation, from the branch alone. What it shows is the list of columns."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from controller.contract import ADOPTED, CRASHED, EVOLVED, HISTORY, KILLED, REFUSED, ROLLED_BACK, one_line
from controller.errors import RequestError
from controller.git.log import Generation, generations
from controller.git.repository import Repository
from controller.views.text import json_line

LIMIT = 12  # characters of a short fact
GOAL_CHARS = 50  # of a goal in the log
SAYS_CHARS = 200  # of what a generation says
WIDE = 10_000  # characters of a line that is not for a terminal
NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
COLOURS = {
    EVOLVED: "green",
    HISTORY: "cyan",
    REFUSED: "yellow",
    KILLED: "red",
    CRASHED: "red",
    ROLLED_BACK: "magenta",
    ADOPTED: "magenta",
}

Row = Mapping[str, Any]  # one generation as JSON data, by the columns' keys


@dataclass(frozen=True)
class Column:
    """One fact of a generation.

    `key` and `value` are of the JSON object. The line shows the cell's text under `title`, `width` characters wide,
    after `gap` spaces; a longer text moves the rest of its line, up to `limit` characters. A column without a title is
    in the JSON alone. What `shrinks` is cut only where the terminal ends: it comes last.
    """

    key: str
    value: Callable[[Generation], Any]
    title: str = ""
    cell: Callable[[Row], str] | None = None  # None: the value, in one line
    width: int = 0
    limit: int = LIMIT
    right: bool = False
    gap: int = 1
    shrinks: bool = False

    def aligned(self, text: str) -> str:
        """A text of this column, as the line shows it."""
        if self.right:
            text = text.rjust(self.width)
        elif not self.shrinks:
            text = text.ljust(self.width)
        return " " * self.gap + text

    def text(self, row: Row) -> str:
        """The cell of one generation."""
        if self.cell is not None:
            return self.cell(row)
        return one_line(str(row[self.key]), self.limit)


def trailer(name: str) -> Callable[[Generation], str]:
    """A trailer's text; "" where there is none."""
    return lambda one: one.trailers.get(name, "")


def count(text: str | None) -> int:
    """A trailer's whole number; 0 where there is none."""
    found = NUMBER.fullmatch(text or "")
    if found is None or found[1]:
        return 0
    return int(found[0])


def seconds(one: Generation) -> float:
    """How long a life took; 0 where that is not known."""
    found = NUMBER.fullmatch(one.trailers.get("Seconds", ""))
    if found is None:
        return 0
    return float(found[0])


def tokens(one: Generation) -> int:
    """All tokens of a life, in and out."""
    return sum(count(one.trailers.get(name)) for name in ("Tokens-In", "Tokens-Cached", "Tokens-Out"))


def goal_and_words(row: Row) -> str:
    """The goal, and what the generation says where that is something else."""
    goal = one_line(row["goal"], GOAL_CHARS)
    says = one_line(row["says"], SAYS_CHARS)
    if not says or says == row["goal"]:
        return goal
    return f"{goal} · {says}"


COLUMNS = (
    Column("generation", lambda one: one.number, "gen", width=4, right=True, gap=0),
    Column("outcome", lambda one: one.outcome, "outcome", width=17, limit=20, gap=2),
    Column("tests", trailer("Tests"), "tests", width=12, limit=24),
    Column("tokens", tokens, "tokens", lambda row: f"{row['tokens']:,}", width=9, right=True),
    Column("cost_usd", trailer("Cost-USD"), "cost", width=7, right=True),
    Column("seconds", seconds, "s", lambda row: f"{row['seconds']:.0f}", width=6, right=True),
    Column("goal", trailer("Goal"), "goal · what it says", goal_and_words, gap=2, shrinks=True),
    Column("says", lambda one: one.subject.partition(": ")[2]),
    Column("commit", lambda one: one.commit),
)


def find(repository: Repository, branch: str) -> list[Generation]:
    """The generations of a lineage, newest first; a fresh clone's remote branch counts. Raises RequestError."""
    refs = [f"refs/heads/{branch}"]
    refs += [f"refs/remotes/{remote}/{branch}" for remote in repository.run("remote").split()]
    tips = [ref for ref in refs if repository.tip(ref)]
    if tips and (found := generations(repository, tips[0])):
        return found
    raise RequestError(f"there is no lineage {branch} here yet; `heirloom run` lives one (--branch names another)")


def row(one: Generation, columns: Sequence[Column] = COLUMNS) -> dict[str, Any]:
    """One generation as a JSON object; tokens and seconds are numbers."""
    return {column.key: column.value(one) for column in columns}


def heading(columns: Sequence[Column] = COLUMNS) -> str:
    """The titles, above their columns."""
    return "".join(column.aligned(column.title) for column in columns if column.title)


def line(row: Row, width: int, columns: Sequence[Column] = COLUMNS) -> str:
    """One generation as a line of at most `width` characters; what a model wrote comes last and is cut."""
    text = "".join(column.aligned(column.text(row)) for column in columns if column.title)
    if len(text) <= width:
        return text
    return f"{text[: width - 1]}…"


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
    lines = [heading(columns)]
    lines += [line(one, width, columns) for one in rows]
    # Plain lines: rich's table takes seconds for a long lineage
    console.file.write("\n".join(lines) + "\n")
