"""Where two requests differ, once what time or chance changes is left out of both. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile, zip_longest
from typing import Any

from controller.gateway.normal import normal

BEFORE, AFTER = 60, 200  # characters shown around the first that differs
MISSING = object()


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
        for name in [*expected, *(name for name in got if name not in expected)]:
            inner = f"{where}.{name}" if where else name
            yield from differences(call, expected.get(name, MISSING), got.get(name, MISSING), inner)
    elif isinstance(expected, list) and isinstance(got, list):
        for place, (first, second) in enumerate(zip_longest(expected, got, fillvalue=MISSING)):
            yield from differences(call, first, second, f"{where}[{place}]")
    elif isinstance(expected, str) and isinstance(got, str):
        if expected != got and (one := normal(expected)) != (other := normal(got)):
            start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
            yield Difference(call, where, excerpt(one, start), excerpt(other, start))
    elif (
        expected is MISSING or got is MISSING or expected != got or isinstance(expected, bool) != isinstance(got, bool)
    ):
        yield Difference(call, where or "the request", shown(expected), shown(got))


def excerpt(text: str, place: int) -> str:
    """A piece of a text around a place."""
    first, last = max(place - BEFORE, 0), place + AFTER
    return repr(("…" if first else "") + text[first:last] + ("…" if last < len(text) else ""))


def shown(value: Any) -> str:
    """A JSON value, bounded."""
    return "nothing" if value is MISSING else excerpt(value if isinstance(value, str) else repr(value), 0)
