"""What the world does to a life: the fault that was its last answer, and the one that a call waits out just now."""

import json
from dataclasses import dataclass
from typing import Literal

from controller.contract import one_line
from controller.gateway.upstreams.upstream import Refusal

NO_ANSWER = 599  # the ledger's status where no answer came


@dataclass(frozen=True)
class Trouble:
    """A fault of the world in words: the provider's (the network's too), or the disk's."""

    kind: Literal["provider", "disk"]
    reason: str


@dataclass(frozen=True)
class Waiting:
    """A call that waits for a fault to pass: asked again in `seconds`, for `left` more seconds at most."""

    reason: str
    seconds: float
    left: float


def of_answer(status: int, body: bytes) -> Trouble:
    """What a provider's error says, in one line."""
    try:
        error = json.loads(body)["error"]
        says = f"{error['type']}: {error['message']}"
    except (ValueError, RecursionError, KeyError, TypeError):
        says = ""
    return Trouble("provider", one_line(f"the provider answers {status} {says}", 200))


def of_refusal(refusal: Refusal) -> Trouble:
    """What a local model's error says."""
    return Trouble("provider", one_line(f"the provider answers {refusal.status} {refusal.kind}: {refusal}", 200))


def of_silence(error: Exception) -> Trouble:
    """Where no whole answer came."""
    return Trouble("provider", one_line(str(error), 200))


def of_ledger(error: Exception) -> Trouble:
    """Where the books cannot be kept: no call is made that is in none."""
    return Trouble("disk", one_line(str(error), 300))
