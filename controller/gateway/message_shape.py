"""What a well-formed answer of the Messages API is: a whole Message, or a stream of events that makes one. Pure.

Checked is what whoever reads an answer relies on. Fields that it does not need may be missing, as servers of other
makers leave some out: `usage`, the input of a call. What is not well-formed is a fault of the provider.
"""

import json
from typing import Any

from controller.contract import one_line
from controller.gateway.lines import Lines
from controller.gateway.upstreams.upstream import JSON, Garbled

EVENT_BYTES = 4 * 2**20  # of one event: a call whose whole input comes at once, many times over
TEXTS = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}


def problem_of_message(body: bytes) -> str:
    """What keeps a body from being a Message; "" where it is one."""
    try:
        message: Any = json.loads(body)
    except (ValueError, RecursionError):
        return "it is no JSON" if body.strip() else "it is empty"
    if not isinstance(message, dict):
        return "it is no JSON object"
    if message.get("type") == "error" or "error" in message:
        return f"it tells of an error: {one_line(str(message.get('error')), 100)}"
    if message.get("type") != "message" or not isinstance(message.get("content"), list):
        return "it has no type and content of a Message"
    if not isinstance(message.get("stop_reason"), str):
        return "it does not say why it ended"
    for block in message["content"]:
        if not is_block(block):
            return "a block of its content is none"
    return ""


def is_block(block: Any, begins: bool = False) -> bool:
    """Whether this is a block of content. `begins`: in a stream, where its text comes later."""
    if not isinstance(block, dict) or not isinstance(block.get("type"), str):
        return False
    if block["type"] == "tool_use":
        named = isinstance(block.get("id"), str) and isinstance(block.get("name"), str)
        return named and isinstance(block.get("input"), dict | None)
    if block["type"] in ("text", "thinking"):
        return isinstance(block.get(block["type"], "" if begins else None), str)
    return True


class StreamShape:
    """Takes the bytes of a stream as they pass, and raises Garbled at the first event that makes no Message.

    `checked`: False for a recording, of which nothing is asked but that it comes again.
    """

    def __init__(self, checked: bool = True) -> None:
        self._checked = checked
        self._lines = Lines()
        self._begun = self._stopped = self._ended = False
        self._blocks: set[int] = set()
        self.said = 0  # events that bring a message on; comments, pings and empty pieces do not
        self.deltas = 0  # pieces of content so far: about a token each, where a server sends each as it comes

    def feed(self, chunk: bytes) -> None:
        """Read on; events may be cut anywhere. What follows the end of the message is not looked at. Raises Garbled."""
        if not self._checked:
            return
        lines = self._lines.feed(chunk)
        if max([self._lines.waiting, *map(len, lines)]) > EVENT_BYTES:
            raise Garbled(f"the provider's stream has an event of over {EVENT_BYTES // 2**20} MiB")
        for line in lines:
            if line.startswith(b"data:") and not self._ended:
                self._take(event_of(line[5:]))

    def _take(self, event: JSON) -> None:
        kind = event["type"]
        if kind in ("ping", "error"):
            return
        if kind == "message_start":
            self._begun = isinstance(event.get("message"), dict)
        if not self._begun:
            raise Garbled("the provider's stream does not begin with a message")
        if kind == "content_block_start":
            self._begin_block(event)
        elif kind == "content_block_delta":
            self._grow_block(event)
        elif kind == "message_delta":
            delta = event.get("delta")
            if not isinstance(delta, dict):
                raise Garbled("the provider's stream has a message_delta without delta")
            if not self._stopped and isinstance(delta.get("stop_reason"), str):
                self._stopped = True
                self.said += 1
        elif kind == "message_stop":
            self._ended = True
            if not self._stopped:
                raise Garbled("the provider's stream ended without saying why its message did")

    def _begin_block(self, event: JSON) -> None:
        if not is_index(event.get("index")) or not is_block(event.get("content_block"), begins=True):
            raise Garbled("the provider's stream begins a block of content that is none")
        if event["index"] not in self._blocks:
            self._blocks.add(event["index"])
            self.said += 1

    def _grow_block(self, event: JSON) -> None:
        self.deltas += 1
        delta = event.get("delta")
        if not is_index(event.get("index")) or event["index"] not in self._blocks or not isinstance(delta, dict):
            raise Garbled("the provider's stream goes on with a block of content that it did not begin")
        name = TEXTS.get(str(delta.get("type")))
        if name is not None and not isinstance(delta.get(name), str):
            raise Garbled("the provider's stream goes on with a block of content without a text")
        if any(isinstance(value, str) and value for key, value in delta.items() if key != "type"):
            self.said += 1


def is_index(value: Any) -> bool:
    """Whether this is the number of a block."""
    return isinstance(value, int) and not isinstance(value, bool)


def event_of(text: bytes) -> JSON:
    """The event of a line of data. Raises Garbled where it is none."""
    try:
        event: Any = json.loads(text)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise Garbled("the provider's stream holds what is no event")
    return event
