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
MARK = "cache_control"
MARKS = "heirloom-marks"  # beside the other parameters: [message, block, mark] for each mark
MESSAGES = "messages"
APART = ("system", "tools")  # parts beside the messages, in the order of a request's columns


@dataclass(frozen=True)
class RequestParts:
    """The bytes of each part, as JSON; None: the request has no such part."""

    rest: bytes
    system: bytes | None
    tools: bytes | None
    messages: tuple[bytes, ...]


def split(request: Mapping[str, Any]) -> RequestParts:
    """The parts of a request. Raises ValueError, RecursionError where JSON cannot carry it."""
    rest = {name: value for name, value in request.items() if name not in (MESSAGES, *APART)}
    messages, marks = without_marks(request.get(MESSAGES, []))
    if marks:
        rest[MARKS] = marks
    system = encode(request["system"]) if "system" in request else None
    tools = encode(request["tools"]) if "tools" in request else None
    return RequestParts(encode(rest), system, tools, tuple(encode(message) for message in messages))


def join(parts: RequestParts) -> JSON:
    """The request that was split into these parts."""
    request: JSON = json.loads(parts.rest)
    marks = request.pop(MARKS, [])
    if parts.system is not None:
        request["system"] = json.loads(parts.system)
    if parts.tools is not None:
        request["tools"] = json.loads(parts.tools)
    if parts.messages:  # a request to the gates has none
        request[MESSAGES] = [json.loads(data) for data in parts.messages]
    for message, block, mark in marks:
        request[MESSAGES][message]["content"][block][MARK] = mark
    return request


def without_marks(messages: Sequence[JSON]) -> tuple[list[JSON], list[list[Any]]]:
    """The messages without the cache marks of their blocks, and the marks: [message, block, mark] each."""
    marks: list[list[Any]] = []
    plain: list[JSON] = []
    for number, message in enumerate(messages):
        content = message["content"]
        if not isinstance(content, str):
            blocks = []
            for place, block in enumerate(content):
                if MARK in block:
                    marks.append([number, place, block[MARK]])
                    block = {name: value for name, value in block.items() if name != MARK}
                blocks.append(block)
            content = blocks
        plain.append({**message, "content": content})
    return plain, marks


def encode(value: Any) -> bytes:
    """A part's bytes: the same for equal parts. Raises ValueError, RecursionError."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def pack_ids(ids: Sequence[int]) -> bytes:
    """Hundreds of ids that mostly follow each other, in a few bytes: their differences, compressed."""
    steps = [after - before for before, after in pairwise([0, *ids])]
    return zlib.compress(",".join(str(step) for step in steps).encode())


def unpack_ids(data: bytes) -> list[int]:
    """The ids that were packed."""
    text = zlib.decompress(data)
    if not text:
        return []
    return list(accumulate(int(step) for step in text.split(b",")))
