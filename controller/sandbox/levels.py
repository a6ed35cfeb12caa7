"""The levels of isolation, a row each: what `--isolation` may name, what is tried for `auto`, what `doctor` lists."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from controller.errors import IsolationError, RequestError
from controller.sandbox.bubblewrap import Bubblewrap
from controller.sandbox.isolation import Isolation
from controller.sandbox.none import Unisolated
from controller.sandbox.probe import prove

AUTO = "auto"  # the first level that holds here


@dataclass(frozen=True)
class Level:
    """One level.

    `make`: from the venv whose interpreter commands use; raises IsolationError where a program is missing. `prove`:
    tries it, and raises IsolationError where it does not hold; None: it keeps a life from nothing.
    """

    name: str
    means: str  # what a life may do
    make: Callable[[Path], Isolation]
    prove: Callable[[Isolation], None] | None

    def proved(self, venv: Path) -> Isolation:
        """This level, tried on this machine. Raises IsolationError."""
        isolation = self.make(venv)
        if self.prove is not None:
            self.prove(isolation)
        return isolation


# The strongest first
LEVELS = [
    Level("bubblewrap", "a life sees its own folder, and reaches nothing but its model", Bubblewrap, prove),
    Level("none", "a life may do whatever you may do", Unisolated, None),
]


@dataclass(frozen=True)
class Trial:
    """A level, and whether it holds here. `says`: what it means, or why it does not hold."""

    level: Level
    holds: bool
    says: str


def names() -> tuple[str, ...]:
    """What `--isolation` may name."""
    return (AUTO, *(level.name for level in LEVELS))


def choose(wanted: str, venv: Path, embedded: bool) -> tuple[Isolation, str]:
    """The isolation to use, and a warning or "".

    "auto" takes the strongest that holds. Where none does, only the programs of the embedded upstream, which are
    ours, may run without. Raises RequestError for an unknown name, IsolationError where the wanted one does not hold.
    """
    for level in LEVELS:
        if level.name == wanted:
            return level.proved(venv), ""
    if wanted != AUTO:
        raise RequestError(f"unknown isolation {wanted!r}: choose one of {', '.join(names())}")
    problems = []
    for level in LEVELS:
        if level.prove is None:
            continue
        try:
            return level.proved(venv), ""
        except IsolationError as error:
            problems.append(str(error))
    if not embedded:
        raise IsolationError("; ".join(problems))
    return Unisolated(venv), f"lives run without isolation: {'; '.join(problems)}"


def tried(venv: Path) -> list[Trial]:
    """Each level, tried on this machine."""
    trials = []
    for level in LEVELS:
        try:
            level.proved(venv)
            trials.append(Trial(level, True, level.means))
        except IsolationError as error:
            trials.append(Trial(level, False, str(error)))
    return trials
