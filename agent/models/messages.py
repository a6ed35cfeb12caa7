"""The seam to a model: what it is asked, what it answers. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from agent.text import readable

Block = dict[str, Any]  # a message, a content block or a tool, as in the Messages API
FULL = "model_context_window_exceeded"
CUT = ("max_tokens", FULL)  # stop reasons of an answer that is not whole
# Blocks that may be sent back as they came. Of others the API, or the gateway, refuses a request
SENT_BACK = ("text", "thinking", "redacted_thinking", "tool_use")
THINKING = ("thinking", "redacted_thinking")
CUT_CALL = "not run: your answer was cut in the middle of this call; send less at once"


@dataclass(frozen=True)
class Request:
    """What a model is asked: `messages` and `tools` as the Messages API has them."""

    system: str
    messages: list[Block]
    tools: list[Block]
    effort: str = "high"


@dataclass(frozen=True)
class Call:
    """A call of a tool. `problem`: why it must not run, for the model; "" where it may."""

    id: str
    name: str
    input: dict[str, Any]
    problem: str = ""


@dataclass(frozen=True)
class Reply:
    """An answer. `wind_down`: the budget is nearly used; `left`: what is left of it, by unit.

    `unreadable`: by the id of a call, why its input could not be read.
    """

    content: list[Block]
    stop: str = "end_turn"
    wind_down: bool = False
    left: dict[str, float] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that it says in words."""
        return "\n".join(block["text"] for block in self.content if block["type"] == "text").strip()

    @property
    def is_cut(self) -> bool:
        """Whether it ended before it was complete."""
        return self.stop in CUT

    @property
    def calls(self) -> list[Call]:
        """Its calls of tools, in order. Where the answer was cut, the call at its end is not whole."""
        found = []
        for block in self.content:
            if block["type"] != "tool_use":
                continue
            problem = self.unreadable.get(block["id"], "")
            if self.is_cut and block is self.content[-1]:
                problem = CUT_CALL
            found.append(Call(block["id"], block["name"], block.get("input") or {}, problem))
        return found


class Model(Protocol):
    """Whatever answers requests."""

    def reply(self, request: Request) -> Reply:
        """The answer. Raises NoAnswer, of which TooLong says that a shorter request may be answered."""


def user(results: list[Block], words: str) -> Block:
    """A turn of the user's: results of tools, then words. What a model cannot read of them is replaced."""
    content = list(results)
    if words:
        content.append({"type": "text", "text": readable(words)})
    return {"role": "user", "content": content}


def said(reply: Reply) -> Block:
    """An answer as a turn of the assistant's, without what may not be sent back; its content may be empty."""
    kept = []
    for block in reply.content:
        empty = block["type"] == "text" and not block["text"].strip()
        if block["type"] in SENT_BACK and not empty:
            kept.append(block)
    while kept and kept[-1]["type"] in THINKING:  # a turn may not end with it, and half of it has no signature
        kept.pop()
    return {"role": "assistant", "content": kept}
