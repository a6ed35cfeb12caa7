"""Text of others for a terminal: nothing in it may steer the terminal or rich."""

from rich.markup import escape


def printable(text: str) -> str:
    """Control characters (ANSI, bidi) made visible, rich's markup escaped."""
    return escape("".join(char if char.isprintable() or char == "\n" else f"\\x{ord(char):02x}" for char in text))
