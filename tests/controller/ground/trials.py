"""A small real trial: genomes that pass a task with a known chance, and a comparison of two of them in a ledger."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from controller.ground.comparison import Attempt, Comparing, Progress, StageEnded, TaskName
from controller.ledger.database import Database
from controller.ledger.gradings import Comparison, Gradings

A, B = "a" * 40, "b" * 40
Chance = Callable[[str, str], float]  # of a commit and a task


@dataclass
class Trial:
    """Draws each attempt. `void`: how many attempts from now on meet a fault of the world; `lives`: left to pay."""

    chance: Chance
    draw: random.Random = field(default_factory=lambda: random.Random(1))
    void: int = 0
    lives: int = 10**9
    tokens: Mapping[str, int] = field(default_factory=dict)
    reason: str = "the tests fail"
    asked: list[tuple[str, str, int]] = field(default_factory=list)

    def attempt(self, commit: str, task: str, repeat: int) -> Attempt:
        """One draw."""
        self.asked.append((commit, task, repeat))
        self.lives -= 1
        if self.void:
            self.void -= 1
            return Attempt("void", "the provider answered 529", tokens=1)
        passed = self.draw.random() < self.chance(commit, task)
        return Attempt("passed" if passed else "failed", "" if passed else self.reason, self.tokens.get(commit, 100))

    def affords_pair(self) -> bool:
        """As far as lives go."""
        return self.lives >= 2


def names(count: int) -> list[TaskName]:
    """So many tasks."""
    return [TaskName(f"task-{number}", f"hash-{number}") for number in range(count)]


class Ground:
    """A ledger with one comparison of A and B, and what was watched of it."""

    def __init__(self, folder: Path, tasks: Sequence[TaskName], repeats: int = 3, seed: int = 7) -> None:
        self.gradings = Gradings(Database(made(folder) / "ledger.sqlite", clock=lambda: 9.0))
        known = {one.name: one.hash for one in tasks}
        wanted = Comparison(0, "lineage/main", A, B, "tasks", "select", repeats, seed, {}, known, 0.0)
        self.comparison = self.gradings.begin(wanted)
        self.seen: list[Progress | StageEnded] = []

    def run(self, trial: Trial, skipped: Sequence[str] = ()) -> str:
        """Begin, or go on; the verdict."""
        return Comparing(self.comparison, self.gradings, trial, self.seen.append, skipped).run()


def made(folder: Path) -> Path:
    """A folder that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder
