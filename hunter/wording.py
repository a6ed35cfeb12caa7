"""A test's name: the function, and what comes of it."""

import re
from typing import Any

from .calling import Outcome

NAME_CHARS = 76
SLUG_CHARS = 26
EMPTY: tuple[Any, ...] = (None, "", b"", [], {}, (), set(), frozenset())


def name(function: str, outcome: Outcome) -> str:
    """`test_<function>_<what comes of it>`. The file tells the case apart, and the comment in the test."""
    full = f"test_{function.strip('_')}_{result(outcome)}"
    return full[:NAME_CHARS].rstrip("_")


def result(outcome: Outcome) -> str:
    """What the function makes of its arguments."""
    if outcome.kind == "raise":
        return "refuses"
    answer = outcome.expression.value()
    if isinstance(answer, bool):
        return "says_yes" if answer else "says_no"
    if answer in EMPTY:
        return "gives_nothing"
    if isinstance(answer, int):
        return f"gives_{answer}".replace("-", "minus_")
    if isinstance(answer, str):
        return f"gives_{slug(answer) or 'a_text'}"
    if isinstance(answer, list | tuple | dict | set | frozenset):
        return "gives_one_item" if len(answer) == 1 else f"gives_{len(answer)}_items"
    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", type(answer).__name__)
    return f"makes_{kind.lower()}"


def slug(text: str) -> str:
    """A short text as part of a name; "" where it would not be recognised."""
    kept = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    letters = sum(char.isalnum() for char in text)
    is_readable = "\n" not in text and len(kept) <= SLUG_CHARS and 2 * letters >= len(text.strip())
    return kept if is_readable else ""
