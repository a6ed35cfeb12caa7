"""The API's own shapes: errors, messages and event streams are made here, and read back from their bytes. Pure."""

import json
from collections.abc import Iterator
from typing import Any

from controller.gateway.upstreams.upstream import JSON, Reply

BYTES_PER_TOKEN = 3.5  # a fair guess for a model that counts no tokens itself
EVENT_STREAM = "text/event-stream"
PIECE = 4_000  # characters of one delta
PARTIAL = "partial"  # the key of a block's input while it comes
DELTA_FIELDS = {"text_delta": "text", "thinking_delta": "thinking", "signature_delta": "signature"}


def error_body(kind: str, message: str, request_id: str) -> bytes:
    """An error as the API shapes it."""
    error = {"type": "error", "error": {"type": kind, "message": message}, "request_id": request_id}
    return json.dumps(error).encode()


def guess(size: int) -> int:
    """About how many tokens so many bytes are."""
    return max(1, round(size / BYTES_PER_TOKEN))


def message(reply: Reply, message_id: str, request: JSON, size: int) -> JSON:
    """A local model's reply to a request of `size` bytes, as a Message."""
    written = guess(len(json.dumps(reply.content)))
    counted = {
        "input_tokens": guess(size),
        "output_tokens": min(written, request["max_tokens"]),  # as no provider bills more
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
    }
    return {
        "id": message_id,
        "type": "message",
        "role": "assistant",
        "model": request["model"],
        "content": reply.content,
        "stop_reason": reply.stop_reason,
        "stop_sequence": None,
        "usage": counted | reply.usage,
    }


def stream(whole: JSON) -> bytes:
    """A Message as the event stream that a provider would send."""
    lines = []
    for event in events(whole):
        lines.append(f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=True)}\n\n")
    return "".join(lines).encode()


def events(whole: JSON) -> Iterator[JSON]:
    """The events of a stream that carries this Message."""
    opening = {**whole, "content": [], "stop_reason": None, "usage": {**whole["usage"], "output_tokens": 1}}
    yield {"type": "message_start", "message": opening}
    for index, block in enumerate(whole["content"]):
        yield {"type": "content_block_start", "index": index, "content_block": _empty_block(block)}
        for delta in _deltas(block):
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    ending = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": ending, "usage": whole["usage"]}
    yield {"type": "message_stop"}


def _empty_block(block: JSON) -> JSON:
    if block["type"] == "text":
        return {**block, "text": ""}
    return {**block, "input": {}}


def _deltas(block: JSON) -> Iterator[JSON]:
    if block["type"] == "text":
        for piece in _pieces(block["text"]):
            yield {"type": "text_delta", "text": piece}
    else:
        for piece in _pieces(json.dumps(block["input"])):
            yield {"type": "input_json_delta", "partial_json": piece}


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text), PIECE):
        yield text[start : start + PIECE]


def json_object(text: bytes) -> JSON:
    """A JSON object, or an empty one where the text is none."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def object_of(value: Any) -> JSON:
    """A value that is an object, or an empty one."""
    return value if isinstance(value, dict) else {}


def read_message(answer: bytes, content_type: str) -> JSON:
    """The Message or the error that an answer is; of a stream that was cut, what came. Of garbage, an empty one."""
    if not content_type.startswith(EVENT_STREAM):
        return json_object(answer)
    whole: JSON = {}
    for event in read_events(answer):
        _take(whole, event)
    return whole


def read_events(body: bytes) -> Iterator[JSON]:
    """The events of a stream that are JSON objects."""
    for line in body.splitlines():
        if line.startswith(b"data:"):
            event = json_object(line[5:])
            if event:
                yield event


def _take(whole: JSON, event: JSON) -> None:
    """Put an event to the Message that came before it."""
    kind = event.get("type")
    blocks = whole.setdefault("content", [])
    if kind == "message_start" and isinstance(event.get("message"), dict):
        whole.update(event["message"], content=[])
    elif kind == "content_block_start" and isinstance(event.get("content_block"), dict):
        block = dict(event["content_block"])
        block.pop(PARTIAL, None)
        if block.get("type") == "tool_use" and block.get("input") is None:  # llama.cpp leaves it out
            block["input"] = {}
        blocks.append(block)
    elif kind == "content_block_delta" and blocks and isinstance(event.get("delta"), dict):
        _grow(blocks[-1], event["delta"])
    elif kind == "content_block_stop" and blocks and ("input" in blocks[-1] or PARTIAL in blocks[-1]):
        _close_input(blocks[-1])
    elif kind == "message_delta":
        whole.update(object_of(event.get("delta")), content=blocks)
        whole["usage"] = {**object_of(whole.get("usage")), **object_of(event.get("usage"))}
    elif kind == "error":
        whole["error"] = event.get("error")


def _grow(block: JSON, delta: JSON) -> None:
    """Put a delta to its block."""
    kind = str(delta.get("type"))
    if kind == "input_json_delta":
        block[PARTIAL] = block.get(PARTIAL, "") + str(delta.get("partial_json", ""))
    elif kind in DELTA_FIELDS:
        name = DELTA_FIELDS[kind]
        block[name] = str(block.get(name) or "") + str(delta.get(name, ""))


def _close_input(block: JSON) -> None:
    """A call's input is whole: read its text; what is no JSON object stands under an empty name."""
    text = block.pop(PARTIAL, "")
    read = json_object(text.encode("utf-8", "replace"))
    if read:
        block["input"] = read
    elif not block.get("input"):
        block["input"] = {"": text} if text else {}
