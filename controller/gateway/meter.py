"""Reads what a provider says a call used: from a message, or on the way from a stream. Pure."""

import json
from typing import Any

from controller.contract import one_line
from controller.ledger import Usage

EVENTS_READ = (b'"message_start"', b'"message_delta"', b'"message_stop"', b'"error"')
OPENING = (b"message_start", b"error")
LARGEST = 10**12  # no honest count is larger, and the ledger's columns end at 2**63


def usage_of_message(body: bytes) -> Usage | None:
    """The usage of a Message, or None where it tells none."""
    message = _parse(body)
    return _usage(message.get("usage"), Usage())


class Meter:
    """Takes the bytes of an event stream as they pass. `ended` only by a message_stop: silence is no end."""

    def __init__(self) -> None:
        self.usage = Usage()
        self.ended = False
        self.failed = False  # an error event: the provider gave up in the middle
        self.error = ""  # what that said
        self.begun = False  # it said something beyond that a message starts
        self.counted = False  # some usage was told
        self._rest = b""

    @property
    def complete(self) -> bool:
        """Whether the stream came to its end and told its usage."""
        return self.ended and self.counted and not self.failed

    def feed(self, chunk: bytes) -> None:
        """Read on; events may be cut anywhere."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            self.begun = self.begun or bool(line.strip() and not any(name in line for name in OPENING))
            if line.startswith(b"data:") and any(name in line for name in EVENTS_READ):
                self._take(_parse(line[5:]))

    def _take(self, event: dict[str, Any]) -> None:
        kind = event.get("type")
        if kind == "message_start" and isinstance(event.get("message"), dict):
            self._count(event["message"].get("usage"))
        elif kind == "message_delta":
            self._count(event.get("usage"))
        elif kind == "message_stop":
            self.ended = True
        elif kind == "error":
            self.failed = True
            told = event.get("error")
            kind = told.get("type") if isinstance(told, dict) else "an error"
            self.error = f"the provider broke its stream off: {one_line(str(kind))}"

    def _count(self, told: Any) -> None:
        usage = _usage(told, self.usage)
        if usage is not None:
            self.usage, self.counted = usage, True


def _parse(text: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _usage(told: Any, known: Usage) -> Usage | None:
    """What is told, over what was known: the counts of a stream are cumulative, and missing ones stay."""
    if not isinstance(told, dict) or not isinstance(told.get("output_tokens"), int):
        return None

    def count(name: str, before: int) -> int:
        value = told.get(name)
        return min(max(value, 0), LARGEST) if isinstance(value, int) else before

    return Usage(
        input=count("input_tokens", known.input),
        cached=count("cache_read_input_tokens", known.cached),
        written=count("cache_creation_input_tokens", known.written),
        output=count("output_tokens", known.output),
    )
