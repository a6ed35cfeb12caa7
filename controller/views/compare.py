"""`heirloom compare A B`: two commits, generations or lineages beside each other."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console

from controller.contract import one_line
from controller.ground.evidence import evidence
from controller.observatory.comparison import Pair, Side
from controller.views.text import json_line, plain

FILES = 60  # that are listed
CELL = 34  # characters of a side's fact
DIFF_CHARS = 400_000
NO_LEDGER = "not known here: there is no ledger, which lies where the lineage was lived"


def show(pair: Pair, console: Console, as_json: bool) -> None:
    """Print both sides."""
    if as_json:
        json_line(console, as_data(pair))
        return
    width = console.width if console.is_terminal else 200
    for line in lines(pair):
        console.file.write(f"{line if len(line) <= width else line[: width - 1] + '…'}\n")
    if pair.diff:
        console.file.write(f"\n{plain(pair.diff[:DIFF_CHARS])}\n")
        if len(pair.diff) > DIFF_CHARS:
            console.file.write(f"… {len(pair.diff) - DIFF_CHARS:,} characters more; --path names one file\n")


def lines(pair: Pair) -> Iterator[str]:
    """What is compared, a line a fact."""
    for name, one, other in facts(pair.a, pair.b):
        mark = " " if one == other else "≠"
        yield f"{name:<16}{mark} {one_line(one, CELL):<{CELL}}  {one_line(other, CELL)}".rstrip()
    common = pair.common
    yield f"{'common ancestor':<16}  " + (f"generation {common.number}, {common.commit[:10]}" if common else "none")
    yield f"{'evidence':<16}  {measured(pair)}"
    for title, first, second in (("lessons only of A", pair.a, pair.b), ("lessons only of B", pair.b, pair.a)):
        for lesson in first.lessons:
            if lesson not in second.lessons:
                yield f"{title}: {one_line(lesson, 400)}"
    yield ""
    added = sum(plus or 0 for plus, _, _ in pair.files)
    deleted = sum(minus or 0 for _, minus, _ in pair.files)
    what = "1 file differs" if len(pair.files) == 1 else f"{len(pair.files)} files differ"
    yield f"{what}, +{added:,} −{deleted:,} lines"
    for plus, minus, path in pair.files[:FILES]:
        count = "binary" if plus is None else f"+{plus} −{minus}"
        yield f"  {count:<14} {one_line(path, 200)}"
    if len(pair.files) > FILES:
        yield f"  … {len(pair.files) - FILES:,} more; --json lists all"


def facts(a: Side, b: Side) -> Iterator[tuple[str, str, str]]:
    """The facts of both sides, by name, as texts."""
    change = f" ({b.code_tokens - a.code_tokens:+,})"
    first, second = texts(a), texts(b)
    second["code tokens"] += change
    for name, text in first.items():
        yield name, text, second[name]
    for name in sorted({*a.outcomes, *b.outcomes}):
        yield f"  {name}", str(a.outcomes[name]), str(b.outcomes[name])


def texts(one: Side) -> dict[str, str]:
    """The facts of a side, by name."""
    life = one.revision.generation
    return {
        "": one.revision.name,
        "commit": one.revision.commit[:12],
        "generation": str(life.number) if life else "none",
        "outcome": life.outcome if life else "–",
        "goal": one.goal or "–",
        "code tokens": f"{one.code_tokens:,}",
        "tests": one.tests or "–",
        "generations": f"{one.lives:,}",
        "tokens so far": f"{one.tokens:,}",
        "usd so far": "unknown" if one.usd is None else f"{one.usd:,.4f}",
    }


def measured(pair: Pair) -> str:
    """What the ledger's comparisons of the two say."""
    if pair.measured is None:
        return NO_LEDGER
    if not pair.measured:
        return "none: the two were not compared on a ground"
    words = []
    for one in pair.measured:
        wins, losses = one.wins, one.losses
        if one.a != pair.a.revision.commit:
            wins, losses = losses, wins
        factor = float(evidence(wins, losses))
        words.append(f"{one.suite}/{one.split}: B alone passed {wins}, A alone {losses} of {one.pairs} pairs, "
                     f"evidence {factor:.3g} that B is better")  # fmt: skip
    return "; ".join(words)


def as_data(pair: Pair) -> dict[str, Any]:
    """The whole as one JSON object."""
    return {
        "a": side_data(pair.a),
        "b": side_data(pair.b),
        "common": pair.common.commit if pair.common else None,
        "files": [{"path": path, "added": added, "deleted": deleted} for added, deleted, path in pair.files],
        "diff": pair.diff,
        "comparisons": None if pair.measured is None else [vars(one) for one in pair.measured],
    }


def side_data(one: Side) -> dict[str, Any]:
    """One side as JSON data."""
    known = one.revision.generation
    return {
        "name": one.revision.name,
        "commit": one.revision.commit,
        "generation": known.number if known else None,
        "outcome": known.outcome if known else None,
        "goal": one.goal,
        "code_tokens": one.code_tokens,
        "tests": one.tests,
        "generations": one.lives,
        "tokens": one.tokens,
        "usd": one.usd,
        "outcomes": dict(one.outcomes),
        "lessons": list(one.lessons),
    }
