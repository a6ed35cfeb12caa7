"""The phases of a try, as the journal keeps them: a dataclass each, which is JSON in the ledger.

A phase is journalled before what it stands for begins, with all that this needs. A field with a default was added
later: rows written before lack it. What a row holds beside the fields is passed over.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from pydantic import TypeAdapter

from controller.contract import GENOME_TOKENS, Goal, Limits, ModelInfo, Outcome
from controller.errors import LedgerDamaged
from controller.ledger.report import Report
from controller.sandbox.child import Ending
from controller.sandbox.limits import Bounds

Consent = Literal["", "ask", "never"]  # ask: a person agrees before the lineage moves; never: it does not move


@dataclass(frozen=True)
class Newborn:
    """The birth of a life, beyond what follows from its try."""

    models: tuple[ModelInfo, ...]
    limits: Limits
    genome: tuple[str, ...]
    goal: Goal | None
    recent: tuple[str, ...]
    asks: int = 0  # how often it may ask the gates
    genome_tokens: int = GENOME_TOKENS  # the most code that agent/ may hold
    instruction: str = ""  # of a life that works on a task; "": it works on itself
    attempts: Mapping[str, str] = field(default_factory=dict)  # what earlier lives pushed and nobody took: ref, commit


Cure = Literal["waiting", "operator", "unclear"]


@dataclass(frozen=True)
class Fault:
    """A fault of the world in words: the provider's (the network's too), or the disk's.

    `cure`: "waiting" helps; the "operator" has to act, as `advice` says; or it is "unclear": the same try is made again
    a few times.
    """

    kind: Literal["provider", "disk"]
    reason: str
    cure: Cure = "waiting"
    advice: str = ""


@dataclass(frozen=True)
class Phase:
    """One phase. `at`: when it was journalled first, in seconds since the epoch; 0 before."""

    name: ClassVar[str]  # in the ledger
    at: float = field(default=0.0, kw_only=True)


@dataclass(frozen=True)
class Spawn(Phase):
    """The child is about to be started. `stamps`: the trailers of its run; `goal`: the operator's."""

    name: ClassVar[str] = "spawn"
    stamps: Mapping[str, str] = field(default_factory=dict)
    goal: Goal | None = None
    consent: Consent = ""
    birth: Newborn | None = None
    bounds: Bounds | None = None


@dataclass(frozen=True)
class Requests(Phase):
    """How often the life asked the gates. `refused`, `why`: who refused what it asked last, and the reason."""

    name: ClassVar[str] = "asks"
    number: int = 0
    refused: str = ""
    why: str = ""


@dataclass(frozen=True)
class End(Phase, Ending):
    """The child ended: what it pushed is about to be fetched. Of its output both ends, bounded.

    `unanswered`: why its calls were refused, where none was answered.
    """

    name: ClassVar[str] = "fetch"
    fault: Fault | None = None
    unanswered: str = ""

    @property
    def exit(self) -> str:
        """In words: "exit 10", "signal 9"."""
        return f"signal {self.signal}" if self.exit_code is None else f"exit {self.exit_code}"


@dataclass(frozen=True)
class Push(Phase):
    """What it pushed is here, and about to be judged. `attempt`: its commit; None: it pushed nothing that was kept.

    `problem`: why what it pushed was not kept; "" where that is not known.
    """

    name: ClassVar[str] = "judge"
    attempt: str | None
    problem: str = ""


@dataclass(frozen=True)
class Result(Phase):
    """What became of the life, about to be recorded. `met`: the goal's own checks succeeded on what evolved."""

    name: ClassVar[str] = "record"
    outcome: Outcome
    reports: tuple[Report, ...] = ()
    met: bool = False


@dataclass(frozen=True)
class Approval(Phase):
    """What a person said, who was asked whether the lineage may move."""

    name: ClassVar[str] = "approval"
    yes: bool


@dataclass(frozen=True)
class Commit(Phase):
    """The generation's commit is made; the lineage is about to move to it, or to what tells of it in the log."""

    name: ClassVar[str] = "commit"
    commit: str
    log: str = ""

    @property
    def tip(self) -> str:
        """Where the lineage stands with it."""
        return self.log or self.commit


PHASES: Mapping[str, type[Phase]] = {
    phase.name: phase for phase in (Spawn, Requests, End, Push, Result, Approval, Commit)
}
ADAPTERS = {name: TypeAdapter(phase) for name, phase in PHASES.items()}


def to_json(phase: Phase) -> str:
    """A phase's row. Text that is no UTF-8 (a path, an output) is kept."""
    return json.dumps(ADAPTERS[phase.name].dump_python(phase, exclude={"at"}))


def from_json(name: str, data: str, at: float) -> Phase:
    """A phase out of its row. Raises LedgerDamaged where that is not what was written."""
    try:
        phase = ADAPTERS[name].validate_python(json.loads(data))
    except ValueError as error:  # no JSON, or of another shape
        raise LedgerDamaged(f"the journal's phase {name!r} cannot be read ({error}); see `heirloom verify`") from error
    return replace(phase, at=at)
