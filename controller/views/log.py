"""`heirloom log`: a line a generation, from the branch alone."""

import re
from typing import Any

from rich.console import Console

from controller.contract import one_line
from controller.errors import RequestError
from controller.git.log import Generation, generations
from controller.git.repository import Repository
from controller.views.text import json_line

HEAD = " gen  outcome           tests           tokens    cost      s  goal · what it says"
GOAL_CHARS = 50  # of a goal in the log
COLOURS = {"evolved": "green", "history": "cyan", "refused": "yellow", "killed": "red", "crashed": "red",
           "rolled-back": "magenta", "adopted": "magenta"}  # fmt: skip


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


def line(told: dict[str, Any], width: int) -> str:
    """One generation as a line of at most `width` characters; what a model wrote comes last and is cut."""
    goal, says = one_line(told["goal"], GOAL_CHARS), one_line(told["says"], 200)
    facts = (
        f"{told['generation']:>4}  {one_line(told['outcome'], 20):<17} {one_line(told['tests'], 24):<12} "
        f"{told['tokens']:>9,.0f} {one_line(told['cost_usd'], 12):>7} {told['seconds']:>6.0f}  {goal}"
    )
    return cut(f"{facts} · {says}" if says and says != told["goal"] else facts, width)


def cut(text: str, width: int) -> str:
    """A line cut to a width, its spaces kept."""
    return text if len(text) <= width else text[: width - 1] + "…"


def show(repository: Repository, branch: str, console: Console, as_json: bool) -> None:
    """Print the log, oldest first."""
    rows = [row(one) for one in reversed(find(repository, branch))]
    if as_json:
        for one in rows:
            json_line(console, one)
        return
    width = console.width if console.is_terminal else 10_000
    # Plain lines: rich's table takes seconds for a long lineage
    console.file.write("\n".join([HEAD, *(line(one, width) for one in rows), ""]))
