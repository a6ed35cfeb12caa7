"""Does a value look like a mistake? Such a thing is not pinned: a later life should look at it."""

import re
from collections.abc import Mapping
from typing import Any

UNITS = {
    "nanosecond": 1000, "microsecond": 1000, "millisecond": 1000, "second": 60, "minute": 60, "hour": 24, "month": 12,
    "ns": 1000, "us": 1000, "ms": 1000, "b": 1024, "byte": 1024, "kb": 1024, "kib": 1024, "mb": 1024, "mib": 1024,
}  # fmt: skip
COUNTED = re.compile(r"(?<![\w.,])(-?[\d,]*\d)[  ]([A-Za-z]+)")
BOUNDS = ("limit", "width", "most", "at_most", "longest")
ADDRESS = re.compile(r"0x[0-9a-fA-F]{5,}|<[\w. ]+ object|\b20\d\d-\d\d-\d\d|\bTraceback\b|/tmp/|\b[0-9a-f]{10,}\b")


def suspicion(arguments: Mapping[str, Any], answer: Any) -> str:
    """What looks wrong about the answer, or nothing."""
    texts = [part for part in parts(answer) if isinstance(part, str)]
    known = [part for value in arguments.values() for part in parts(value)]
    given, said = " ".join(map(str, known)), " ".join(part for part in known if isinstance(part, str))
    for text in texts:
        if found := leaked(text, said) or wrong_text(text, given):
            return found
    for name, bound in arguments.items():
        sized = type(bound) is int and (name in BOUNDS or name.startswith("max"))
        if sized and isinstance(answer, str | list | tuple) and len(answer) > bound:
            return f"longer than {name}={bound}"
    if type(answer) is int and answer < 0 and "-" not in given:
        return "a negative number from none"
    return ""


def unsteady(arguments: Mapping[str, Any], answer: Any) -> bool:
    """Whether a text in the answer is an address, a date, a path of this machine, or a hash that nobody can read."""
    given = " ".join(str(part) for value in arguments.values() for part in parts(value))
    found = (match[0] for part in parts(answer) if isinstance(part, str) for match in ADDRESS.finditer(part))
    return any(one not in given for one in found)


def leaked(text: str, said: str) -> str:
    """Whether a value that is no text stands in a text, though no text that was given holds it."""
    for word in ("None", "nan", "{}", "[]", "True", "False"):
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) and text != word and word not in said:
            return f"{word} in a text"
    return ""


def wrong_text(text: str, given: str) -> str:
    """What looks wrong about a text that was made of `given`."""
    quantities = [(int(number.replace(",", "")), unit) for number, unit in COUNTED.findall(text)]
    for number, unit in quantities:
        most = UNITS.get(unit.lower().rstrip("s"), UNITS.get(unit.lower(), 0))
        if most and len(quantities) > 1 and number >= most:
            return f"{number} {unit} beside another unit"
        if number == 1 and unit.endswith("s") and not unit.endswith(("ss", "us", "is")) and unit not in given:
            return f"1 {unit}"
        if number < 0 and "-" not in given:
            return f"{number} {unit}"
    if re.search(r"[a-z]  [a-z]", text) and "  " not in given:
        return "two spaces in a text"
    for doubled in (",,", "::", "; ;", ", ,", "()"):
        if doubled in text.strip().replace("...", "") and doubled not in given and "\n" not in text:
            return f"{doubled!r} in a text"
    return ""


def parts(value: Any) -> list[Any]:
    """A value and all that is in it."""
    if isinstance(value, dict):
        return [part for pair in value.items() for inner in pair for part in parts(inner)]
    if isinstance(value, list | tuple | set | frozenset):
        return [part for inner in value for part in parts(inner)]
    return [value]
