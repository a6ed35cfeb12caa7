"""The table of all attempts: at a level, as the user that we are, and as an unprivileged one where we are root."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from bench.parts.ground import ROOT
from controller.run.compose import VENV
from controller.sandbox.levels import choose
from controller.sandbox.none import Unisolated
from controller.sandbox.temporary import temporary_folder
from escape import calls, doors, hidden, inboxes, limits, network, processes, reading, writing
from escape.attempt import Attempt, Row, judge
from escape.host import NOBODY, view_for_all
from escape.placed import placed

ATTEMPTS: tuple[Attempt, ...] = tuple(
    attempt
    for part in (reading, writing, network, processes, calls, inboxes, limits, hidden, doors)
    for attempt in part.ATTEMPTS
)


def rows(attempts: Sequence[Attempt], folder: Path, level: str = "bubblewrap") -> Iterator[Row]:
    """What came of each attempt, as the user that we are."""
    with placed(folder, choose(level, VENV, embedded=False)[0], Unisolated(VENV)) as (walled, open_):
        for attempt in attempts:
            yield judge(attempt, walled, open_)


def as_user(names: Sequence[str]) -> Iterator[Row]:
    """The same, as an unprivileged user of this machine."""
    with tempfile.TemporaryDirectory() as place:
        work = Path(place, "work")
        work.mkdir()
        work.chmod(0o777)
        Path(place).chmod(0o755)
        words = [sys.executable, "-B", "-m", "escape", "--json", "--here", *names]
        shown = {"PATH": os.environ["PATH"], "HOME": "/tmp/work", "TMPDIR": "/tmp/work"}
        with subprocess.Popen(
            [*view_for_all(work), *NOBODY, *words], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=shown
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                yield Row(**json.loads(line))


def everything(names: Sequence[str] = (), here: bool = False) -> Iterator[Row]:
    """All rows; `names`: only these attempts, `here`: only as the user that we are."""
    wanted = [attempt for attempt in ATTEMPTS if not names or attempt.name in names]
    with temporary_folder("escape") as place:
        yield from rows(wanted, Path(place))
    if os.geteuid() == 0 and not here:
        yield from as_user(names)


def line(row: Row) -> str:
    """A row as text."""
    why = f"  ({row.why})" if row.why else ""
    return f"{row.held:<12}{row.level}, {row.user:<6} {row.name:<20} {row.tries}{why}"


def as_json(row: Row) -> str:
    """A row as one line of JSON."""
    return json.dumps(asdict(row))


def markdown(found: Sequence[Row]) -> str:
    """The table of SECURITY.md: an attempt a row, a user a column; what was not checked says why below."""
    users = sorted({row.user for row in found})
    heads = ["attempt", "tries to", *(f"as {user}" for user in users)]
    lines = [table_row(heads), "|---" * len(heads) + "|"]
    notes: list[str] = []
    by_name: dict[str, dict[str, Row]] = {}
    for row in found:
        by_name.setdefault(row.name, {})[row.user] = row
    for name, by_user in by_name.items():
        cells = [name, by_user[users[0]].tries]
        for user in users:
            row = by_user[user]
            if not row.why:
                cells.append(row.held)
                continue
            if row.why not in notes:
                notes.append(row.why)
            cells.append(f"{row.held} ({notes.index(row.why) + 1})")
        lines.append(table_row(cells))
    lines.append("")
    for number, note in enumerate(notes, 1):
        lines.append(f"({number}) {note}")
    return "\n".join(lines)


def table_row(cells: Sequence[str]) -> str:
    """A row of a table in Markdown."""
    return f"| {' | '.join(cells)} |"
