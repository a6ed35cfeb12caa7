"""Reads what a provider says a call used: from a message, or from a stream while it passes. Pure."""

from dataclasses import replace
from typing import Any

from controller.contract import one_line
from controller.gateway.upstreams.upstream import JSON
from controller.gateway.wire import json_object
from controller.ledger.usage import Usage

EVENTS_READ = (b'"message_start"', b'"message_delta"', b'"message_stop"', b'"error"')
OPENING = (b"message_start", b"error")
INPUTS = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
LARGEST = 10**12  # no honest count is larger, and the ledger's columns end at 2**63


def usage_of_message(body: bytes) -> Usage | None:
    """The usage of a Message, or None where it tells none."""
    counted = json_object(body).get("usage")
    usage = _usage(counted, Usage())
    if usage is None:
        return None
    return with_compactions(usage, compactions(counted))


class Meter:
    """Takes the bytes of an event stream as they pass. `ended` only by a message_stop: silence is no end."""

    def __init__(self) -> None:
        self._plain, self._compacted = Usage(), (0, 0)
        self.ended = False
        self.failed = False  # an error event: the provider gave up in the middle
        self.error = ""  # what that said
        self.begun = False  # it said something beyond that a message starts
        self.counted = False  # some usage came
        self._rest = b""

    @property
    def usage(self) -> Usage:
        """What the stream said so far."""
        return with_compactions(self._plain, self._compacted)

    @property
    def complete(self) -> bool:
        """Whether the stream came to its end and said its usage."""
        return self.ended and self.counted and not self.failed

    def feed(self, chunk: bytes) -> None:
        """Read on; events may be cut anywhere."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            if line.strip() and not any(name in line for name in OPENING):
                self.begun = True
            if line.startswith(b"data:") and any(name in line for name in EVENTS_READ):
                self._take(json_object(line[5:]))

    def _take(self, event: JSON) -> None:
        kind = event.get("type")
        if kind == "message_start" and isinstance(event.get("message"), dict):
            self._count(event["message"].get("usage"))
        elif kind == "message_delta":
            self._count(event.get("usage"))
        elif kind == "message_stop":
            self.ended = True
        elif kind == "error":
            self.failed = True
            error = event.get("error")
            name = error.get("type") if isinstance(error, dict) else "an error"
            self.error = f"the provider broke its stream off: {one_line(str(name))}"

    def _count(self, counted: Any) -> None:
        usage = _usage(counted, self._plain)
        if usage is not None:
            self._plain, self.counted = usage, True
            self._compacted = max(self._compacted, compactions(counted), key=sum)


def _usage(counted: Any, known: Usage) -> Usage | None:
    """What is counted, over what was known: the counts of a stream are cumulative, and missing ones stay."""
    if not isinstance(counted, dict) or not isinstance(counted.get("output_tokens"), int):
        return None
    written = whole(counted.get("cache_creation_input_tokens"), known.written)
    long = known.long
    by_time = counted.get("cache_creation")
    if isinstance(by_time, dict):
        long = whole(by_time.get("ephemeral_1h_input_tokens"), known.long)
    return Usage(
        input=whole(counted.get("input_tokens"), known.input),
        cached=whole(counted.get("cache_read_input_tokens"), known.cached),
        written=written,
        output=whole(counted["output_tokens"], known.output),
        long=min(long, written),
    )


def with_compactions(usage: Usage, extra: tuple[int, int]) -> Usage:
    """Usage with the input and output tokens of compactions, which the counts beside them leave out."""
    return replace(usage, input=usage.input + extra[0], output=usage.output + extra[1], compacted=sum(extra))


def compactions(counted: Any) -> tuple[int, int]:
    """Input and output tokens of the compactions that a usage tells of."""
    read = written = 0
    iterations = counted.get("iterations") if isinstance(counted, dict) else None
    if not isinstance(iterations, list):
        return read, written
    for iteration in iterations:
        if isinstance(iteration, dict) and iteration.get("type") == "compaction":
            read += sum(whole(iteration.get(name), 0) for name in INPUTS)
            written += whole(iteration.get("output_tokens"), 0)
    return read, written


def whole(value: Any, before: int) -> int:
    """A count that a provider tells, as far as it can be one."""
    if not isinstance(value, int):
        return before
    return min(max(value, 0), LARGEST)
