"""Makes the API's own shapes: errors, messages and event streams. Pure."""

import json
from collections.abc import Iterator

from controller.gateway.upstreams.upstream import JSON, Reply
from controller.ledger.usage import Usage

BYTES_PER_TOKEN = 3.5  # a fair guess for a model that counts no tokens itself
EVENT_STREAM = "text/event-stream"
PIECE = 4_000  # characters of one delta


def error_body(kind: str, message: str, request_id: str) -> bytes:
    """An error as the API shapes it."""
    told = {"type": "error", "error": {"type": kind, "message": message}, "request_id": request_id}
    return json.dumps(told).encode()


def guess(size: int) -> int:
    """About how many tokens so many bytes are."""
    return max(1, round(size / BYTES_PER_TOKEN))


def message(reply: Reply, message_id: str, request: JSON, size: int) -> JSON:
    """A local model's reply to a request of `size` bytes, as a Message."""
    wanted = guess(len(json.dumps(reply.content)))
    counted = {
        "input_tokens": guess(size),
        "output_tokens": min(wanted, request["max_tokens"]),  # as no provider bills more
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


def usage(told: JSON) -> Usage:
    """The usage of a message that we made."""
    return Usage(
        input=told["input_tokens"],
        cached=told["cache_read_input_tokens"],
        written=told["cache_creation_input_tokens"],
        output=told["output_tokens"],
    )


def stream(whole: JSON) -> bytes:
    """A Message as the event stream that a provider would send."""
    return b"".join(
        f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=True)}\n\n".encode() for event in events(whole)
    )


def events(whole: JSON) -> Iterator[JSON]:
    """The events of a stream that carries this Message."""
    told = whole["usage"]
    opening = {**whole, "content": [], "stop_reason": None, "usage": {**told, "output_tokens": 1}}
    yield {"type": "message_start", "message": opening}
    for index, block in enumerate(whole["content"]):
        yield {"type": "content_block_start", "index": index, "content_block": _opened(block)}
        for delta in _deltas(block):
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    ending = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": ending, "usage": told}
    yield {"type": "message_stop"}


def _opened(block: JSON) -> JSON:
    return {**block, "text": ""} if block["type"] == "text" else {**block, "input": {}}


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
