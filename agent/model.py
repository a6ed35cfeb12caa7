"""The seam to a model: what it is asked, what it answers. Pure."""

from dataclasses import dataclass, field
from typing import Any, Protocol

Block = dict[str, Any]  # a message, a content block or a tool, as in the Messages API
FULL = "model_context_window_exceeded"
CUT = ("max_tokens", FULL)  # stop reasons of an answer that is not whole


@dataclass(frozen=True)
class Request:
    system: str
    messages: list[Block]
    tools: list[Block]
    effort: str = "high"


@dataclass(frozen=True)
class Call:
    """`cut`: the answer ended before it was complete."""

    id: str
    name: str
    input: dict[str, Any]
    cut: bool = False


@dataclass(frozen=True)
class Reply:
    """`wind_down`: the budget is nearly used; `left`: what is left, by unit."""

    content: list[Block]
    stop: str = "end_turn"
    wind_down: bool = False
    left: dict[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(block["text"] for block in self.content if block["type"] == "text").strip()

    @property
    def calls(self) -> list[Call]:
        last = self.content[-1:] if self.stop in CUT else []
        uses = [block for block in self.content if block["type"] == "tool_use"]
        return [Call(block["id"], block["name"], block["input"], block in last) for block in uses]


class Model(Protocol):
    def reply(self, request: Request) -> Reply:
        """Raises NoAnswer."""


def user(results: list[Block], words: str) -> Block:
    return {"role": "user", "content": [*results, *([{"type": "text", "text": words}] if words else [])]}


def said(reply: Reply) -> Block:
    kept = [block for block in reply.content if block["type"] != "text" or block["text"].strip()]
    return {"role": "assistant", "content": kept}
