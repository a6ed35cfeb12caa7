"""The faults of the world: which HTTP statuses are one, what cures each, and how a fault is put into words.

One table for everybody: the gateway asks it which answers to ask for again, the judgement of a life asks it whether
the world or the genome failed, and a run that waits asks it whether waiting helps.
"""

import json
from dataclasses import dataclass
from typing import Literal

from controller.contract import one_line
from controller.gateway.upstreams.upstream import Refusal
from controller.ledger.phases import Fault

NO_ANSWER = 599  # the ledger's status where no answer came


@dataclass(frozen=True)
class FaultStatus:
    """One row of the table: the statuses that it stands for, what cures the fault, and what to say of it."""

    statuses: range
    cure: Literal["waiting", "operator"]
    advice: str  # what is wrong, and for the operator what to do next

    @property
    def passes(self) -> bool:
        """Whether the same call may succeed later, with nobody's help."""
        return self.cure == "waiting"


FAULT_STATUSES = (
    FaultStatus(
        range(401, 402),
        "operator",
        "the key is not known; set the right one (ANTHROPIC_API_KEY, or HEIRLOOM_COMPATIBLE_KEY)",
    ),
    FaultStatus(range(402, 403), "operator", "there is no credit; pay the provider, or use another --model"),
    FaultStatus(
        range(403, 404),
        "operator",
        "the key may not use this model; ask the provider for it, or use another --model",
    ),
    FaultStatus(range(408, 409), "waiting", "the request took too long to arrive"),
    FaultStatus(range(409, 410), "waiting", "the request met another one"),
    FaultStatus(range(429, 430), "waiting", "a limit of rate is reached"),
    FaultStatus(range(500, 1000), "waiting", "the provider failed, is overloaded, or gave no answer"),
)


def fault_status(status: int | None) -> FaultStatus | None:
    """The row of a status; None where it is no fault of the world, or where there is no status."""
    if status is None:
        return None
    for row in FAULT_STATUSES:
        if status in row.statuses:
            return row
    return None


@dataclass(frozen=True)
class Waiting:
    """A call that waits for a fault to pass: asked again in `seconds`, for `left` more seconds at most."""

    reason: str
    seconds: float
    left: float


def fault_of_answer(status: int, body: bytes) -> Fault:
    """What a provider's error says, in one line of at most 200 characters."""
    try:
        error = json.loads(body)["error"]
        says = f"{error['type']}: {error['message']}"
    except (ValueError, RecursionError, KeyError, TypeError):
        says = ""
    return Fault("provider", one_line(f"the provider answers {status} {says}", 200))


def fault_of_refusal(refusal: Refusal) -> Fault:
    """What a local model's error says, in one line of at most 200 characters."""
    return Fault("provider", one_line(f"the provider answers {refusal.status} {refusal.kind}: {refusal}", 200))


def fault_of_silence(error: Exception) -> Fault:
    """The fault where no whole answer came."""
    return Fault("provider", one_line(str(error), 200))


def fault_of_ledger(error: Exception) -> Fault:
    """The fault where the ledger cannot be written: no call is made that is not in it."""
    return Fault("disk", one_line(str(error), 300))
