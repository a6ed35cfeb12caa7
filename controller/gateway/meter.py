"""Reads what a provider says a call used: from a message, or on the way from a stream. Pure."""

import json
from dataclasses import replace
from typing import Any

from controller.contract import one_line
from controller.ledger.usage import Usage

EVENTS_READ = (b'"message_start"', b'"message_delta"', b'"message_stop"', b'"error"')
OPENING = (b"message_start", b"error")
LARGEST = 10**12  # no honest count is larger, and the ledger's columns end at 2**63


def usage_of_message(body: bytes) -> Usage | None:
    """The usage of a Message, or None where it tells none."""
    message = parsed(body)
    usage = _usage(message.get("usage"), Usage())
    return usage and with_compactions(usage, compacted(message.get("usage")))


class Meter:
    """Takes the bytes of an event stream as they pass. `ended` only by a message_stop: silence is no end."""

    def __init__(self) -> None:
        self._plain, self._compacted = Usage(), (0, 0)
        self.ended = False
        self.failed = False  # an error event: the provider gave up in the middle
        self.error = ""  # what that said
        self.begun = False  # it said something beyond that a message starts
        self.counted = False  # some usage was told
        self._rest = b""

    @property
    def usage(self) -> Usage:
        """What was told so far."""
        return with_compactions(self._plain, self._compacted)

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
                self._take(parsed(line[5:]))

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
        usage = _usage(told, self._plain)
        if usage is not None:
            self._plain, self.counted = usage, True
            self._compacted = max(self._compacted, compacted(told), key=sum)


def parsed(text: bytes) -> dict[str, Any]:
    """A JSON object, or an empty one where it is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _usage(told: Any, known: Usage) -> Usage | None:
    """What is told, over what was known: the counts of a stream are cumulative, and missing ones stay."""
    if not isinstance(told, dict) or not isinstance(told.get("output_tokens"), int):
        return None

    def count(name: str, before: int) -> int:
        return whole(told.get(name), before)

    split = told.get("cache_creation")
    told_long = split.get("ephemeral_1h_input_tokens") if isinstance(split, dict) else None
    written = count("cache_creation_input_tokens", known.written)
    return Usage(
        input=count("input_tokens", known.input),
        cached=count("cache_read_input_tokens", known.cached),
        written=written,
        output=count("output_tokens", known.output),
        long=min(whole(told_long, known.long), written),
    )


def with_compactions(usage: Usage, extra: tuple[int, int]) -> Usage:
    """Usage with the input and output tokens of compactions, which the counts beside them leave out."""
    more = {"input": usage.input + extra[0], "output": usage.output + extra[1], "compacted": sum(extra)}
    return replace(usage, **more) if sum(extra) else usage


def compacted(told: Any) -> tuple[int, int]:
    """Input and output tokens of the compactions that a usage tells of."""
    iterations = told.get("iterations") if isinstance(told, dict) else None
    parts = [one for one in iterations if isinstance(one, dict)] if isinstance(iterations, list) else []
    found = [one for one in parts if one.get("type") == "compaction"]
    names = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    return (
        sum(whole(one.get(name), 0) for one in found for name in names),
        sum(whole(one.get("output_tokens"), 0) for one in found),
    )


def whole(value: Any, before: int) -> int:
    """A count that a provider tells, as far as it can be one."""
    return min(max(value, 0), LARGEST) if isinstance(value, int) else before
