"""The faults of the world: which answers of a provider are one, what cures each, and how a fault is put into words.

What is the life's own is a positive list: a well-formed Message (`message_shape`), or a well-formed error of a kind
that the request itself caused. Every other answer is a fault of the world. One place for everybody: the gateway asks it
which answers to ask for again, the judgement of a life whether the world or the genome failed, a run whether waiting
helps.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from controller.contract import one_line
from controller.gateway.message_shape import problem_of_message
from controller.gateway.upstreams.upstream import Garbled, Headers, Refusal
from controller.ledger.phases import Cure, Fault

NO_ANSWER = 599  # the ledger's status where no answer came


@dataclass(frozen=True)
class FaultStatus:
    """One row of the table: the statuses that it stands for, what cures the fault, and what to say of it."""

    statuses: range
    cure: Cure
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
    FaultStatus(
        range(407, 408),
        "operator",
        "a proxy wants a name and password: put them into HTTP_PROXY or HTTPS_PROXY, or the host into NO_PROXY",
    ),
    FaultStatus(range(408, 409), "waiting", "the request took too long to arrive"),
    FaultStatus(range(409, 410), "waiting", "the request met another one"),
    FaultStatus(range(429, 430), "waiting", "a limit of rate is reached"),
    FaultStatus(range(500, 600), "waiting", "the provider failed, is overloaded, or gave no answer"),
)


def fault_status(status: int | None) -> FaultStatus | None:
    """The row of a status; None where it is no fault of the world, or where there is no status."""
    if status is None:
        return None
    for row in FAULT_STATUSES:
        if status in row.statuses:
            return row
    return None


# What a request may itself have caused
OWN_STATUSES = (400, 413, 422)
OWN_ERRORS = ("invalid_request_error", "request_too_large", "exceed_context_size_error", "BadRequestError")
FIELD = re.compile(
    r"(messages|system|tools|tool_choice|max_tokens|thinking|output_config|stop_sequences|temperature|top_[pk]|stream)\b"
    r"\s*[.:\[]"
)  # the path of a field, with which the API begins what is wrong with it
OF_ACCOUNT = re.compile(
    r"\b(credits?|billing|balance|quota|spend(ing)?|usage limits?|organi[sz]ation|workspace|subscription|account|"
    r"plans?|credentials?|api.?key|payment|region|location|country|disabled|deprecated|retired|licen[cs]e)\b",
    re.IGNORECASE,
)  # such an error is about whoever asks
OF_REQUEST = re.compile(
    r"\b(request|prompt|messages?|roles?|content|input|tokens?|context|tools?|tool_\w+|schema|thinking|image|system|"
    r"max_tokens|temperature|parameters?|fields?|json|template)\b",
    re.IGNORECASE,
)
NO_MODEL = "the provider has no such model, or does not offer this API at this address: look at --model"
PAY = "pay the provider, raise its limit, or use another --model"
MOVED = "write the address that it moved to into --model"
LOOK = "ask it as `heirloom doctor --live` does, and look at its own log"


@dataclass(frozen=True)
class Waiting:
    """A call that waits for a fault to pass: asked again in `seconds`, for `left` more seconds at most."""

    reason: str
    seconds: float
    left: float


def fault_of_answer(status: int, headers: Headers, body: bytes) -> Fault | None:
    """The fault that an answer to a call is; None: it is a Message, or an error that the request itself caused."""
    if status == 200:
        problem = problem_of_message(body)
        if not problem:
            return None
        return Fault("provider", one_line(f"the provider's answer is no Message: {problem}", 200), "unclear", LOOK)
    kind, message = error_of(body)
    says = f"{kind}: {message}" if kind else ""
    if 300 <= status < 400:
        says = f"(moved to {one_line(headers.get('location', 'nowhere').partition('?')[0], 100)})"
    return fault_of_error(status, kind, message, one_line(f"the provider answers {status} {says}", 200))


def fault_of_error(status: int, kind: str, message: str, reason: str) -> Fault | None:
    """The fault that an error is, by what it says; None: the request itself caused it."""
    row = fault_status(status)
    if row is not None:
        return Fault("provider", reason, row.cure, row.advice)
    if status in OWN_STATUSES and kind in OWN_ERRORS:
        if FIELD.match(message):
            return None
        if OF_ACCOUNT.search(message):
            return Fault("provider", reason, "operator", PAY)
        if OF_REQUEST.search(message) and not message.startswith("model"):
            return None
    advice = NO_MODEL if status in (400, 404) else LOOK
    if 300 <= status < 400:
        advice = MOVED
    return Fault("provider", reason, "unclear", advice)


def error_of(body: bytes) -> tuple[str, str]:
    """Type and message of an error of the API's shape; empty where the body is none."""
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    error = found.get("error") if isinstance(found, dict) else None
    if not isinstance(error, dict) or found.get("type", "error") != "error":
        return "", ""
    kind, message = error.get("type"), error.get("message")
    if not isinstance(kind, str) or not isinstance(message, str):
        return "", ""
    return kind, message


def fault_of_refusal(refusal: Refusal) -> Fault | None:
    """The fault that a local model's error is; None: the request itself caused it."""
    if refusal.status in OWN_STATUSES and refusal.kind in OWN_ERRORS:
        return None
    reason = one_line(f"the provider answers {refusal.status} {refusal.kind}: {refusal}", 200)
    return fault_of_error(refusal.status, refusal.kind, str(refusal), reason)


def fault_of_silence(error: Exception) -> Fault:
    """The fault where no whole answer came."""
    if isinstance(error, Garbled):
        return Fault("provider", one_line(str(error), 200), "unclear", LOOK)
    return Fault("provider", one_line(str(error), 200))


def fault_of_ledger(error: Exception) -> Fault:
    """The fault where the ledger cannot be written: no call is made that is not in it."""
    return Fault("disk", one_line(str(error), 300))
