"""What of a long conversation a model is still sent. Pure."""

import json
from typing import Any

from agent.models.messages import Block, user
from agent.prompts import prompt
from agent.text import clip

BOUND = 160_000  # bytes of a conversation
KEPT = 6  # newest messages that stay whole
SHOWN = 400  # characters left of what is cut


def size(messages: list[Block]) -> int:
    """Bytes of a conversation, about."""
    return len(json.dumps(messages))


def bounded(messages: list[Block], bound: int) -> list[Block]:
    """A conversation of about at most so many bytes. Its first message, with goal, plan and rules, stays whole.

    All old results are cut at once, for each cut costs what was cached; where that is not enough, turns become lines.
    """
    if size(messages) <= bound:
        return messages
    first, rest = messages[0], messages[1:]
    old = [{**message, "content": [shorter(block) for block in message["content"]]} for message in rest[:-KEPT]]
    found = [first, *old, *rest[-KEPT:]]
    if size(found) <= bound:
        return found
    lines = "\n".join(cut(json.dumps(message["content"])) for message in found[1:])
    return [user(first["content"], prompt("cut", lines=clip(lines, bound // 4)))]


def shrink(messages: list[Block]) -> list[Block]:
    """A conversation shorter by a quarter and more, where that is possible."""
    return bounded(messages, size(messages) * 3 // 4)


def shorter(block: Block) -> Block:
    """A block with only both ends of its long texts."""
    if block["type"] == "tool_use":
        return {**block, "input": {name: cut(value) for name, value in block["input"].items()}}
    if block["type"] == "tool_result":
        return {**block, "content": cut(block["content"])}
    return block


def cut(value: Any) -> Any:
    """Both ends of a long text; anything else as it is."""
    if isinstance(value, str):
        return clip(value, SHOWN, rest="call again for it")
    return value
