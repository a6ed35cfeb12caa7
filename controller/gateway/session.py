"""One life at the gateway, from its admission to its dismissal."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from controller.gateway.activity import Activity
from controller.gateway.admission import Admission
from controller.gateway.faults import Waiting
from controller.gateway.gate_endpoint import GateEndpoint
from controller.gateway.prefix import PrefixCounts
from controller.gateway.upstreams.upstream import JSON, Refusal
from controller.ledger.phases import Fault

# What one life may send, far above what an honest one does; of it, what led to no call, which no budget bounds
REQUESTS, BYTES = 100_000, 4 * 2**30
UNPAID_REQUESTS, UNPAID_BYTES = 10_000, 256 * 2**20
UNTOLD = (
    "this life was given a task (birth.json, `task`), and its first request does not hold what is asked: the genome "
    "cannot work on a task, as none could under version 1 of the contract (docs/contract.md)"
)
READING = 4  # bodies of one life that are read at once: what a child sends is held in memory


def texts_in(value: Any) -> Iterator[str]:
    """Every text in JSON data, in order, however deep."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            left += reversed(one.values())
        elif isinstance(one, list):
            left += reversed(one)


@dataclass
class Session:
    """What the gateway keeps of a life while it lasts. `gate`: where it asks the gates, if it may."""

    admission: Admission
    admitted: float  # seconds of time.monotonic()
    gate: GateEndpoint | None = None
    counted: PrefixCounts = field(default_factory=PrefixCounts)
    winding_down: bool = False  # whether the life was asked to
    requests: int = 0
    sent: int = 0  # bytes of the bodies of its requests
    paid_requests: int = 0  # those that led to a call, which its budget bounds
    paid: int = 0  # bytes of those
    answers: int = 0
    fault: Fault | None = None  # the fault of the world that was its last answer
    answered: bool = False  # one of its calls was
    told: bool = False  # what is asked of a life on a task stood in a request of it
    refused: str = ""  # why the last one was that was refused
    waiting: Waiting | None = None  # what one of its calls waits for now
    activity: Activity = field(default_factory=Activity)  # what its newest answer shows
    reading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(READING))
    _waits: int = 0  # calls that wait for a fault of the world to pass, or for the gates
    _waited: float = 0.0  # seconds of waits that are over; those of several calls at once count once
    _since: float | None = None

    @property
    def unanswered(self) -> str:
        """Why its calls were refused, where none was answered and the world is not to blame; else ""."""
        if self.answered or self.fault is not None:
            return ""
        return self.refused

    def next_answer(self) -> int:
        """The next answer's number: ids are counted, not drawn, so that a life can be lived again."""
        self.answers += 1
        return self.answers

    def note_answer(self, answer: bytes, content_type: str) -> None:
        """The model answered; what it called is read when somebody wants to see it."""
        self.activity = Activity(self.activity.answers + 1, answer, content_type)

    def check_asking(self) -> None:
        """Raise Refusal where the life has asked as much as one life may."""
        unpaid_requests, unpaid = self.requests - self.paid_requests, self.sent - self.paid
        bounds = (
            (self.requests, REQUESTS, "requests"),
            (self.sent, BYTES, "bytes"),
            (unpaid_requests, UNPAID_REQUESTS, "requests that led to no call"),
            (unpaid, UNPAID_BYTES, "bytes that led to no call"),
        )
        for asked, most, what in bounds:
            if asked > most:
                problem = f"this life may send {most:,} {what}, and has; end it with what is done"
                raise Refusal(429, "rate_limit_error", problem, final=True)

    def check_told(self, request: JSON) -> None:
        """Raise Refusal where a task was given, and the first request of the life does not hold what is asked."""
        task = self.admission.instruction
        if task and not self.told and "".join(task.split()) not in "".join("".join(texts_in(request)).split()):
            self.refused = UNTOLD
            raise Refusal(400, "invalid_request_error", UNTOLD, final=True)
        self.told = True

    def note_paid(self, size: int) -> None:
        """A request whose body has so many bytes led to a call."""
        self.paid_requests += 1
        self.paid += size

    def seconds_left(self, now: float) -> float:
        """Wall clock that the life has left; what does not count for it is added."""
        return self.admission.deadline - now + self.waited(now)

    def begin_wait(self, now: float) -> None:
        """A call of this life begins to wait for a fault of the world to pass, or for the gates."""
        if self._since is None:
            self._since = now
        self._waits += 1

    def end_wait(self, now: float) -> None:
        """A call that waited waits no longer."""
        self._waits -= 1
        if self._waits == 0 and self._since is not None:
            self._waited += now - self._since
            self._since = None

    def waited(self, now: float) -> float:
        """Seconds that this life waited for the world or the gates so far; they count for no limit of it."""
        since = self._since
        if since is None:
            return self._waited
        return self._waited + now - since
