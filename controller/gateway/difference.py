"""Where two requests differ, once what time or chance changes is left out of both. Pure.

What counts as such a change belongs to what parent and child agree on: two lives that differ in nothing else did the
same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

BEFORE, AFTER = 60, 200  # characters shown around the first that differs
MISSING = object()
SHORT_HASH = r"(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,12}"  # letters and digits both, else it is a word or a number
MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
# What time or chance makes differ between two lives that do the same, and the word that replaces it:
CHANGING = (
    (r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b", "<id>"),
    (rf"\bheirloom-[\w-]{{32}}|\b(?:[0-9a-f]{{64}}|[0-9a-f]{{40}}|{SHORT_HASH})\b", "<id>"),
    (r"(?<=/tmp/)tmp\.?\w{6,12}\b|(?<=\b(?:pid|PID)[ =])\d+\b", "<id>"),
    (r"\b0x[0-9a-fA-F]{6,16}\b|\b(?:127\.0\.0\.1|localhost|\[::1\]):\d{2,5}\b", "<address>"),
    (r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z|[+-]\d\d:?\d\d))?)?", "<date>"),
    (
        rf"\b(?:{DAY},? )?(?:\d\d? )?{MONTH} [ \d]?\d(?:\d\d)? \d\d:\d\d(?::\d\d)?"
        r"(?: [AP]M)?(?: [A-Z]{3,4})?(?: \d{4})?\b",
        "<date>",
    ),
    (r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b|\b1[6-9]\d{8}(?:\.\d+|\d{3}|\d{9})?\b", "<date>"),  # since the epoch
    (r"\b\d+m\d+[.,]\d+s\b|\b\d+(?:\.\d+)? ?(?:[mnuµ]s|s|seconds?|minutes?)\b", "<duration>"),
    (r"(?<=seconds\":) ?[\d.]+|(?<=HEIRLOOM-HUNT ).*", "<duration>"),  # what the embedded hunt found in its time
)


@dataclass(frozen=True)
class Difference:
    """In which call, at which path of the request, what was recorded and what was asked instead; both bounded."""

    call: int
    where: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"call {self.call} differs at {self.where}: recorded {self.expected}; asked {self.got}"


def differences(call: int, expected: Any, got: Any, where: str = "") -> Iterator[Difference]:
    """Every difference of two JSON values, in order."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for name in {**expected, **got}:
            inner = f"{where}.{name}" if where else name
            yield from differences(call, expected.get(name, MISSING), got.get(name, MISSING), inner)
    elif isinstance(expected, list) and isinstance(got, list):
        for place, (first, second) in enumerate(zip_longest(expected, got, fillvalue=MISSING)):
            yield from differences(call, first, second, f"{where}[{place}]")
    elif isinstance(expected, str) and isinstance(got, str):
        if expected == got:
            return  # most texts are: a long conversation is compared anew at each call
        one, other = normalise(expected), normalise(got)
        if one != other:
            start = common_length(one, other)
            yield Difference(call, where, excerpt(one, start), excerpt(other, start))
    elif expected != got or isinstance(expected, bool) != isinstance(got, bool):
        yield Difference(call, where or "the request", shown(expected), shown(got))


def normalise(text: str) -> str:
    """Text without what time or chance changes: durations, dates, addresses, ids."""
    for pattern, word in CHANGING:
        text = re.sub(pattern, word, text)
    return text


def common_length(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    length = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        length += 1
    return length


def excerpt(text: str, place: int) -> str:
    """A piece of a text around a place, quoted."""
    first, last = max(place - BEFORE, 0), place + AFTER
    piece = text[first:last]
    if first:
        piece = "…" + piece
    if last < len(text):
        piece += "…"
    return repr(piece)


def shown(value: Any) -> str:
    """A JSON value, bounded."""
    if value is MISSING:
        return "nothing"
    return excerpt(value if isinstance(value, str) else repr(value), 0)
