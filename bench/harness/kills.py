"""Controllers that are killed, at every step or at random moments, and started again until the run is over."""

import random
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.harness.compare import differences, kept, processes, unsound
from bench.harness.runs import command, is_over, make_operator, open_ledger, start
from bench.parts.ground import ROOT

LIVES = 10  # generations of one run: each kind twice, in a lineage of its own and after one another
DIES_AT = str(ROOT / "bench" / "harness" / "dies_at.py")
GONE_SECONDS = 60.0  # in which what a killed controller had started must be gone; usually it takes less than one
MOMENTS = (0.3, 2.5)  # seconds after a start: from the imports into the fifth life
NEWEST = """
    SELECT name FROM tries LEFT JOIN phases ON phases.try = tries.id WHERE ended IS NULL
    ORDER BY at DESC, phases.rowid DESC LIMIT 1
"""


@dataclass(frozen=True, order=True)
class Step:
    """Where to kill: in a generation (0: before a life was begun), at a step's n-th time, before it or after it."""

    generation: int
    name: str
    occurrence: int
    when: str

    def watcher(self) -> tuple[str, ...]:
        """The program that kills the controller there."""
        return (DIES_AT, str(self.generation), self.name, str(self.occurrence), self.when)


Wanted = Callable[[Step], bool]


def every_step(_: Step) -> bool:
    """All of them are wanted."""
    return True


@dataclass
class Found:
    """What a number of kills showed. `fell`: how many of them where; `slowest`: seconds until all was gone."""

    kills: int = 0
    starts: int = 0
    lineages: int = 0
    generations: int = 0
    slowest: float = 0.0
    fell: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Kills:
    """One run in many lineages: each one's controllers are killed, and what it leaves is held against the first's."""

    def __init__(self, folder: Path, seed: int, isolation: str = "bubblewrap") -> None:
        """Live the run once, undisturbed. Raises AssertionError where that fails."""
        self._folder, self._seed, self._isolation = folder, seed, isolation
        first = self._new_operator()
        self._steps = steps_of(first)
        self._reference = kept(first)
        self._kinds = {0: "start"} | {one.number: one.outcome for one in self._reference}
        self.found = Found()

    def at_every_step(self, wanted: Wanted) -> Found:
        """Kill at each step that is wanted of each kind of life, once."""
        for steps in self._lineages(wanted):
            operator = self._new_operator()
            for step in steps:
                self._kill_at(operator, step)
            self._finish(operator)
        return self.found

    def at_every_step_of_going_on(self, wanted: Wanted, outcomes: Sequence[str] = ()) -> Found:
        """Kill after a life with such an outcome (none: any) has ended, and at each step of the start that goes on."""
        last = {one.outcome: one.number for one in self._reference}
        for number in [number for outcome, number in last.items() if not outcomes or outcome in outcomes]:
            ended = Step(number, "phase fetch", 1, "after")
            left = self._new_operator()
            start(left, LIVES, watcher=ended.watcher())
            for step in steps_of(left):
                if step.generation == 0 and wanted(step):
                    operator = self._new_operator()
                    self._kill_at(operator, ended)
                    self._kill_at(operator, step)
                    self._finish(operator)
        return self.found

    def at_random(self, count: int) -> Found:
        """Kill at so many random moments, from outside, over as many lineages as that takes."""
        chance = random.Random(self._seed)
        while self.found.kills < count:
            operator = self._new_operator()
            while self.found.kills < count and not is_over(operator):
                self.found.starts += 1
                if not killed_within(operator, chance.uniform(*MOMENTS)):
                    break
                self._count_kill(operator, newest_entry(operator))
            self._finish(operator)
        return self.found

    def _new_operator(self) -> Path:
        return make_operator(self._folder, self._seed, self._isolation)

    def _lineages(self, wanted: Wanted) -> Iterator[list[Step]]:
        """The steps to kill at, one a generation: the start that lives a killed one again is killed in the next."""
        known = set(self._steps)
        wanted_steps = [step for step in self._steps if wanted(step)]
        left = dict.fromkeys((self._kinds[one.generation], one.name, one.occurrence, one.when) for one in wanted_steps)
        while left:
            chosen = []
            for generation, kind in self._kinds.items():
                for place in list(left):
                    step = Step(generation, *place[1:])
                    if place[0] == kind and step in known:
                        chosen.append(step)
                        del left[place]
                        break
            yield chosen

    def _kill_at(self, operator: Path, step: Step) -> None:
        """One start that is to die at a step."""
        self.found.starts += 1
        done = start(operator, LIVES, watcher=step.watcher())
        if done.returncode == -signal.SIGKILL:
            self._count_kill(operator, f"{step.when} {step.name}")
        else:
            self.found.wrong.append(f"not reached: {step}: ended with {done.returncode} {done.stderr[-300:]}")

    def _count_kill(self, operator: Path, fell: str) -> None:
        """One more; what it left of processes has to be gone soon, where something contains them."""
        self.found.kills += 1
        self.found.fell[fell] += 1
        if self._isolation != "bubblewrap":
            return
        began = time.monotonic()
        while alive := processes(operator.name):
            if time.monotonic() - began > GONE_SECONDS:
                self.found.wrong += [f"an orphan {GONE_SECONDS:.0f} s after a kill at {fell}: {one}" for one in alive]
                break
            time.sleep(0.01)
        self.found.slowest = max(self.found.slowest, time.monotonic() - began)

    def _finish(self, operator: Path) -> None:
        """Start it until its run is over, and hold what it left against the reference."""
        wrong = []
        if not is_over(operator):
            self.found.starts += 1
            done = start(operator, LIVES)
            if done.returncode:
                wrong.append(f"ended with {done.returncode}: {done.stderr[-600:]}")
        generations = kept(operator)
        self.found.lineages += 1
        self.found.generations += len(generations)
        wrong += [*differences(self._reference, generations), *unsound(operator)]
        self.found.wrong += [f"{operator.name}: {line}" for line in wrong]


def steps_of(operator: Path) -> list[Step]:
    """Live a run, or what is left of it, to its end: all its steps. Raises AssertionError where that fails."""
    file = operator.parent / f"{operator.name}.steps"
    done = start(operator, LIVES, watcher=(DIES_AT, "list", str(file)))
    assert done.returncode == 0, done.stderr
    seen: Counter[tuple[str, ...]] = Counter()
    steps = []
    for line in file.read_text().splitlines():
        generation, name, when = line.split("\t")
        seen[generation, name, when] += 1
        steps.append(Step(int(generation), name, seen[generation, name, when], when))
    return steps


def killed_within(operator: Path, seconds: float) -> bool:
    """Start the controller and kill it after so many seconds; False: it was over before."""
    words = command(operator, LIVES)
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.returncode == -signal.SIGKILL


def newest_entry(operator: Path) -> str:
    """Where the journal stands: the last phase of a try that has no end."""
    try:
        with open_ledger(operator) as ledger:
            row = ledger.execute(NEWEST).fetchone()
    except sqlite3.OperationalError:
        return "before the ledger"
    if row is None:
        return "between lives"
    return f"after {row[0] or 'the try was begun'}"
