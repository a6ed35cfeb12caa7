"""`heirloom log`: a line a generation, from the branch alone. What it shows is the list of columns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from rich.console import Console

from controller.contract import (
    ADOPTED,
    CLOSED,
    CRASHED,
    EVOLVED,
    HISTORY,
    KILLED,
    OUTCOMES,
    REFUSED,
    ROLLED_BACK,
    Outcome,
)
from controller.errors import RequestError
from controller.git.log import Generation, generations
from controller.git.repository import Repository
from controller.state.presence import ref_of
from controller.views.columns import COLUMNS, GOAL_BEFORE, MORE, Column, Row, row
from controller.views.sheet import check_forms, write_csv, write_json

WORDS_CHARS = 32  # that what happened has at least, as long as other columns can go
WIDE = 10_000  # characters of a line that is not for a terminal
GAP = "  "
AGO = re.compile(r"(\d{1,6})\s*([dhm])")
UNITS = {"d": "days", "h": "hours", "m": "minutes"}
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


@dataclass(frozen=True)
class Selection:
    """Which generations are shown and what of them, as the command line says it; "": everything, the usual columns."""

    columns: str = ""
    since: str = ""
    outcome: str = ""


def find(repository: Repository, branch: str) -> list[Generation]:
    """The generations of a lineage, newest first; a fresh clone's remote branch counts. Raises RequestError."""
    ref = ref_of(repository, branch)
    if ref and (found := generations(repository, ref)):
        return found
    raise RequestError(f"there is no lineage {branch} here yet; `heirloom run` lives one (--branch names another)")


def chosen(text: str, columns: Sequence[Column] = (*COLUMNS, *MORE)) -> tuple[Column, ...]:
    """The columns that are named, each with a title. Raises RequestError that names the known ones."""
    known = {column.key: column for column in columns}
    found = []
    for name in text.split(","):
        column = known.get(name.strip())
        if column is None:
            raise RequestError(f"there is no column {name.strip()!r}; there are: {', '.join(known)}")
        found.append(replace(column, title=column.title or column.key, rank=0))
    return tuple(found)


def moment(text: str, now: datetime) -> float:
    """The seconds since the epoch that --since means. Raises RequestError."""
    ago = AGO.fullmatch(text.strip())
    try:
        if ago is not None:
            return (now - timedelta(**{UNITS[ago[2]]: int(ago[1])})).timestamp()
        found = datetime.fromisoformat(text.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError) as error:
        raise RequestError(
            f"--since: {text!r} is no date; write 2026-11-28, 2026-11-28T14:00 (UTC), or 3d, 12h, 30m for how long ago"
        ) from error


def with_outcome(lived: Sequence[Generation], text: str) -> list[Generation]:
    """Those with one of these outcomes: `refused` is every refusal, `refused(tests)` that one. Raises RequestError."""
    wanted = {name.strip() for name in text.split(",")}
    seen = {one.outcome for one in lived}
    known = {*OUTCOMES, *seen, *(Outcome.parse(outcome).name for outcome in seen)}
    for name in sorted(wanted - known):
        raise RequestError(f"--outcome: no generation has the outcome {name!r}; there are: {', '.join(sorted(known))}")
    return [one for one in lived if {one.outcome, Outcome.parse(one.outcome).name} & wanted]


def select(lived: Sequence[Generation], selection: Selection, now: datetime) -> list[Generation]:
    """The generations that are asked for, in their order. Raises RequestError."""
    found = list(lived)
    if selection.since:
        since = moment(selection.since, now)
        found = [one for one in found if one.date >= since]
    if selection.outcome:
        within = {one.commit for one in with_outcome(lived, selection.outcome)}
        found = [one for one in found if one.commit in within]
    return found


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
    for one in rows:
        yield {**one, GOAL_BEFORE: before}
        before = one.get("goal")


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
    repository: Repository,
    branch: str,
    console: Console,
    as_json: bool,
    columns: Sequence[Column] = COLUMNS,
    selection: Selection = Selection(),
    as_csv: bool = False,
) -> None:
    """Print the log, oldest first. Raises RequestError."""
    check_forms(as_json, as_csv)
    if selection.columns:
        columns = chosen(selection.columns)
    lived = select(find(repository, branch), selection, datetime.now(UTC))
    keys = [column.key for column in columns]
    if as_json or as_csv:
        rows = (row(one, columns) for one in reversed(lived))
        (write_json if as_json else write_csv)(console, keys, rows)
        return
    # A cell may be made of more than its own column
    needed = {column.key: column for column in (*COLUMNS, *columns)}.values()
    texts = [row(one, tuple(needed)) for one in reversed(lived)]
    width = console.width if console.is_terminal else WIDE
    # Plain lines: rich's table takes seconds for a long lineage
    console.file.write("\n".join(table(texts, width, columns)) + "\n")
