"""What has been said in a conversation so far: our calls and what became of them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from controller.gateway.upstreams.embedded.program import MARK
from controller.gateway.upstreams.upstream import JSON
from controller.gateway.wire import json_object


@dataclass(frozen=True)
class Turn:
    """One call of ours and its answer."""

    name: str
    input: Mapping[str, Any]
    answer: str
    failed: bool


def turns(messages: Sequence[Mapping[str, Any]]) -> list[Turn]:
    """Every call that has been answered, in order."""
    calls: dict[str, JSON] = {}
    found: list[Turn] = []
    for message in messages:
        for block in blocks(message.get("content")):
            if block.get("type") == "tool_use":
                calls[block["id"]] = block
            elif block.get("type") == "tool_result" and block.get("tool_use_id") in calls:
                call = calls[block["tool_use_id"]]
                failed = block.get("is_error") is True
                found.append(Turn(call["name"], call["input"], words(block.get("content")), failed))
    return found


def blocks(content: Any) -> list[JSON]:
    """The blocks of a message."""
    if not isinstance(content, list):
        return []
    return [block for block in content if isinstance(block, dict)]


def words(content: Any) -> str:
    """The text of a result."""
    if isinstance(content, str):
        return content
    return "\n".join(block["text"] for block in blocks(content) if block.get("type") == "text")


def hunted(answer: str) -> JSON | None:
    """What the hunt printed, or None where its line is not whole."""
    for line in answer.splitlines():
        if line.startswith(MARK):
            return json_object(line.removeprefix(MARK).encode()) or None
    return None
