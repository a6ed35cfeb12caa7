"""Two genomes on the same tasks, pair by pair, until it is known which is better; what is known is in the ledger.

The order of all pairs follows from the comparison's seed, so that the same command goes on where another one stopped.
A pair is written when both sides are graded, or not at all; a fault of the world voids it, and it is done again.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from controller.errors import StoppedEarly
from controller.ground.evidence import Tally, tally_of
from controller.ledger.gradings import Comparison, Grading, Gradings, Side, State

Stage = Literal["smoke", "six", "pairs"]
STAGES: tuple[Stage, ...] = ("smoke", "six", "pairs")
SIX = 6
PARENT_PASSES = 4  # of six, where a genome that passes none is dropped
VOIDS = 3  # of one pair in a row: then the world is left to mend itself
CRASHED = "crashed"  # how the reason of a life begins that broke, whatever it had solved


@dataclass(frozen=True)
class TaskName:
    """A task by its name, as it is now."""

    name: str
    hash: str


@dataclass(frozen=True)
class Attempt:
    """What one genome made of one task. `nanodollars` is None where nobody knows."""

    state: State
    reason: str = ""
    tokens: int = 0
    nanodollars: int | None = 0
    seconds: float = 0.0
    life: int | None = None


class Trial(Protocol):
    """Lets a genome work on a task and grades its answer."""

    def attempt(self, commit: str, task: str, repeat: int) -> Attempt:
        """A fresh life. `repeat`: from 1."""

    def affords_pair(self) -> bool:
        """Whether the budget pays two more lives, whatever they use."""


@dataclass(frozen=True)
class Pair:
    """One pair of the schedule: `number` from 1 over all stages, `order`: which side works first."""

    number: int
    stage: Stage
    task: TaskName
    repeat: int
    order: tuple[Side, Side]


@dataclass(frozen=True)
class Progress:
    """A pair was done; `voids`: how often the world kept it from that."""

    pair: Pair
    a: Grading
    b: Grading
    tally: Tally


@dataclass(frozen=True)
class StageEnded:
    """A stage was passed, or the genome dropped; `says` is for people."""

    stage: Stage
    says: str
    dropped: bool = False


Watch = Callable[[Progress | StageEnded], None]


def schedule(tasks: Sequence[TaskName], repeats: int, seed: int, skipped: Sequence[str] = ()) -> list[Pair]:
    """All pairs: rounds over all tasks, each in an order of its own, the sides alternating within a task.

    One task is the smoke test, the next six the second stage: they are pairs like all others, and count. Pure.
    """
    draw = random.Random(f"heirloom pairs {seed}")
    names = sorted(tasks, key=lambda one: one.name)
    found: list[Pair] = []
    for repeat in range(1, repeats + 1):
        draw.shuffle(names)
        for task in names:
            number = len(found) + 1
            is_a_first = (repeat + names_first(task, seed)) % 2 == 0
            order: tuple[Side, Side] = ("a", "b") if is_a_first else ("b", "a")
            found.append(Pair(number, stage_of(number, skipped), task, repeat, order))
    return found


def names_first(task: TaskName, seed: int) -> int:
    """0 or 1, of a task and a seed: who begins in its first round."""
    return random.Random(f"heirloom order {seed} {task.name}").randrange(2)


def stage_of(number: int, skipped: Sequence[str]) -> Stage:
    """The stage of a pair; one of a skipped stage belongs to the next that is not."""
    wanted: Stage = "pairs"
    if number == 1:
        wanted = "smoke"
    elif number <= 1 + SIX:
        wanted = "six"
    while wanted in skipped:
        wanted = STAGES[STAGES.index(wanted) + 1]
    return wanted


class Comparing:
    """One comparison, begun or gone on with. `skipped`: stages that nothing is dropped by."""

    def __init__(
        self, comparison: Comparison, gradings: Gradings, trial: Trial, watch: Watch, skipped: Sequence[str] = ()
    ) -> None:
        self._comparison, self._gradings, self._trial, self._watch = comparison, gradings, trial, watch
        tasks = [TaskName(name, known) for name, known in comparison.tasks.items()]
        self._pairs = schedule(tasks, comparison.repeats, comparison.seed, skipped)
        self._done = done(gradings.of(comparison.id))

    def run(self) -> str:
        """Work on until it is decided; the verdict, which is written down. Raises StoppedEarly where it cannot go on.

        Whatever is raised, the same call goes on behind the last whole pair.
        """
        for place, pair in enumerate(self._pairs):
            if pair.number not in self._done:
                self._done[pair.number] = self._work(pair)
                a, b = self._done[pair.number]
                self._watch(Progress(pair, a, b, self._tally()))
            last_of_stage = place + 1 == len(self._pairs) or self._pairs[place + 1].stage != pair.stage
            verdict = self._verdict(pair, last_of_stage)
            if verdict:
                return self._end(verdict)
        return self._end("undecided")

    def _verdict(self, pair: Pair, last_of_stage: bool) -> str:
        """What is known behind a pair; "" where more are needed."""
        if pair.stage != "pairs" and not last_of_stage:
            return ""  # a stage is looked at as a whole
        if pair.stage != "pairs":
            ended = judged_stage(pair.stage, [both for number, both in self._done.items() if number <= pair.number])
            self._watch(ended)
            if ended.dropped:
                return f"dropped ({pair.stage})"
        decided = tally_of(passes(self._done[number]) for number in self._done if number <= pair.number).decision
        return "" if decided == "undecided" else decided

    def _end(self, verdict: str) -> str:
        self._gradings.end(self._comparison.id, verdict)
        return verdict

    def _tally(self) -> Tally:
        return tally_of(passes(both) for both in self._done.values())

    def _work(self, pair: Pair) -> tuple[Grading, Grading]:
        """A pair, done again where the world voids it, and written down. Raises StoppedEarly."""
        reason = ""
        for _ in range(VOIDS):
            if not self._trial.affords_pair():
                raise StoppedEarly(
                    "the budget does not pay another pair, whatever it uses; nothing is lost: the same command with a "
                    "larger --budget goes on"
                )
            graded = {side: self._grade(pair, side) for side in pair.order}
            void = [one for one in graded.values() if one.state == "void"]
            if void:
                reason = void[0].reason
                graded = {side: as_void(one, reason) for side, one in graded.items()}
            self._gradings.add(self._comparison.id, graded["a"], graded["b"])
            if not void:
                return graded["a"], graded["b"]
        raise StoppedEarly(
            f"pair {pair.number} ({pair.task.name}) met a fault of the world {VOIDS} times in a row ({reason}); it "
            "counts for nobody, and the same command goes on with it"
        )

    def _grade(self, pair: Pair, side: Side) -> Grading:
        commit = self._comparison.a if side == "a" else self._comparison.b
        found = self._trial.attempt(commit, pair.task.name, pair.repeat)
        return Grading(
            stage=pair.stage,
            pair=pair.number,
            side=side,
            commit=commit,
            task=pair.task.name,
            task_hash=pair.task.hash,
            repeat=pair.repeat,
            state=found.state,
            reason=found.reason,
            tokens=found.tokens,
            nanodollars=found.nanodollars,
            seconds=round(found.seconds, 3),
            life=found.life,
        )


def as_void(one: Grading, reason: str) -> Grading:
    """A grading of a pair that a fault of the world voided: what it cost stays, what it says does not."""
    if one.state == "void":
        return one
    return replace(one, state="void", reason=f"its pair met a fault of the world: {reason}")


def done(gradings: Sequence[Grading]) -> dict[int, tuple[Grading, Grading]]:
    """The whole pairs (a, b) of a comparison by their number; the newest of each. Pure."""
    sides: dict[int, dict[Side, Grading]] = {}
    for one in gradings:
        if one.state != "void":
            sides.setdefault(one.pair, {})[one.side] = one
    return {number: (both["a"], both["b"]) for number, both in sorted(sides.items()) if len(both) == 2}


def passes(both: tuple[Grading, Grading]) -> tuple[bool, bool]:
    """Whether the new one (b) passed, and the old one (a)."""
    a, b = both
    return b.state == "passed", a.state == "passed"


def judged_stage(stage: Stage, pairs: Sequence[tuple[Grading, Grading]]) -> StageEnded:
    """What a stage says, of all pairs up to its end. Pure."""
    if stage == "smoke":
        a, b = pairs[0]
        if b.reason.startswith(CRASHED) and not a.reason.startswith(CRASHED):
            return StageEnded(stage, f"it broke where the old one worked: {b.reason}", dropped=True)
        return StageEnded(stage, "it works")
    some = pairs[-SIX:]
    new, old = sum(b.state == "passed" for _, b in some), sum(a.state == "passed" for a, _ in some)
    says = f"{new} of {len(some)} passed, by the old one {old}"
    return StageEnded(stage, says, dropped=new == 0 and old >= PARENT_PASSES)
