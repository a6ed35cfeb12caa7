"""Text of others for a terminal, in which nothing may steer the terminal or rich; data for a program."""

import json
from typing import Any

from rich.console import Console
from rich.markup import escape

from controller.contract import HIDDEN


def plain(text: str) -> str:
    """Control characters (ANSI, bidi) and those that show nothing made visible: nothing steers the terminal."""
    if text.isprintable() and HIDDEN.search(text) is None:
        return text
    return "".join(char if is_shown(char) or char == "\n" else f"\\x{ord(char):02x}" for char in text)


def is_shown(char: str) -> bool:
    """Whether a character shows something, or is a plain blank."""
    return char.isprintable() and HIDDEN.match(char) is None


def printable(text: str) -> str:
    """The same, and rich's markup escaped."""
    return escape(plain(text))


def json_line(console: Console, data: Any) -> None:
    """Data as one line of JSON, all ASCII: neither the terminal's width nor its encoding changes it."""
    try:
        console.file.write(json.dumps(data) + "\n")
    except BrokenPipeError:
        console.on_broken_pipe()
