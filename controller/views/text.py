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


def counted(number: int, thing: str) -> str:
    """So many of a thing: 1 call, 2 calls, 1,200 calls."""
    ending = "" if number == 1 else "s"
    return f"{number:,} {thing}{ending}"


def lives_of(number: int) -> str:
    """So many lives: 1 life, 2 lives."""
    return "1 life" if number == 1 else f"{number:,} lives"


def printable(text: str) -> str:
    """The same, and rich's markup escaped."""
    return escape(plain(text))


def json_line(console: Console, data: Any) -> None:
    """Data as one line of JSON, all ASCII: neither the terminal's width nor its encoding changes it."""
    try:
        console.file.write(json.dumps(data) + "\n")
    except BrokenPipeError:
        console.on_broken_pipe()
