"""`heirloom tree`: lineages as a tree of text, one line a generation; what merely went on is folded."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from rich.console import Console

from controller.contract import Outcome
from controller.observatory.forest import Forest, Node, folded
from controller.views.columns import short
from controller.views.text import json_line

FOLD = 4  # plain generations in a row are one line from so many on
MARKS = {"evolved": "●", "history": "○", "refused": "✗", "killed": "✗", "crashed": "✗", "rolled-back": "↩"}
ALONE = "◆"  # of what the operator did, and of an outcome that we do not know
REASON_CHARS = 300
DEPTH = 24  # columns that branches within branches may take; a deeper one is drawn there
NO_LEDGER = (
    "There is no ledger here: reasons of death go only as far back as the lineage's memory, and aborted tries are not "
    "known. It lies where the lineage was lived; ask there, or copy its .git/heirloom/ledger.sqlite."
)


def show(found: Forest, console: Console, as_json: bool, unfolded: bool) -> None:
    """Print the forest, the oldest generation first."""
    if as_json:
        for node, parent in walked(found):
            json_line(console, as_data(node, parent))
        return
    width = console.width if console.is_terminal else 200
    for text in lines(found, width, unfolded):
        console.file.write(f"{text}\n")
    if not found.ledger:
        console.file.write(f"\n{NO_LEDGER}\n")


def walked(found: Forest) -> Iterator[tuple[Node, Node | None]]:
    """Each node once, with what it goes on from, parents first."""
    waiting: list[tuple[Node, Node | None]] = [(root, None) for root in reversed(found.roots)]
    while waiting:
        node, parent = waiting.pop()
        yield node, parent
        waiting += [(below, node) for below in reversed(node.below)]


def as_data(node: Node, parent: Node | None) -> dict[str, Any]:
    """One generation as a JSON object; `goes_on_from`: the generation whose genome it began with."""
    one = node.one
    return {
        "generation": one.number,
        "commit": one.commit,
        "goes_on_from": None if parent is None else parent.one.commit,
        "outcome": one.outcome,
        "goal": one.trailers.get("Goal", ""),
        "says": one.subject.partition(": ")[2],
        "reason": node.reason,
        "tips": list(node.tips),
        "champion": node.champion,
        "merged": node.merged,
        "aborted": [{"try": tried.number, "reason": tried.reason} for tried in node.aborted],
    }


def lines(found: Forest, width: int, unfolded: bool) -> Iterator[str]:
    """The tree. Of what hangs below a generation the longest line goes straight on, the others branch off before it."""
    heights = measured(found)
    waiting = [(root, "", "") for root in reversed(found.roots)]  # a node, and what stands before it and its next
    while waiting:
        node, before, rest = waiting.pop()
        stretch = [node] if unfolded else folded(node)
        if len(stretch) >= FOLD:
            yield cut(f"{before}┊ {summed(stretch)}", width)
        else:
            for one in stretch:
                yield cut(f"{before if one is node else rest}{told(one)}", width)
                before = rest
        last = stretch[-1]
        for tried in last.aborted:
            yield cut(f"{rest}├╴ aborted, try {tried.number}: {short(tried.reason, REASON_CHARS)}", width)
        below = sorted(last.below, key=lambda one: heights[one.one.commit], reverse=True)
        deep = rest if len(rest) >= DEPTH else f"{rest}│  "
        later = [(below[0], rest, rest)] if below else []
        branches = sorted(below[1:], key=lambda one: one.one.number)
        waiting += [*later, *((one, f"{rest}├─ ", deep) for one in reversed(branches))]


def measured(found: Forest) -> dict[str, int]:
    """For each generation, the newest generation that goes on from it: the lineage's tip before all others."""
    newest: dict[str, int] = {}
    for node, _ in reversed(list(walked(found))):
        own = node.one.number + (10**9 if node.tips else 0)
        newest[node.one.commit] = max([own, *(newest[one.one.commit] for one in node.below)])
    return newest


def told(node: Node) -> str:
    """One generation: its mark, number, outcome, what it is to its lineage, and what it says or why it died."""
    one = node.one
    words = [MARKS.get(Outcome.parse(one.outcome).name, ALONE), str(one.number), short(one.outcome, 40)]
    if node.champion:
        words.append("★ champion")
    if node.merged is not None:
        words.append(f"⋈ merged with {node.merged}")
    words += [f"[{short(tip, 80)}]" for tip in node.tips]
    text = node.reason or one.subject.partition(": ")[2]
    return f"{' '.join(words)}  {short(text, REASON_CHARS)}".rstrip()


def summed(stretch: list[Node]) -> str:
    """Generations that went on, in one line."""
    counts = Counter(Outcome.parse(node.one.outcome).name for node in stretch)
    words = ", ".join(f"{number} {name}" for name, number in counts.most_common())
    return f"{stretch[0].one.number}–{stretch[-1].one.number}  {words}"


def cut(text: str, width: int) -> str:
    """A line of at most so many characters."""
    return text if len(text) <= width else f"{text[: max(width - 1, 0)]}…"
