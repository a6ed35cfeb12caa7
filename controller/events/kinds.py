"""The kinds of event that a run reports: a frozen dataclass each. Pure.

To add one: a subclass with a `name`. Its fields are its keys in JSON, in `events.jsonl` and in `run --json`.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

KINDS: list[type["Event"]] = []  # all of them, in the order of their definition


@dataclass(frozen=True)
class Event:
    """One event. `name` is its `event` in JSON; two kinds may share one, where their keys tell them apart."""

    name: ClassVar[str] = ""
    kept: ClassVar[bool] = True  # in events.jsonl

    def __init_subclass__(cls, name: str = "", kept: bool = True) -> None:
        """Register a kind; a class without a name only lends its fields to others."""
        cls.kept = kept
        if name:
            cls.name = name
            KINDS.append(cls)

    def as_json(self) -> dict[str, Any]:
        """The event as a JSON object: its name, then its fields."""
        found: dict[str, Any] = {"event": self.name}
        for one in fields(self):
            found[one.metadata.get("key", one.name)] = getattr(self, one.name)
        return found


Notify = Callable[[Event], None]


def dated_line(event: Event) -> str:
    """The event as one line of JSON without its line break; `at` says when: seconds, epoch."""
    return json.dumps({**event.as_json(), "at": round(time.time(), 3)})


@dataclass(frozen=True)
class Warned(Event, name="warning"):
    """Something that the operator should know; the run goes on."""

    text: str


# Of a run


@dataclass(frozen=True)
class RunStarted(Event, name="run"):
    """A new run begins; `from` and `until` are its first and last generation."""

    run: str
    branch: str
    first: int = field(metadata={"key": "from"})
    until: int
    model: str


@dataclass(frozen=True)
class RunResumed(Event, name="resumed"):
    """A run that an earlier controller left is gone on with."""

    run: str
    until: int


DONE = "done"  # the reason of a run that did all that was asked


@dataclass(frozen=True)
class RunAsked(Event, name="asked"):
    """The operator asked a living run for something that it does when this life has ended: pause, stop or rollback."""

    run: str
    what: str


@dataclass(frozen=True)
class RunEnded(Event, name="end"):
    """The run is over, or was stopped; `reason` says why and how to go on."""

    run: str
    reason: str
    tokens: int


@dataclass(frozen=True)
class Measuring(Event, name="measuring"):
    """The run is over; its newest generation is compared with an earlier one, on so many held-out mutants."""

    generation: int
    against: int
    mutants: int


@dataclass(frozen=True)
class Measured(Event, name="measured"):
    """What came of it: `gained` mutants only the newest notices, `lost` the other; `is_same`: only memory differs."""

    generation: int
    against: int
    gained: int
    lost: int
    evidence: str
    verdict: str
    is_same: bool = False


@dataclass(frozen=True)
class Champion(Event, name="champion"):
    """Evidence is for another generation than before: on fresh mutants it noticed so many more, and lost so many."""

    generation: int
    commit: str
    gained: int
    lost: int


@dataclass(frozen=True)
class RunWaiting(Event, name="paused"):
    """The run waits for the provider, the disk or the next day, and looks again in so many `seconds`."""

    run: str
    kind: str
    reason: str
    since: float
    seconds: float


@dataclass(frozen=True)
class RunPaused(Event, name="standing"):
    """The run is paused until somebody resumes it."""

    run: str
    kind: str
    reason: str


@dataclass(frozen=True)
class RunContinued(Event, name="continued"):
    """What the run waited for has come, or somebody resumed it."""

    run: str


@dataclass(frozen=True)
class BudgetMark(Event, name="budget"):
    """The run (or this day's runs) used so many percent of a budget; `share` is the exact part, 0 to 1."""

    scope: str
    percent: int
    share: float


@dataclass(frozen=True)
class RolledBack(Event, name="rolled-back"):
    """The lineage went back to the genome of generation `to`, by a commit that is generation `generation`."""

    generation: int
    to: int
    commit: str


# Of one try at a generation


@dataclass(frozen=True)
class TryEvent(Event):
    """An event of one try; `number` counts the tries at that generation from 1."""

    generation: int
    number: int = field(metadata={"key": "try"})


@dataclass(frozen=True)
class Cloning(TryEvent, name="clone"):
    """The workspace of a life is being made."""


@dataclass(frozen=True)
class Living(TryEvent, name="live"):
    """The child is being started."""


@dataclass(frozen=True)
class Working(TryEvent, name="working", kept=False):
    """The model answered the life: calls and tokens of it so far, the tool that was called last. It is not kept."""

    calls: int
    tokens: int
    doing: str


@dataclass(frozen=True)
class CallWaiting(TryEvent, name="waiting"):
    """A call of the life waits for the provider; it is sent again in `seconds`, given up in `left` seconds."""

    reason: str
    seconds: float
    left: float


@dataclass(frozen=True)
class CallContinued(TryEvent, name="continued"):
    """The call waits no more."""


@dataclass(frozen=True)
class TokensAssumed(TryEvent, name="assumed"):
    """The life is over; so many `tokens` of its calls no provider told: what was set aside for them is booked."""

    tokens: int


@dataclass(frozen=True)
class Fetching(TryEvent, name="fetch"):
    """The child has ended; what it pushed is being fetched."""


@dataclass(frozen=True)
class Judging(TryEvent, name="judge"):
    """The gates are being asked."""


@dataclass(frozen=True)
class GateAnswered(TryEvent, name="gate"):
    """A gate answered, in `seconds`. `reused`: it did so earlier, in so many. `asked`: by the life, as it lives."""

    gate: str
    result: str
    seconds: float
    reused: bool
    asked: bool


@dataclass(frozen=True)
class Recording(TryEvent, name="record"):
    """The outcome is known and being recorded."""


@dataclass(frozen=True)
class Done(TryEvent, name="done"):
    """A generation was recorded. `seconds`: the child's; `wall_seconds`: the try's; `reason`: why it failed."""

    outcome: str
    commit: str
    goal: str
    tests: str
    tokens: int
    seconds: float
    says: str
    gate_seconds: float = 0.0
    wall_seconds: float = 0.0
    reason: str = ""


@dataclass(frozen=True)
class Aborted(TryEvent, name="aborted"):
    """The try ended without a generation; the same generation is lived again."""

    reason: str
