"""`heirloom blame PATH[:LINE]`: the generation, its outcome and its goal beside each line."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from controller.contract import one_line
from controller.observatory.blame import Line
from controller.views.text import json_line, plain

GOAL_CHARS, TEXT_CHARS = 40, 400
BEFORE = "before the lineage"


def show(found: Sequence[Line], console: Console, as_json: bool) -> None:
    """Print a line each."""
    if as_json:
        for one in found:
            json_line(console, as_data(one))
        return
    width = console.width if console.is_terminal else 1000
    origins = [origin(one) for one in found]
    wide = max(map(len, origins), default=0)
    digits = len(str(found[-1].number)) if found else 1
    for one, text in zip(found, origins, strict=True):
        line = f"{text:<{wide}} {one.number:>{digits}} {plain(one.text.expandtabs()[:TEXT_CHARS])}"
        console.file.write(f"{line if len(line) <= width else line[: width - 1] + '…'}\n")


def origin(one: Line) -> str:
    """Where a line is from."""
    life = one.generation
    if life is None:
        return f"{one.commit[:8]} {BEFORE}"
    return f"{one.commit[:8]} {life.number} {one_line(life.outcome, 20)}: {one_line(goal(one), GOAL_CHARS)}"


def goal(one: Line) -> str:
    """The goal of the life that wrote it."""
    return one.generation.trailers.get("Goal", "") if one.generation else ""


def as_data(one: Line) -> dict[str, Any]:
    """One line as a JSON object."""
    life = one.generation
    return {
        "line": one.number,
        "text": one.text,
        "commit": one.commit,
        "generation": life.number if life else None,
        "outcome": life.outcome if life else None,
        "goal": goal(one) or None,
    }
