"""What a life does now, as far as its newest answer shows: the tool that the model called last. Pure."""

from dataclasses import dataclass
from typing import Any

from controller.contract import one_line
from controller.gateway.wire import read_message

TELLING = ("path", "command", "pattern", "query", "title")  # inputs that say best what a tool works on, in this order
INPUT_CHARS = 80  # of an input that are shown


@dataclass(frozen=True)
class Activity:
    """How many answers a life had, and the bytes of the newest with its content type."""

    answers: int = 0
    newest: bytes = b""
    content_type: str = ""

    def words(self) -> str:
        """The tool that was called last and what on; "" where the newest answer calls none."""
        content = read_message(self.newest, self.content_type).get("content")
        if not isinstance(content, list):
            return ""
        calls = [block for block in content if isinstance(block, dict) and block.get("type") == "tool_use"]
        if not calls:
            return ""
        name, given = one_line(str(calls[-1].get("name")), INPUT_CHARS), calls[-1].get("input")
        return f"{name} {telling(given)}".rstrip()


def telling(given: Any) -> str:
    """The text of a tool's input that says best what it works on; "" where there is none."""
    if not isinstance(given, dict):
        return ""
    for name in (*TELLING, *given):
        text = given.get(name)
        if isinstance(text, str) and text.strip():
            return one_line(text, INPUT_CHARS)
    return ""
