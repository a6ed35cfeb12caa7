"""The seam to a model: what it is asked, what it answers. Pure."""

from dataclasses import dataclass
from typing import Any, Protocol

Block = dict[str, Any]  # a message, a content block or a tool, as in the Messages API


@dataclass(frozen=True)
class Request:
    system: str
    messages: list[Block]
    tools: list[Block]


@dataclass(frozen=True)
class Call:
    """The model's wish to use a tool. `cut`: the answer ended before it was complete."""

    id: str
    name: str
    input: dict[str, Any]
    cut: bool = False


@dataclass(frozen=True)
class Reply:
    """One answer. `wind_down`: the budget is nearly used, this was the last call to make."""

    content: list[Block]
    stop: str = "end_turn"
    wind_down: bool = False

    @property
    def text(self) -> str:
        return "\n".join(block["text"] for block in self.content if block["type"] == "text").strip()

    @property
    def calls(self) -> list[Call]:
        last = len(self.content) - 1  # what an answer that was cut ends with is not whole
        return [
            Call(block["id"], block["name"], block["input"], cut=self.stop == "max_tokens" and index == last)
            for index, block in enumerate(self.content)
            if block["type"] == "tool_use"
        ]


class Model(Protocol):
    def reply(self, request: Request) -> Reply:
        """Raises NoAnswer."""


def result(call: Call, text: str, failed: bool = False) -> Block:
    """What became of a call, as the API wants it."""
    return {"type": "tool_result", "tool_use_id": call.id, "content": text, "is_error": failed}


def user(content: str | list[Block]) -> Block:
    return {"role": "user", "content": content}


def following(reply: Reply, answer: str | list[Block]) -> list[Block]:
    """The messages after a reply: what it said, if anything, and what it is answered, if anything."""
    said = [block for block in reply.content if block["type"] != "text" or block["text"].strip()]
    turn: list[Block] = [{"role": "assistant", "content": said}] if said else []
    return [*turn, user(answer)] if answer else turn
