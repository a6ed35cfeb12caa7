"""Does a value look like a mistake, or differ from run to run? Such a thing is not pinned."""

import re
from collections.abc import Mapping
from typing import Any

LEAKS = ("None", "nan", "{}", "[]", "True", "False")  # values that are no text, as they stand in one by mistake
BOUNDS = ("limit", "width", "most", "at_most", "longest")  # arguments that say how long an answer may be
ADDRESS = re.compile(r"0x[0-9a-fA-F]{5,}|<[\w. ]+ object|\b20\d\d-\d\d-\d\d|\bTraceback\b|/tmp/|\b[0-9a-f]{10,}\b")


def suspicion(arguments: Mapping[str, Any], answer: Any) -> str:
    """What looks wrong about the answer, for a later life to look at.

    A value that is no text stands in one, though no text that was given has it; or it is longer than a bound.
    """
    given = " ".join(texts(list(arguments.values())))
    for text in texts(answer):
        for leak in LEAKS:
            stands_in_it = re.search(rf"(?<!\w){re.escape(leak)}(?!\w)", text) and text != leak
            if stands_in_it and leak not in given:
                return f"{leak} in a text"
    for name, bound in arguments.items():
        is_bound = type(bound) is int and (name in BOUNDS or name.startswith("max"))
        if is_bound and isinstance(answer, str | list | tuple) and len(answer) > bound:
            return f"longer than {name}={bound}"
    return ""


def unsteady(arguments: Mapping[str, Any], answer: Any) -> bool:
    """Whether a text in the answer is an address, a date, a path of this machine, or a hash that nobody can read."""
    given = " ".join(str(part) for part in parts(list(arguments.values())))
    for text in texts(answer):
        for match in ADDRESS.finditer(text):
            if match[0] not in given:
                return True
    return False


def texts(value: Any) -> list[str]:
    """The texts in a value."""
    return [part for part in parts(value) if isinstance(part, str)]


def parts(value: Any) -> list[Any]:
    """A value, or of a container all that is in it, at any depth."""
    if isinstance(value, dict):
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        inner = list(value)
    else:
        return [value]
    found: list[Any] = []
    for one in inner:
        found += parts(one)
    return found
