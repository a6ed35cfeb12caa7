"""Text that passes between model, tools and memory: bounded, fenced, numbered. Pure."""

import hashlib
import re
from typing import Any

from controller.contract import Birth

LAZY = re.compile(
    r"^\s*(#|//|\[|\()\s*(\.\.\.|…|.*(existing code|(code|goes) here))"
    r"|\b(rest|remainder|remaining|other)\b.{0,40}\b(unchanged|as before|omitted)",
    re.IGNORECASE,
)


def clip(text: str, limit: int, rest: str = "") -> str:
    """Head and tail of a text, where that saves a quarter of the limit and more; `rest`: where the whole is.

    A smaller gap would cost more than it saves: a reader who misses a few lines asks for all of them again.
    """
    half, where = limit // 2, rest and f"; {rest}"
    gap = f"\n[… {len(text) - limit} characters left out{where} …]\n"
    if len(text) <= limit + max(len(gap), limit // 4):
        return text
    return text[:half] + gap + text[half - limit :]


def readable(value: Any) -> Any:
    """The same text, or JSON data, with U+FFFD for each lone surrogate: for bytes that no UTF-8 can carry."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, list):
        return [readable(one) for one in value]
    if isinstance(value, dict):
        return {readable(name): readable(one) for name, one in value.items()}
    return value


def lines_of(text: str) -> list[str]:
    r"""The lines of a text, without their `\n`. Nothing else ends a line: git and editors count so too."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


def lazy(text: str, before: str) -> str:
    """The first new line that stands for code instead of being it, or nothing."""
    for line in lines_of(text):
        if LAZY.search(line) and line not in before:
            return line.strip()
    return ""


def fence(text: str, birth: Birth) -> str:
    """Text set apart as data, by a word that it cannot hold on purpose."""
    marker = "data-" + hashlib.sha256(f"{birth.run} {birth.generation}".encode()).hexdigest()[:12]
    return f"<{marker}>\n{text.replace(marker, 'data').strip() or '(none)'}\n</{marker}>"


def numbered(lines: list[str], first: int, last: int, margin: int = 0) -> str:
    """Some lines with their numbers, counted from 1, and `margin` more on each side."""
    start = max(first - margin, 1)
    return "\n".join(f"{number:3} {line}" for number, line in enumerate(lines[start - 1 : last + margin], start))


def syntax_problem(path: str, source: str) -> str:
    """Why a Python file does not compile; "" where it does, or is none."""
    try:
        if path.endswith(".py"):
            compile(source, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return f"{path} does not compile: {error}"
    return ""
