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


def bounded(messages: list[Block], bound: int, plan: str = "") -> list[Block]:
    """A conversation of about at most so many bytes. Its first message, with goal and rules, and the plan stay whole.

    All old results are cut at once, for each cut costs what was cached; where that is not enough, turns become lines.
    """
    if size(messages) <= bound:
        return messages
    first, rest = messages[0], messages[1:]
    old = [{**message, "content": [shorter(block) for block in message["content"]]} for message in rest[:-KEPT]]
    found = [first, *old, *rest[-KEPT:]]
    if size(found) <= bound:
        return found
    begin, *earlier = first["content"]
    blocks = [*earlier, *(block for message in found[1:] for block in message["content"])]
    lines = "\n".join(map(line_of, blocks))
    return [user([begin], prompt("cut", lines=clip(lines, bound // 4), plan=plan or "none was written"))]


def shrink(messages: list[Block], plan: str = "") -> list[Block]:
    """A conversation shorter by a quarter and more, where that is possible."""
    return bounded(messages, size(messages) * 3 // 4, plan)


def line_of(block: Block) -> str:
    """What was said, called or answered, without what only machines need."""
    told = block.get("text") or block.get("input") or block.get("content")
    return f"{block.get('name', '')} {cut(str(told))}"


def shorter(block: Block) -> Block:
    """A block with only both ends of its long texts."""
    if block["type"] == "tool_use" and block["name"] != "plan":
        return {**block, "input": {name: cut(value) for name, value in block["input"].items()}}
    if block["type"] == "tool_result":
        return {**block, "content": cut(block["content"])}
    return block


def cut(value: Any) -> Any:
    """Both ends of a long text; anything else as it is."""
    if isinstance(value, str):
        return clip(value, SHOWN, rest="call again for it")
    return value
