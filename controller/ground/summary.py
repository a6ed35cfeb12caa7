"""What a comparison says, as numbers: counted from its gradings, whoever stored them. Pure.

Two units, kept apart: the evidence speaks of pairs on this ground; the interval of a pass rate is Wilson's (1927) with
the tasks as its trials, and so speaks of tasks like these.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from controller.ground.comparison import done, passes
from controller.ground.evidence import Decision, Tally, as_good_for_less, probability_better, tally_of
from controller.ledger.gradings import Comparison, Grading, Side

COVERAGE = 95  # percent
NORMAL = 1.959964  # standard deviations to both sides that hold so much


@dataclass(frozen=True)
class Rate:
    """A pass rate, the mean over tasks of each task's share, and the interval of it; 0 to 1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Sides:
    """One side: of `runs` so many `passed`; what all of them cost. `nanodollars` None: not all are known."""

    commit: str
    runs: int
    passed: int
    rate: Rate
    tokens: int
    nanodollars: int | None

    @property
    def tokens_a_solved_task(self) -> int | None:
        """What was spent for each run that passed; None where none did."""
        return round(self.tokens / self.passed) if self.passed else None


@dataclass(frozen=True)
class Differing:
    """A task on which the two differ: how often each passed, of so many pairs."""

    task: str
    a: int
    b: int
    pairs: int


@dataclass(frozen=True)
class Summary:
    """All that is said of one comparison. `voids`: pairs that the world voided."""

    comparison: Comparison
    tally: Tally
    evidence: Fraction
    against: Fraction
    better: Fraction
    a: Sides
    b: Sides
    differing: tuple[Differing, ...]
    less: Decision
    solved_by_both: int
    voids: int

    @property
    def verdict(self) -> str:
        """As it was written down; while it is open, as it stands."""
        return self.comparison.verdict or f"open ({self.tally.decision} so far)"


def summary(comparison: Comparison, gradings: Sequence[Grading]) -> Summary:
    """Count a comparison."""
    pairs = done(gradings)
    tally = tally_of(passes(both) for both in pairs.values())
    by_task: dict[str, list[tuple[Grading, Grading]]] = {}
    for both in pairs.values():
        by_task.setdefault(both[0].task, []).append(both)
    ratios = tokens_by_task(by_task)
    return Summary(
        comparison=comparison,
        tally=tally,
        evidence=tally.evidence,
        against=Tally(tally.losses, tally.wins).evidence,
        better=probability_better(tally.wins, tally.losses),
        a=side(comparison.a, "a", by_task),
        b=side(comparison.b, "b", by_task),
        differing=differing(by_task),
        less=as_good_for_less(tally, ratios),
        solved_by_both=len(ratios),
        voids=sum(one.state == "void" for one in gradings) // 2,
    )


def side(commit: str, name: Side, by_task: Mapping[str, Sequence[tuple[Grading, Grading]]]) -> Sides:
    """One side of a comparison."""
    shares, runs = [], []
    for pairs in by_task.values():
        own = [both[0] if name == "a" else both[1] for both in pairs]
        runs += own
        shares.append(sum(one.state == "passed" for one in own) / len(own))
    priced = [one.nanodollars for one in runs if one.nanodollars is not None]
    return Sides(
        commit=commit,
        runs=len(runs),
        passed=sum(one.state == "passed" for one in runs),
        rate=rate(shares),
        tokens=sum(one.tokens for one in runs),
        nanodollars=sum(priced) if len(priced) == len(runs) else None,
    )


def rate(shares: Sequence[float]) -> Rate:
    """The mean of the tasks' shares, and Wilson's interval with the tasks as its trials: never of no width.

    A share of several runs varies less than one run would, so that the interval is rather too wide than too narrow.
    """
    if not shares:
        return Rate(0.0, 0.0, 1.0)
    count, value = len(shares), sum(shares) / len(shares)
    square = NORMAL**2 / count
    middle = (value + square / 2) / (1 + square)
    half = NORMAL / (1 + square) * math.sqrt((value * (1 - value) + square / 4) / count)
    return Rate(value, max(middle - half, 0.0), min(middle + half, 1.0))


def differing(by_task: Mapping[str, Sequence[tuple[Grading, Grading]]]) -> tuple[Differing, ...]:
    """The tasks on which one side passed more often, the largest differences first."""
    found = []
    for task, pairs in by_task.items():
        a, b = sum(a.state == "passed" for a, _ in pairs), sum(b.state == "passed" for _, b in pairs)
        if a != b:
            found.append(Differing(task, a, b, len(pairs)))
    return tuple(sorted(found, key=lambda one: (one.a - one.b, one.task)))


def tokens_by_task(by_task: Mapping[str, Sequence[tuple[Grading, Grading]]]) -> list[tuple[int, int]]:
    """Of each task that both solved at least once together: what the new one took there for it, and the old one."""
    found = []
    for pairs in by_task.values():
        both = [(a, b) for a, b in pairs if a.state == b.state == "passed"]
        if both:
            found.append((sum(b.tokens for _, b in both), sum(a.tokens for a, _ in both)))
    return found
