"""Controllers that are killed, at every step and at random moments, and started again until the run is over."""

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.harness.runs import (
    Kept,
    differences,
    ground,
    kept,
    lived,
    over,
    processes,
    unsound,
)
from bench.parts.ground import ROOT

LIVES = 10  # generations of one run: each kind twice, in a lineage of its own and after one another
FATAL = str(ROOT / "bench" / "harness" / "dies_at.py")
GONE_SECONDS = 2.0


@dataclass(frozen=True, order=True)
class Step:
    """Where to kill: in a generation (0: before a life was begun), at a step's n-th time, before it or after it."""

    generation: int
    name: str
    occurrence: int
    when: str

    def words(self) -> tuple[str, ...]:
        return (FATAL, str(self.generation), self.name, str(self.occurrence), self.when)


@dataclass
class Found:
    """What a number of kills showed. `fell`: how many of them when the journal stood where."""

    kills: int = 0
    starts: int = 0
    lineages: int = 0
    generations: int = 0
    fell: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)  # steps that were not reached
    wrong: list[str] = field(default_factory=list)

    def killed(self, operator: Path, fell: str, contained: bool) -> None:
        """One more; what it left of processes has to be gone soon, where something contains them."""
        self.kills += 1
        self.fell[fell] += 1
        deadline = time.monotonic() + GONE_SECONDS
        while contained and (alive := processes(operator.name)):
            if time.monotonic() > deadline:
                self.wrong += [f"an orphan {GONE_SECONDS:.0f} s after a kill at {fell}: {one}" for one in alive]
                break
            time.sleep(0.01)

    def ended(self, operator: Path, reference: Sequence[Kept]) -> None:
        """A run came to its end: held against the reference, and looked through."""
        found = kept(operator)
        self.lineages += 1
        self.generations += len(found)
        self.wrong += [f"{operator.name}: {line}" for line in (*differences(reference, found), *unsound(operator))]


def steps_of(operator: Path, lives: int) -> list[Step]:
    """Live a run, or what is left of it, to its end: all its steps. Raises AssertionError where that fails."""
    file = operator.parent / f"{operator.name}.steps"
    file.unlink(missing_ok=True)
    done = lived(operator, lives, FATAL, "list", str(file))
    assert done.returncode == 0, done.stderr
    seen: Counter[tuple[str, ...]] = Counter()
    steps = []
    for line in file.read_text().splitlines():
        generation, name, when = line.split("\t")
        seen[generation, name, when] += 1
        steps.append(Step(int(generation), name, seen[generation, name, when], when))
    return steps


def at_every_step(
    folder: Path, seed: int, wanted: Callable[[Step], bool], isolation: str = "bubblewrap", found: Found | None = None
) -> Found:
    """Kill the controller at each step that is wanted, of each kind of life, once; start it again each time.

    One kill a generation: the start that lives the killed generation again is killed in the next one.
    """
    found = found or Found()
    first = ground(folder, seed, isolation)
    steps = steps_of(first, LIVES)
    reference = kept(first)
    left: dict[tuple[str, str, int, str], Step] = {}  # the same step of a kind of life is killed at once
    kinds = {0: "start", **{one.number: one.outcome for one in reference}}
    for step in steps:
        if wanted(step):
            left.setdefault((kinds[step.generation], step.name, step.occurrence, step.when), step)
    while left:
        operator, before = ground(folder, seed, isolation), len(left)
        for generation in range(LIVES + 1):
            chosen = next((key for key in left if key[0] == kinds[generation] and
                           Step(generation, *key[1:]) in steps), None)  # fmt: skip
            if chosen is None:
                continue
            del left[chosen]
            step = Step(generation, *chosen[1:])
            kill_at(operator, step, found, isolation)
        assert len(left) < before
        finish(operator, found, reference)
    return found


def at_every_step_of_going_on(
    folder: Path, seed: int, wanted: Callable[[Step], bool], kinds: Sequence[str] = ()
) -> Found:
    """Kill it after a life of such a kind (none: any) has ended, and at each step of the start that takes this up."""
    found, first = Found(), ground(folder, seed)
    steps_of(first, LIVES)
    reference = kept(first)
    for number in {one.outcome: one.number for one in reference if not kinds or one.outcome in kinds}.values():
        ended = Step(number, "phase fetch", 1, "after")
        tried = ground(folder, seed)
        lived(tried, LIVES, *ended.words())
        for step in [one for one in steps_of(tried, LIVES) if one.generation == 0 and wanted(one)]:
            operator = ground(folder, seed)
            kill_at(operator, ended, found)
            kill_at(operator, step, found)
            finish(operator, found, reference)
    return found


def kill_at(operator: Path, step: Step, found: Found, isolation: str = "bubblewrap") -> None:
    """One start that is to die at a step."""
    found.starts += 1
    done = lived(operator, LIVES, *step.words())
    if done.returncode == -signal.SIGKILL:
        found.killed(operator, f"{step.when} {step.name}", isolation == "bubblewrap")
    else:
        found.missed.append(f"{step}: ended with {done.returncode} {done.stderr[-300:]}")


def finish(operator: Path, found: Found, reference: Sequence[Kept]) -> None:
    """Start it until its run is over, and hold what it left against the reference."""
    if not over(operator):
        found.starts += 1
        done = lived(operator, LIVES)
        if done.returncode:
            found.wrong.append(f"{operator.name}: ended with {done.returncode}: {done.stderr[-600:]}")
    found.ended(operator, reference)


def lines(found: Found) -> Iterator[str]:
    """What is not as it has to be; none where all holds."""
    yield from (f"not reached: {one}" for one in found.missed)
    yield from found.wrong
