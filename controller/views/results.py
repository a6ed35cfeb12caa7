"""`heirloom ground results`: every grading that the ledger and the notes hold, as a table, CSV or JSON."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console

from controller.ground.record import Record
from controller.ground.summary import summary
from controller.ledger.gradings import MUTANTS
from controller.settings.amounts import plain
from controller.views.comparison import number
from controller.views.sheet import write_csv, write_json
from controller.views.text import printable

COLUMNS = (
    *(
        "comparison",
        "began",
        "lineage",
        "a",
        "b",
        "suite",
        "split",
        "verdict",
        "stage",
        "pair",
        "side",
        "commit",
        "task",
    ),
    *("task_hash", "task_is", "repeat", "state", "reason", "tokens", "dollars", "seconds", "at"),
)
NONE = "nothing was compared yet; `heirloom ground compare A B` does, and notes of others come by `git fetch`"


def rows(record: Record, now: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """A row a grading. `now`: the hash of each task as it stands; one that had another is of another task."""
    for one in record.comparisons:
        for grading in record.gradings[one.id]:
            task_is = ""
            if one.suite != MUTANTS:
                task_is = "as now" if now.get(grading.task) == grading.task_hash else "another task"
            yield {
                "comparison": one.id,
                "began": one.began,
                "lineage": one.lineage,
                "a": one.a,
                "b": one.b,
                "suite": one.suite,
                "split": one.split,
                "verdict": one.verdict or "open",
                "stage": grading.stage,
                "pair": grading.pair,
                "side": grading.side,
                "commit": grading.commit,
                "task": grading.task,
                "task_hash": grading.task_hash,
                "task_is": task_is,
                "repeat": grading.repeat,
                "state": grading.state,
                "reason": grading.reason,
                "tokens": grading.tokens,
                "dollars": None if grading.nanodollars is None else plain(grading.nanodollars),
                "seconds": grading.seconds,
                "at": grading.at,
            }


def show(console: Console, record: Record, now: Mapping[str, str], form: str) -> None:
    """Print: `form` is csv, json or text."""
    found = list(rows(record, now))
    if form == "csv":
        write_csv(console, COLUMNS, found)
    elif form == "json":
        write_json(console, COLUMNS, found)
    elif not record.comparisons:
        console.print(NONE)
    else:
        show_comparisons(console, record, found)


def show_comparisons(console: Console, record: Record, found: list[dict[str, Any]]) -> None:
    """A line a comparison."""
    others: dict[int, int] = {}
    for row in found:
        if row["task_is"] == "another task":
            others[row["comparison"]] = others.get(row["comparison"], 0) + 1
    for one in record.comparisons:
        counted = summary(one, record.gradings[one.id])
        tally = counted.tally
        line = (
            f"{one.id:>3}  {one.b[:10]} against {one.a[:10]}  {one.suite}/{one.split}: {counted.verdict}; "
            f"won {tally.wins}, lost {tally.losses} of {tally.pairs} pairs, evidence {number(tally.evidence)}"
        )
        if one.id in others:
            line += f"; {others[one.id]} gradings are of tasks that were changed since: of other tasks"
        console.print(printable(line), highlight=False, soft_wrap=True)
    console.print(f"sealed tasks were opened {len(record.openings)} times", highlight=False)
