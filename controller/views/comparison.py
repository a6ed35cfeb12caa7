"""What a comparison prints: each pair as it is done, each stage, and in the end all that may be said."""

from dataclasses import asdict
from typing import Any

from rich.console import Console

from controller.ground.comparison import Progress, StageEnded
from controller.ground.evidence import ACCEPT
from controller.ground.summary import COVERAGE, Sides, Summary
from controller.ledger.gradings import MUTANTS, SEALED, Grading
from controller.settings.amounts import dollars
from controller.views.sentences import compact
from controller.views.text import json_line, printable

SHOWN = 12  # tasks on which they differ
WORDS = {
    "better": "better",
    "worse": "not better",
    "undecided": "undecided: neither is shown to be better",
    "dropped (smoke)": "dropped: the new one broke on the first task",
    "dropped (six)": "dropped: the new one passed none of six tasks, the old one four or more",
}


class Watching:
    """Prints what happens in a comparison."""

    def __init__(self, console: Console, as_json: bool) -> None:
        self._console, self._as_json = console, as_json

    def __call__(self, what: Progress | StageEnded) -> None:
        if self._as_json:
            json_line(self._console, as_object(what))
        elif isinstance(what, StageEnded):
            self._console.print(f"stage {what.stage}: {printable(what.says)}{': dropped' if what.dropped else ''}")
        else:
            self._console.print(line_of(what), highlight=False)


def as_object(what: Progress | StageEnded) -> dict[str, Any]:
    """One event as JSON."""
    if isinstance(what, StageEnded):
        return {"event": "stage", **asdict(what)}
    states = {"a": what.a.state, "b": what.b.state}
    number, task, repeat = what.pair.number, what.pair.task.name, what.pair.repeat
    tally = {"wins": what.tally.wins, "losses": what.tally.losses, "evidence": float(what.tally.evidence)}
    return {"event": "pair", "pair": number, "stage": what.pair.stage, "task": task, "repeat": repeat} | states | tally


def line_of(what: Progress) -> str:
    """One pair."""
    tally = what.tally
    ends = f"old {ending(what.a)}, new {ending(what.b)}"
    return (
        f"pair {what.pair.number:>3}  {printable(what.pair.task.name):<32} {ends:<24} "
        f"{tally.wins} won, {tally.losses} lost, evidence {number(tally.evidence)}"
    )


def ending(one: Grading) -> str:
    """One side of a pair in a word."""
    return one.state


def number(value: Any) -> str:
    """A number in few characters: two digits that matter below 10, one decimal below 100, whole above."""
    found = float(value)
    if found < 10:
        return f"{found:.2g}"
    return f"{found:.1f}" if found < 100 else f"{found:,.0f}"


def percent(share: float) -> str:
    """A share in percent."""
    return f"{100 * share:.1f} %"


def show_summary(console: Console, found: Summary, opened: int, as_json: bool) -> None:
    """All that may be said of a comparison. `opened`: how often sealed tasks were opened for others."""
    if as_json:
        json_line(console, summary_as_json(found, opened))
        return
    one, tally = found.comparison, found.tally
    console.print(
        f"{one.b[:10]} (new) against {one.a[:10]} (old), {one.suite}, {one.split}: "
        f"{printable(WORDS.get(found.verdict, found.verdict))}",
        highlight=False,
    )
    lines = [
        f"  won {tally.wins}, lost {tally.losses}; both passed {tally.both}, neither {tally.neither}; "
        f"{tally.pairs} pairs, {found.voids} more were void",
        f"  evidence {number(found.evidence)} for better ({ACCEPT} is enough), {number(found.against)} against; "
        f"P(better) {percent(float(found.better))}",
    ]
    if one.suite == MUTANTS:
        lines += mutants_lines(found)
    else:
        lines += [side_line("old", found.a), side_line("new", found.b), less_line(found)]
        for task in found.differing[:SHOWN]:
            lines.append(f"  differs: {task.task}: old {task.a}, new {task.b} of {task.pairs}")
        if len(found.differing) > SHOWN:
            lines.append(f"  and on {len(found.differing) - SHOWN} tasks more")
    if one.split == SEALED:
        lines.append(f"  sealed tasks were opened {opened} times before this")
    for line in lines:
        console.print(printable(line), highlight=False, soft_wrap=True)


def mutants_lines(found: Summary) -> list[str]:
    """What is said of held-out mutants."""
    total = found.tally.pairs
    return [
        f"  of {total} held-out mutants the old one's tests notice {found.a.passed}, the new one's {found.b.passed}"
    ]


def side_line(name: str, side: Sides) -> str:
    """One side's rate and costs."""
    rate = side.rate
    spread = f"{percent(rate.value)} ({COVERAGE} % over tasks: {percent(rate.low)} to {percent(rate.high)})"
    each = side.tokens_a_solved_task
    solved = "none solved" if each is None else f"{compact(each)} a solved one"
    cost = "price unknown" if side.nanodollars is None else dollars(side.nanodollars)
    return f"  {name}: {spread}; {compact(side.tokens)} tokens, {solved}; {cost}"


def less_line(found: Summary) -> str:
    """Whether the new one is as good for less."""
    said = {"better": "yes", "worse": "no, it takes more", "undecided": "not shown"}
    return f"  as good for fewer tokens: {said[found.less]} ({found.solved_by_both} tasks that both solve)"


def summary_as_json(found: Summary, opened: int) -> dict[str, Any]:
    """The same as an object; evidence and P(better) as exact fractions too."""
    one = found.comparison
    return {
        "event": "comparison",
        "a": one.a,
        "b": one.b,
        "suite": one.suite,
        "split": one.split,
        "verdict": found.verdict,
        **asdict(found.tally),
        "void": found.voids,
        "evidence": float(found.evidence),
        "evidence_exact": str(found.evidence),
        "against": float(found.against),
        "p_better": float(found.better),
        "old": side_as_json(found.a),
        "new": side_as_json(found.b),
        "differing": [asdict(task) for task in found.differing],
        "as_good_for_less": found.less,
        "opened_before": opened,
    }


def side_as_json(side: Sides) -> dict[str, Any]:
    """One side."""
    return {**asdict(side), "tokens_a_solved_task": side.tokens_a_solved_task}
