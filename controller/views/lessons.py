"""`heirloom lessons`: what a lineage hands on, who taught it, how the lives fared that had it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from controller.contract import one_line
from controller.observatory.lessons import Lesson, evolved
from controller.views.text import json_line

TEXT_CHARS = 400


def show(found: Sequence[Lesson], console: Console, as_json: bool, every: bool) -> None:
    """Print the lessons that are handed on still; with `every` those too that were dropped."""
    shown = [one for one in found if every or one.last is None]
    if as_json:
        for one in shown:
            json_line(console, as_data(one))
        return
    for one in shown:
        until = "" if one.last is None else f", dropped after {one.last}"
        console.file.write(f"{one_line(one.text, TEXT_CHARS)}\n  taught by {one.taught.number} "
                           f"({one_line(one.taught.outcome, 40)}){until}; {fared(one)}\n")  # fmt: skip
    dropped = len(found) - len(shown)
    if dropped:
        console.file.write(f"{dropped} more were dropped; --all shows them\n")
    if not found:
        console.file.write("no lesson was taught yet\n")
    if shown:
        console.file.write("A share is no cause: lives with a lesson are later ones, and had others too.\n")


def fared(one: Lesson) -> str:
    """How the lives ended that had it, beside those that had not."""
    if not one.had:
        return "no life had it yet"
    words = f"had by {one.had.total()} lives: {counted(one.had)}"
    without = evolved(one.without)
    if without is None:
        return words
    return f"{words} ({evolved(one.had) or 0:.0%} evolved; of the {one.without.total()} without it {without:.0%})"


def counted(counts: Counter[str]) -> str:
    """Counts in words."""
    return ", ".join(f"{number} {name}" for name, number in counts.most_common())


def as_data(one: Lesson) -> dict[str, Any]:
    """One lesson as a JSON object."""
    return {
        "text": one.text,
        "taught": one.taught.number,
        "taught_outcome": one.taught.outcome,
        "last": one.last,
        "had": dict(one.had),
        "without": dict(one.without),
    }
