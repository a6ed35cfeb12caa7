"""Another value of the same type: what a function with a planted fault returns."""

import dataclasses
from pathlib import PurePath
from typing import Any

NAME = "wrong_value"  # what the planted code calls it
WORD = "wrong"


def wrong_value(value: Any) -> Any:
    """A value that is none of what was said, and breaks as little as it can. Raises TypeError where it has no other."""
    if value is None:
        return WORD
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float | complex):
        return value + 1
    if isinstance(value, str):
        return "" if value else WORD
    if isinstance(value, bytes):
        return b"" if value else WORD.encode()
    if isinstance(value, PurePath):
        return type(value)(WORD)
    if isinstance(value, dict):
        return {} if value else {WORD: WORD}
    if isinstance(value, tuple) and type(value) is not tuple:
        return type(value)(wrong_value(value[0]), *value[1:])
    if isinstance(value, tuple):
        return (wrong_value(value[0]), *value[1:]) if value else (WORD,)
    if isinstance(value, list | set | frozenset):
        return type(value)(()) if value else type(value)((WORD,))
    return wrong_record(value)


def wrong_record(value: Any) -> Any:
    """A record with another value in its first field that has one. Raises TypeError."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.init:
                return dataclasses.replace(value, **{field.name: wrong_value(getattr(value, field.name))})  # type: ignore[type-var]
    if hasattr(value, "model_copy"):
        for name in type(value).model_fields:
            return value.model_copy(update={name: wrong_value(getattr(value, name))})
    raise TypeError(f"there is no other {type(value).__name__}")
