"""The seam to a model: what a life asks, what it is answered, and the one method between. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Block = dict[str, Any]  # a message, a content block or a tool, as in the Messages API


@dataclass(frozen=True)
class Request:
    """One question. `messages` and `tools` have the API's shapes."""

    system: str
    messages: Sequence[Block]
    tools: Sequence[Block]


@dataclass(frozen=True)
class Call:
    """The model's wish to use a tool."""

    id: str
    name: str
    input: Mapping[str, Any]
    cut: bool = False  # the answer ended before this call was complete


@dataclass(frozen=True)
class Reply:
    """One answer. `wind_down`: the budget is nearly used, this was the last call to make."""

    content: Sequence[Block]
    stop: str = "end_turn"
    wind_down: bool = False

    @property
    def text(self) -> str:
        """What the model said, without its thoughts and calls."""
        return "\n".join(block["text"] for block in self.content if block["type"] == "text").strip()

    @property
    def calls(self) -> list[Call]:
        """The calls in their order. When an answer was cut, its last block is not whole."""
        last = len(self.content) - 1
        return [
            Call(block["id"], block["name"], block["input"], cut=self.stop == "max_tokens" and index == last)
            for index, block in enumerate(self.content)
            if block["type"] == "tool_use"
        ]


class Model(Protocol):
    """Whatever answers."""

    def reply(self, request: Request) -> Reply:
        """Answer. Raises NoAnswer."""


def user(content: str | list[Block]) -> Block:
    """A message to the model."""
    return {"role": "user", "content": content}


def result(call: Call, text: str, failed: bool = False) -> Block:
    """What became of a call."""
    block: Block = {"type": "tool_result", "tool_use_id": call.id, "content": text}
    return {**block, "is_error": True} if failed else block


def following(reply: Reply, answer: str | list[Block]) -> list[Block]:
    """The messages that come after a reply: itself, where it said anything, and what it is answered."""
    said = [block for block in reply.content if block["type"] != "text" or block["text"].strip()]
    turn: list[Block] = [{"role": "assistant", "content": said}] if said else []
    return [*turn, user(answer)] if answer else turn
