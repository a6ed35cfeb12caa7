"""Reads the bytes of an answer as the message that they carry, streamed or not. Pure."""

import json
from collections.abc import Iterator
from typing import Any

from controller.gateway.upstreams.upstream import JSON

PIECES = {"text_delta": "text", "thinking_delta": "thinking", "signature_delta": "signature"}


def message(answer: bytes, content_type: str) -> JSON:
    """The Message or the error that an answer is; of a stream that was cut, what came. Of garbage, an empty one."""
    if not content_type.startswith("text/event-stream"):
        return parsed(answer)
    whole: JSON = {}
    for event in events(answer):
        take(whole, event)
    return whole


def events(stream: bytes) -> Iterator[JSON]:
    """The events of a stream that are JSON objects."""
    for line in stream.split(b"\n"):
        if line.startswith(b"data:") and (event := parsed(line[5:])):
            yield event


def take(whole: JSON, event: JSON) -> None:
    """Put an event to what came before it."""
    kind = event.get("type")
    blocks = whole.setdefault("content", [])
    if kind == "message_start" and isinstance(event.get("message"), dict):
        whole.update(event["message"], content=[])
    elif kind == "content_block_start" and isinstance(event.get("content_block"), dict):
        blocks.append(dict(event["content_block"]))
    elif kind == "content_block_delta" and blocks and isinstance(event.get("delta"), dict):
        grow(blocks[-1], event["delta"])
    elif kind == "content_block_stop" and blocks and "input" in blocks[-1]:
        text = blocks[-1].pop("partial", "")
        blocks[-1]["input"] = parsed(text.encode()) or blocks[-1]["input"] or ({"": text} if text else {})
    elif kind == "message_delta":
        whole.update(event.get("delta") or {})
        whole["usage"] = {**(whole.get("usage") or {}), **(event.get("usage") or {})}
    elif kind == "error":
        whole["error"] = event.get("error")


def grow(block: JSON, delta: JSON) -> None:
    """Put a delta to its block."""
    if delta.get("type") == "input_json_delta":
        block["partial"] = block.get("partial", "") + str(delta.get("partial_json", ""))
    elif (name := PIECES.get(str(delta.get("type")))) is not None:
        block[name] = str(block.get(name) or "") + str(delta.get(name, ""))


def parsed(text: bytes) -> JSON:
    """A JSON object, or an empty one."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
