"""A request in parts, each to be stored once, and whole again. Pure.

The parts: its messages, each for itself; its system prompt; its tools; everything else. A cache mark moves on from
message to message while the text stays, so marks are kept with everything else.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

JSON = dict[str, Any]
MARK, MARKS = "cache_control", "heirloom-marks"  # the second: [message, block, mark], beside the other parameters
MESSAGES, APART = "messages", ("system", "tools")


@dataclass(frozen=True)
class Parts:
    """The bytes of each part; None: the request has no such part."""

    rest: bytes
    system: bytes | None
    tools: bytes | None
    messages: tuple[bytes, ...]


def taken_apart(request: Mapping[str, Any]) -> Parts:
    """The parts of a request. Raises ValueError, RecursionError where JSON cannot carry it."""
    rest = {name: value for name, value in request.items() if name not in (MESSAGES, *APART)}
    messages, marks = unmarked(request.get(MESSAGES, []))
    if marks:
        rest[MARKS] = marks
    system, tools = (rendered(request[name]) if name in request else None for name in APART)
    return Parts(rendered(rest), system, tools, tuple(map(rendered, messages)))


def put_together(parts: Parts) -> JSON:
    """The request again."""
    request: JSON = json.loads(parts.rest)
    marks = request.pop(MARKS, [])
    for name, data in zip(APART, (parts.system, parts.tools), strict=True):
        if data is not None:
            request[name] = json.loads(data)
    if parts.messages:  # who asks the gates has none
        request[MESSAGES] = [json.loads(data) for data in parts.messages]
    for message, block, mark in marks:
        request[MESSAGES][message]["content"][block][MARK] = mark
    return request


def unmarked(messages: Sequence[JSON]) -> tuple[list[JSON], list[list[Any]]]:
    """The messages without the marks of their blocks, and the marks."""
    marks: list[list[Any]] = []
    plain = []
    for place, message in enumerate(messages):
        content = message["content"]
        found = [] if isinstance(content, str) else [n for n, block in enumerate(content) if MARK in block]
        if found:
            marks += [[place, number, content[number][MARK]] for number in found]
            content = [{name: value for name, value in block.items() if name != MARK} for block in content]
        plain.append({**message, "content": content})
    return plain, marks


def rendered(value: Any) -> bytes:
    """A part's bytes: the same for equal parts. Raises ValueError, RecursionError."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def packed(ids: Sequence[int]) -> bytes:
    """Hundreds of ids that mostly follow each other, in a few bytes."""
    steps = [after - before for before, after in pairwise([0, *ids])]
    return zlib.compress(",".join(map(str, steps)).encode())


def unpacked(data: bytes) -> list[int]:
    """The ids again."""
    return list(accumulate(int(step) for step in zlib.decompress(data).split(b",") if step))
