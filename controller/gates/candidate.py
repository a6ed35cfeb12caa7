"""What a gate is given: the candidate, and the room in which its code may run."""

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from controller.contract import GENOME_TOKENS, AgentContext, Goal
from controller.errors import HeirloomError
from controller.git.lineage import Change, Lineage
from controller.ledger.judgements import Judgements
from controller.sandbox import child
from controller.sandbox.child import Child, Ending
from controller.sandbox.isolation import Command, Isolation, plain_environment
from controller.sandbox.limits import Bounds
from controller.settings.gate_policy import DEFAULTS, GatePolicy

INSIDE = Path(__file__).parent / "inside"  # our programs that run in the room, with the child's rights
HUNTER = Path(__file__).parents[2] / "hunter"  # a program too: it has the faults that are planted


class Stopped(HeirloomError):
    """Whoever asked no longer waits."""


class FindingStore(Protocol):
    """What was found out before and holds still, by a key that names all that it depends on. A dict is one."""

    def get(self, key: str, /) -> Any:
        """The finding, or None."""

    def __setitem__(self, key: str, value: Any, /) -> None:
        """Keep what JSON can carry."""


@dataclass(frozen=True)
class Room:
    """A folder of the host in which the candidate's code may run: isolated, read-only, no network, within bounds.

    Read-only, because what one gate's run wrote there would steer the next one.
    """

    isolation: Isolation
    folder: Path
    bounds: Bounds
    started: Callable[[Child], None] = lambda _: None  # gets each process that runs here, so that it can be ended

    def path(self, name: str) -> str:
        """Where a process in the room sees a file of it."""
        return f"{self.isolation.root(self.folder)}/{name}"

    @property
    def scratch(self) -> str:
        """The one folder that a process in the room may write: its own, empty at every run, where that is possible."""
        if self.isolation.name == "none":
            return self.path("tmp")
        return "/tmp"

    def run(self, argv: Sequence[str], cwd: str) -> Ending:
        """Run a command in the room and wait for its end."""
        shown = plain_environment(self.isolation, self.scratch, self.scratch)
        shown["HYPOTHESIS_STORAGE_DIRECTORY"] = f"{self.scratch}/hypothesis"
        command = Command(tuple(argv), self.folder, shown, cwd=cwd, writable=False)
        running = child.spawn(self.isolation, command, self.bounds)
        self.started(running)
        return running.wait()


def last_json(output: str) -> dict[str, Any] | None:
    """The object in the last line that is not empty, or None: what a program of ours printed in the room.

    The candidate may have printed there too.
    """
    lines = [line for line in output.splitlines() if line.strip()]
    if not lines:
        return None
    try:
        found = json.loads(lines[-1])
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


@dataclass(frozen=True)
class Candidate:
    """What was pushed, beside what it descends from. `room` holds the trees `parent` and `child`.

    `goal`: the operator's, where the life was given one. `findings`: what gates found out before.
    `judgements`: what the ledger knows of earlier ones; None: nothing, and nothing is kept.
    `types`: the folder of the controller's cache of type checks. `salt`: what the names of planted tests are drawn
    from. `policy`: the operator's. `genome_tokens`: the most code that agent/ may hold.
    """

    lineage: Lineage
    parent: str
    commit: str
    generation: int
    genome: tuple[str, ...]
    changes: tuple[Change, ...]
    before: AgentContext
    goal: Goal | None
    room: Room
    findings: FindingStore = field(default_factory=lambda: dict[str, Any]())
    judgements: Judgements | None = None
    types: Path | None = None
    salt: str = field(default_factory=lambda: secrets.token_hex(8))
    policy: GatePolicy = DEFAULTS
    genome_tokens: int = GENOME_TOKENS
