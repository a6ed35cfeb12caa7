"""A test's name: the fact it states, in words."""

import re
import string
from collections.abc import Mapping
from typing import Any

from .calling import Outcome

NAME_CHARS = 76
SIZES = ("limit", "width", "size", "length", "most", "at_most", "longest", "room")
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def name(function: str, arguments: Mapping[str, Any], outcome: Outcome) -> str:
    """`test_<function>_<what comes of it>_<of what>`."""
    answer = outcome.expression.value() if outcome.kind == "value" else None
    what = result(arguments, answer) if outcome.kind == "value" else "refuses"
    case = given(arguments, by_name=what.startswith("gives_"))
    if what == "refuses":
        case = case.removeprefix("for_")
    full = "_".join(part for part in ("test", function.strip("_"), what, case) if part)
    return full[:NAME_CHARS].rstrip("_")


def slug(text: str) -> str:
    """A text as part of a name, or nothing where it would not be recognised."""
    kept = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    core = text.strip(string.punctuation + " ")
    letters = sum(char.isalnum() or char in " _" for char in core)
    return kept if len(kept) <= 26 and letters >= 0.75 * len(core) and "\n" not in core else ""


def result(arguments: Mapping[str, Any], answer: Any) -> str:
    """What the function makes of its arguments."""
    if isinstance(answer, bool):
        return "says_yes" if answer else "says_no"
    for key, value in arguments.items():
        if type(value) is type(answer) and value == answer and value not in (None, 0, "", [], {}, ()):
            return f"keeps_the_{key}"
    if answer is None or (isinstance(answer, list | tuple | dict | set | frozenset) and not answer):
        return "gives_nothing"
    if isinstance(answer, tuple) and len({type(part) for part in answer}) > 1:
        answer = next((part for part in answer if isinstance(part, str)), answer)
    if isinstance(answer, str):
        return of_text(arguments, answer)
    if type(answer) is int:
        return f"gives_{answer}" if answer >= 0 else f"gives_minus_{-answer}"
    if isinstance(answer, list | tuple | dict | set | frozenset):
        return f"gives_{count(len(answer), 'item')}"
    return f"makes_{article(re.sub(r'(?<!^)(?=[A-Z])', '_', type(answer).__name__).lower())}"


def of_text(arguments: Mapping[str, Any], answer: str) -> str:
    """What the function makes of its arguments, where that is a text."""
    if not answer:
        return "gives_no_text"
    for key, value in arguments.items():
        if isinstance(value, str) and value:
            if answer == value.strip():
                return f"strips_the_{key}"
            if answer in value:
                return f"takes_a_part_of_the_{key}"
    if slug(answer):
        return f"gives_{slug(answer)}"
    for key, value in arguments.items():
        if isinstance(value, str) and value and value in answer:
            return f"puts_words_around_the_{key}"
    return f"gives_{count(answer.count(chr(10)) + 1, 'line')}"


def given(arguments: Mapping[str, Any], by_name: bool) -> str:
    """The most telling thing about the arguments. `by_name`: prefer a bare value, the rest of the name needs one."""
    found = sorted(filter(None, (case(key, value, arguments) for key, value in arguments.items())))
    return found[0][1] if found else ""


def case(key: str, value: Any, arguments: Mapping[str, Any]) -> tuple[int, str] | None:
    """How telling an argument is (the less the better), and how to say it."""
    if type(value) is int:
        return of_number(key, value, arguments)
    if value is None:
        return 2, f"without_{key}"
    if isinstance(value, bool):
        return 6, f"{'with' if value else 'without'}_{key}"
    if isinstance(value, str):
        return of_words(key, value)
    if isinstance(value, list | tuple | dict | set | frozenset):
        if not value:
            return 1, f"for_no_{plural(key)}"
        return (5, f"for_{count(len(value), singular(key))}") if len(value) < len(COUNTS) else None
    return None


def of_number(key: str, value: int, arguments: Mapping[str, Any]) -> tuple[int, str]:
    """A number, by how it stands to the other arguments."""
    for other, sized in arguments.items():
        if isinstance(sized, str | list | tuple) and value > 0 and (key in SIZES or key.startswith("max")):
            if len(sized) == value:
                return 0, f"when_the_{other}_just_fits_the_{key}"
            if len(sized) == value + 1:
                return 0, f"when_the_{other}_is_one_longer_than_the_{key}"
    return (3, f"for_{key}_zero") if value == 0 else (7, f"for_{key}_{value}".replace("-", "minus_"))


def of_words(key: str, value: str) -> tuple[int, str] | None:
    """A text, by its kind."""
    if not value:
        return 1, f"for_an_empty_{key}"
    if value.isspace():
        return 1, f"for_a_blank_{key}"
    if value.endswith("\n"):
        return 4, f"for_{article(key)}_that_ends_its_line"
    if "\n" in value:
        return 4, f"for_{article(key)}_of_{count(value.count(chr(10)) + 1, 'line')}"
    if value != value.strip():
        return 4, f"for_{article(key)}_with_space_around"
    return (8, f"for_{slug(value)}") if slug(value) else (9, f"for_this_{key}")


def count(number: int, noun: str) -> str:
    """`two_lines`."""
    many = COUNTS[number] if number < len(COUNTS) else str(number)
    return f"{many}_{noun if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """`lines` of `line`."""
    return noun if noun.endswith("s") else f"{noun}s"


def singular(noun: str) -> str:
    """`line` of `lines`."""
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def article(noun: str) -> str:
    """`an_entry`."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'}_{noun}"
