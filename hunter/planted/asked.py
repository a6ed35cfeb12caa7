"""What a gate asks: two trees, what is known of their tests, and how many faults are to be planted."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

GONE, REWRITTEN, BESIDE = 0, 1, 2  # how near a test of the parent's is to what was changed: the nearest count most


@dataclass(frozen=True)
class Request:
    """`trees`: the folders of "parent" and "child". `touched`: of both, which tests call a function, by its key.

    `seconds`: what each test took. `risk`: the parent's tests that a change may have weakened, GONE, REWRITTEN or only
    BESIDE others that were. `about`: the names that each of those uses. `dropped`: tests that went with what they
    tested: they are missed only in what they name themselves and is still used. `fresh`: the child's tests that are
    new or rewritten. `changed`: those of files that are.
    `canaries`: the child's tests that must fail. `seed`: what the draw follows from. `faults`: how many are
    planted in one function that was changed; `others`: how many anywhere, where none of those was noticed.
    """

    trees: Mapping[str, str]
    settings: str
    touched: Mapping[str, Mapping[str, Sequence[str]]]
    seconds: Mapping[str, float]
    risk: Mapping[str, int]
    about: Mapping[str, Sequence[str]]
    dropped: Sequence[str]
    fresh: Sequence[str]
    changed: Sequence[str]
    canaries: Sequence[str]
    seed: str
    faults: int
    others: int

    @property
    def ini(self) -> Path:
        """pytest's configuration."""
        return Path(self.settings)

    @property
    def program(self) -> Path:
        """What runs a suite in the room."""
        return self.ini.with_name("suite.py")

    def tree(self, name: str) -> Path:
        """A tree's folder, as Python names the files in it."""
        return Path(os.path.realpath(self.trees[name]))
