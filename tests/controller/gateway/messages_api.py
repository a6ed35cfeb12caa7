"""A script for the fake provider: a sound server of the Messages API, whose first answers are a test's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.parts.provider import LAST, STREAM_HEAD, FakeProvider, Reply, Request, chunk, event, json_reply

USED = {"input_tokens": 11, "output_tokens": 40, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}
MESSAGE: dict[str, Any] = {
    "id": "m",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [],
    "stop_reason": None,
    "stop_sequence": None,
    "usage": USED,
}
START = event("message_start", message=MESSAGE)
BLOCK = event("content_block_start", index=0, content_block={"type": "tool_use", "id": "t", "name": "say", "input": {}})
SAID = event("content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": '{"word": "yes"}'})
END = (
    event("content_block_stop", index=0)
    + event("message_delta", delta={"stop_reason": "tool_use", "stop_sequence": None}, usage=USED)
    + event("message_stop")
)
MODEL = {
    "type": "model",
    "id": "one",
    "display_name": "One",
    "created_at": "2026-10-01T00:00:00Z",
    "lifecycle": "active",
    "max_input_tokens": 1_000_000,
    "max_tokens": 128_000,
}
GOOD = Reply((STREAM_HEAD, chunk(START), chunk(BLOCK), chunk(SAID), chunk(END), LAST))
GOOD_WHOLE = json_reply(200, MESSAGE | {"stop_reason": "end_turn", "content": [{"type": "text", "text": "Hi"}]})
COUNTED = json_reply(200, {"input_tokens": 7})
NOT_FOUND = json_reply(404, {"type": "error", "error": {"type": "not_found_error", "message": "no"}})


@dataclass
class MessagesApi:
    """`replies` answer calls, in order; then all is well."""

    replies: list[Reply] = field(default_factory=list)
    models: dict[str, Any] = field(default_factory=lambda: {"one": MODEL})
    counts: bool = True
    retrieves: bool = True  # /v1/models/ID, beside the list

    def __call__(self, request: Request) -> Reply:
        """The list of models, one model, a count, or the answer to a call."""
        if request.path == "/v1/models":
            return json_reply(200, {"data": list(self.models.values()), "has_more": False})
        if request.path.startswith("/v1/models/"):
            return self.model(request.path.rpartition("/")[2])
        is_count = request.path.endswith("/count_tokens")
        if is_count and not self.counts:
            return NOT_FOUND
        if self.replies:
            return self.replies.pop(0)
        if is_count:
            return COUNTED
        return GOOD if request.json.get("stream") else GOOD_WHOLE

    def model(self, name: str) -> Reply:
        """The entry of one model."""
        found = self.models.get(name)
        if found is None or not self.retrieves:
            return NOT_FOUND
        return json_reply(200, found)


@contextmanager
def messages_api(*replies: Reply, **more: Any) -> Iterator[FakeProvider]:
    """Such a server that is up."""
    server = FakeProvider(MessagesApi(list(replies), **more))
    server.start()
    try:
        yield server
    finally:
        server.stop()
