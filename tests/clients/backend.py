"""A server with a log of its own, which speaks the Messages API and Chat Completions: what it billed, call by call.

It thinks, says a line and calls `bash` where it is offered tools and was not yet given a result; else it says a line.
A conversation with the word `hold` is begun to be answered by stream, and then no more is said; one with the word
`busy` is refused twice, as too much at once, one with `overflow` as too long.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.parts.provider import LAST, STREAM_HEAD, Reply, Request, chunk, event, json_reply
from controller.ledger.usage import Usage

CACHED = 40  # tokens of each prompt
COMMAND = "echo 'grüße \u2028 \\\\ \"x\"'"
COUNTED = 777
BUSY = 2
TOO_LONG = "This model's maximum context length is 4096 tokens. However, your messages resulted in 5000 tokens."
Block = dict[str, Any]


@dataclass
class Backend:
    """`billed`: one entry for each call that was answered, before it was."""

    billed: list[Usage] = field(default_factory=list)
    held: int = 0
    begun: int = 0
    refused: int = 0

    def __call__(self, request: Request) -> Reply:
        """The answer to one request."""
        if request.path.endswith("/count_tokens"):
            return json_reply(200, {"input_tokens": COUNTED})
        if request.path.endswith("/models"):
            return json_reply(200, {"object": "list", "data": [{"id": "backend", "object": "model"}]})
        asked = request.json
        self.begun += 1
        used = Usage(1, 100 + self.begun, CACHED, 0, 20 + self.begun)
        chat = request.path.endswith("/chat/completions")
        said = json.dumps(asked["messages"])
        calls = bool(asked.get("tools")) and '"tool_result"' not in said and '"role": "tool"' not in said
        if "hold" in said and asked.get("stream"):
            self.held += 1
            return Reply(held(chat, used), "hold")
        if "busy" in said and self.refused < BUSY:
            self.refused += 1
            error = {"type": "overloaded_error", "message": "busy"}
            return json_reply(529, {"type": "error", "error": error}, "retry-after-ms: 5")
        if "overflow" in said:
            error = {"type": "invalid_request_error", "message": TOO_LONG, "code": "context_length_exceeded"}
            return json_reply(400, {"type": "error", "error": error})
        self.billed.append(used)
        if chat:
            return completion(used, calls, bool(asked.get("stream")))
        return message(used, calls, bool(asked.get("stream")))

    @property
    def tokens(self) -> tuple[int, int, int]:
        """All that was billed: input, cached, output."""
        read, cached = sum(one.input for one in self.billed), sum(one.cached for one in self.billed)
        return read, cached, sum(one.output for one in self.billed)


def text(used: Usage) -> str:
    """What is said: JSON, for those that ask for JSON."""
    return json.dumps({"a": used.input, "said": "✓"}, ensure_ascii=False)


def blocks(used: Usage, calls: bool) -> list[Block]:
    """The content of an answer."""
    found: list[Block] = [{"type": "text", "text": text(used)}]
    if calls:
        call = {"type": "tool_use", "id": f"toolu_{used.input}", "name": "bash", "input": {"command": COMMAND}}
        thought = {"type": "thinking", "thinking": "Hm. ✓", "signature": "c2lnbmVk"}
        found = [thought, *found, call | {"caller": {"type": "direct"}}]
    return found


def usage_of(used: Usage) -> dict[str, int]:
    """As the Messages API tells it."""
    return {
        "input_tokens": used.input,
        "cache_read_input_tokens": used.cached,
        "cache_creation_input_tokens": 0,
        "output_tokens": used.output,
    }


def message(used: Usage, calls: bool, stream: bool) -> Reply:
    """An answer of the Messages API."""
    whole: Block = {
        "id": f"msg_{used.input}",
        "type": "message",
        "role": "assistant",
        "model": "backend",
        "content": blocks(used, calls),
        "stop_reason": "tool_use" if calls else "end_turn",
        "stop_sequence": None,
        "usage": usage_of(used),
    }
    if not stream:
        return json_reply(200, whole)
    return Reply((STREAM_HEAD, *(chunk(part) for part in events(whole)), LAST))


def events(whole: Block) -> Iterator[bytes]:
    """The events that a Message comes in."""
    opening = {**whole, "content": [], "stop_reason": None, "usage": {**whole["usage"], "output_tokens": 1}}
    yield event("message_start", message=opening)
    for index, block in enumerate(whole["content"]):
        empty, deltas = parts(block)
        yield event("content_block_start", index=index, content_block=empty)
        for delta in deltas:
            yield event("content_block_delta", index=index, delta=delta)
        yield event("content_block_stop", index=index)
    yield event(
        "message_delta",
        delta={"stop_reason": whole["stop_reason"], "stop_sequence": None},
        usage={"output_tokens": whole["usage"]["output_tokens"]},
    )
    yield event("message_stop")


def parts(block: Block) -> tuple[Block, list[Block]]:
    """A block as it begins, and what makes it whole."""
    if block["type"] == "thinking":
        thought = {"type": "thinking_delta", "thinking": block["thinking"]}
        return {**block, "thinking": "", "signature": ""}, [
            thought,
            {"type": "signature_delta", "signature": block["signature"]},
        ]
    if block["type"] == "text":
        return {**block, "text": ""}, [{"type": "text_delta", "text": one} for one in block["text"].partition(" ")]
    whole = json.dumps(block["input"])
    pieces = ("", whole[:7], whole[7:])
    return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": one} for one in pieces]


def completion(used: Usage, calls: bool, stream: bool) -> Reply:
    """An answer of Chat Completions."""
    said: Block = {"role": "assistant", "content": text(used)}
    if calls:
        function = {"name": "bash", "arguments": json.dumps({"command": COMMAND})}
        said["tool_calls"] = [{"index": 0, "id": f"call_{used.input}", "type": "function", "function": function}]
    counts = chat_usage(used)
    ends = "tool_calls" if calls else "stop"
    head = {"id": f"chat_{used.input}", "created": 1, "model": "backend"}
    if not stream:
        choice = {"index": 0, "message": said, "finish_reason": ends}
        return json_reply(200, {**head, "object": "chat.completion", "choices": [choice], "usage": counts})
    head["object"] = "chat.completion.chunk"
    lines = [{**head, "choices": [{"index": 0, "delta": said, "finish_reason": None}]}]
    lines.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": ends}]})
    lines.append({**head, "choices": [], "usage": counts})
    return Reply((STREAM_HEAD, *(chunk(data(one)) for one in lines), chunk(b"data: [DONE]\n\n"), LAST))


def chat_usage(used: Usage) -> Block:
    """As Chat Completions tells it: what was cached is part of the prompt."""
    return {
        "prompt_tokens": used.input + used.cached,
        "completion_tokens": used.output,
        "total_tokens": used.input + used.cached + used.output,
        "prompt_tokens_details": {"cached_tokens": used.cached},
    }


def held(chat: bool, used: Usage) -> tuple[bytes, ...]:
    """The beginning of a stream."""
    if chat:
        choice = {"index": 0, "delta": {"role": "assistant", "content": "Well, "}, "finish_reason": None}
        head = {"id": "chat_held", "created": 1, "model": "backend", "object": "chat.completion.chunk"}
        return STREAM_HEAD, chunk(data({**head, "choices": [choice]}))
    opening = {"id": "msg_held", "type": "message", "role": "assistant", "model": "backend", "content": []}
    ending = {"stop_reason": None, "stop_sequence": None, "usage": {**usage_of(used), "output_tokens": 1}}
    start = event("message_start", message=opening | ending)
    start += event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    return STREAM_HEAD, chunk(start + event("content_block_delta", index=0, delta={"type": "text_delta", "text": "We"}))


def data(told: Block) -> bytes:
    """One line of a stream without names of events."""
    return f"data: {json.dumps(told)}\n\n".encode()
