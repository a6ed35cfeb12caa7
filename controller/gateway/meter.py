"""Reads what a provider says a call used: from a message, or from a stream while it passes. Pure.

What is not told as a whole number of at least 0 is not told: then nothing of the call's reservation is freed.
"""

from typing import Any

from controller.contract import one_line
from controller.gateway import numbers
from controller.gateway.lines import Lines
from controller.gateway.upstreams.upstream import JSON
from controller.gateway.wire import json_object
from controller.ledger.usage import Usage

EVENTS_READ = (b'"message_start"', b'"message_delta"', b'"message_stop"', b'"error"')
OPENING = (b"message_start", b"error")
READ, CACHED, WRITTEN, SAID = "input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens"
SHORT, LONG = "ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens"  # of those written, by how long they are kept


class Tally:
    """The counts that a provider told for one call. Those of a stream are cumulative: the highest of each counts."""

    def __init__(self) -> None:
        self._highest: dict[str, int] = {}
        self._compacted = (0, 0)  # input and output of the compactions, which the counts beside them leave out
        self._unreadable = False

    @property
    def has_input(self) -> bool:
        """Whether it is known how many tokens the call read."""
        return READ in self._highest and not self._unreadable

    @property
    def has_output(self) -> bool:
        """Whether it was told how many tokens the call wrote."""
        return SAID in self._highest

    @property
    def usage(self) -> Usage:
        """What was told so far."""
        read, said = self._compacted
        by_time = self._highest.get(SHORT, 0) + self._highest.get(LONG, 0)
        written = min(max(self._highest.get(WRITTEN, 0), by_time), numbers.MOST_TOKENS)
        return Usage(
            input=min(self._highest.get(READ, 0) + read, numbers.MOST_TOKENS),
            cached=self._highest.get(CACHED, 0),
            written=written,
            output=min(self._highest.get(SAID, 0) + said, numbers.MOST_TOKENS),
            long=min(self._highest.get(LONG, 0), written),
            compacted=min(read + said, numbers.MOST_TOKENS),
        )

    def add(self, told: Any) -> None:
        """Take a `usage` as a provider tells it."""
        if not isinstance(told, dict):
            return
        for name in (READ, CACHED, WRITTEN, SAID):
            self._note(name, told.get(name))
        by_time = told.get("cache_creation")
        if isinstance(by_time, dict):
            self._note(SHORT, by_time.get(SHORT))
            self._note(LONG, by_time.get(LONG))
        self._compacted = max(self._compacted, self._compactions(told.get("iterations")), key=sum)

    def _note(self, name: str, told: Any) -> None:
        if told is not None:
            self._highest[name] = max(self._highest.get(name, 0), self._read(told))

    def _read(self, told: Any) -> int:
        found = numbers.count(told)
        if found is None:
            self._unreadable = True
            return 0
        return found

    def _compactions(self, iterations: Any) -> tuple[int, int]:
        """Input and output tokens of the compactions among a usage's iterations."""
        read = said = 0
        if not isinstance(iterations, list):
            return read, said
        for iteration in iterations:
            if isinstance(iteration, dict) and iteration.get("type") == "compaction":
                for name in (READ, CACHED, WRITTEN):
                    read += self._read(iteration.get(name) or 0)
                said += self._read(iteration.get(SAID) or 0)
        return read, said


def usage_of_message(body: bytes) -> Usage | None:
    """The usage of a Message, or None where it does not tell both input and output."""
    return read_usage(json_object(body).get("usage"))


def read_usage(told: Any) -> Usage | None:
    """A `usage` of a Message, or None where it does not tell both input and output."""
    tally = Tally()
    tally.add(told)
    if not (tally.has_input and tally.has_output):
        return None
    return tally.usage


class Meter:
    """Takes the bytes of an event stream as they pass. `ended` only by a message_stop: silence is no end."""

    def __init__(self) -> None:
        self._tally = Tally()
        self._final = False  # a message_delta told the output: what a message_start says of it is a beginning
        self.ended = False
        self.failed = False  # an error event: the provider gave up in the middle
        self.error = ""  # what that said
        self.begun = False  # it said something beyond that a message starts
        self._lines = Lines()

    @property
    def usage(self) -> Usage:
        """What the stream said so far."""
        return self._tally.usage

    @property
    def knows_input(self) -> bool:
        """Whether it is known what the call read; servers that count later begin with 0."""
        return self._tally.has_input and self.usage.prompt > 0

    @property
    def complete(self) -> bool:
        """Whether the stream came to its end and said its usage."""
        return self.ended and not self.failed and self._final and self._tally.has_input

    def feed(self, chunk: bytes) -> None:
        """Read on; events may be cut anywhere."""
        for line in self._lines.feed(chunk):
            if line.strip() and not any(name in line for name in OPENING):
                self.begun = True
            if line.startswith(b"data:") and any(name in line for name in EVENTS_READ):
                self._take(json_object(line[5:]))

    def _take(self, event: JSON) -> None:
        kind = event.get("type")
        if kind == "message_start" and isinstance(event.get("message"), dict):
            self._tally.add(event["message"].get("usage"))
        elif kind == "message_delta":
            self._take_delta(event.get("usage"))
        elif kind == "message_stop":
            self.ended = True
        elif kind == "error" and not self.ended:  # behind its end a message is whole
            self.failed = True
            error = event.get("error")
            name = error.get("type") if isinstance(error, dict) else "an error"
            self.error = f"the provider broke its stream off: {one_line(str(name))}"

    def _take_delta(self, told: Any) -> None:
        self._tally.add(told)
        if isinstance(told, dict) and numbers.count(told.get(SAID)) is not None:
            self._final = True
