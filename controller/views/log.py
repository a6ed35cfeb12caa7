"""`heirloom log`: a line a generation, from the branch alone."""

import re
from typing import Any

from rich.console import Console
from rich.table import Table

from controller.errors import RequestError
from controller.history import Generation, generations
from controller.repository import Repository
from controller.views.text import json_line, printable

COLOURS = {"evolved": "green", "history": "cyan", "refused": "yellow", "killed": "red", "crashed": "red"}


def find(repository: Repository, branch: str) -> list[Generation]:
    """The generations of a lineage, newest first; a fresh clone's remote branch counts. Raises RequestError."""
    refs = [f"refs/heads/{branch}"]
    refs += [f"refs/remotes/{remote}/{branch}" for remote in repository.run("remote").split()]
    tips = [ref for ref in refs if repository.tip(ref)]
    found = generations(repository, tips[0]) if tips else []
    if not found:
        raise RequestError(f"there is no lineage {branch} here yet; `heirloom run` lives one (--branch names another)")
    return found


def row(one: Generation) -> dict[str, Any]:
    """One generation as a JSON object; tokens and seconds are numbers."""
    told = one.trailers
    return {
        "generation": one.number,
        "outcome": one.outcome,
        "goal": told.get("Goal", ""),
        "tests": told.get("Tests", ""),
        "tokens": number(told.get("Tokens-In")) + number(told.get("Tokens-Cached")) + number(told.get("Tokens-Out")),
        "cost_usd": told.get("Cost-USD", ""),
        "seconds": number(told.get("Seconds"), float),
        "says": one.subject.partition(": ")[2],
        "commit": one.commit,
    }


def number(text: str | None, kind: type[int] | type[float] = int) -> float:
    """A trailer's number; 0 where there is none."""
    found = re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,6})?", text or "")
    return kind(found[0]) if found and (kind is float or not found[1]) else 0


def table(rows: list[dict[str, Any]]) -> Table:
    """The log for a person, oldest first. Text of a model's is escaped."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for name, justify in (("gen", "right"), ("outcome", "left"), ("tests", "left"), ("tokens", "right"),
                          ("$", "right"), ("s", "right"), ("goal · what it says", "left")):  # fmt: skip
        made.add_column(name, justify=justify, no_wrap=name != "goal · what it says")  # type: ignore[arg-type]
    for one in rows:
        colour = COLOURS.get(one["outcome"].partition("(")[0], "white")
        says = one["says"] if one["says"] != one["goal"] else ""
        made.add_row(
            str(one["generation"]), f"[{colour}]{printable(one['outcome'])}[/]", printable(one["tests"]),
            f"{one['tokens']:,}", printable(one["cost_usd"]), f"{one['seconds']:.0f}",
            printable(one["goal"]) + (f"\n[dim]{printable(says)}[/]" if says else ""),
        )  # fmt: skip
    return made


def show(repository: Repository, branch: str, console: Console, as_json: bool) -> None:
    """Print the log, oldest first."""
    rows = [row(one) for one in reversed(find(repository, branch))]
    if as_json:
        for one in rows:
            json_line(console, one)
    else:
        console.print(table(rows))
