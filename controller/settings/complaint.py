"""What is wrong with a setting, in the words of who wrote it: not those of the library that checks it. Pure."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from controller.contract import one_line
from controller.settings.toml_lines import line_of

VALUE_CHARS = 60  # of a wrong value that are shown
OWN = "Value error, "  # how pydantic begins what a validator of ours says
# By the beginning of pydantic's type of error; what is in braces is of its context
WORDS = {
    "int_": "has to be a whole number",
    "float_": "has to be a number",
    "finite_number": "has to be a finite number",
    "bool_": "has to be true or false",
    "string_type": 'has to be text in quotes ("…")',
    "string_too_long": "has at most {max_length} characters",
    "string_too_short": "has at least {min_length} characters",
    "string_pattern_mismatch": "has to match {pattern}",
    "tuple_type": "has to be a list ([…])",
    "list_type": "has to be a list ([…])",
    "too_long": "has at most {max_length} entries",
    "too_short": "has at least {min_length} entries",
    "dict_type": "has to be a table ({{…}} or [{key}])",
    "model_type": "has to be a table ({{…}} or [{key}])",
    "model_attributes_type": "has to be a table ({{…}} or [{key}])",
    "greater_than_equal": "has to be at least {ge}",
    "greater_than": "has to be more than {gt}",
    "less_than_equal": "has to be at most {le}",
    "less_than": "has to be less than {lt}",
    "literal_error": "has to be one of {expected}",
}


def complaint(error: ValidationError, model: type[BaseModel]) -> tuple[tuple[str | int, ...], str]:
    """The place of the first wrong setting (keys, and numbers in a list), and what would be right there."""
    first: Mapping[str, Any] = error.errors(include_url=False)[0]
    place = first["loc"] or ("settings",)
    if first["type"] == "extra_forbidden":
        return place, unknown_key(str(place[-1]), known_keys(model, place))
    if first["type"] == "missing":
        return place, "is missing"
    for kind, words in WORDS.items():
        if first["type"].startswith(kind):
            wanted = words.format(**{"key": place[-1], **first.get("ctx", {})})
            return place, f"{wanted}, and is {one_line(repr(first['input']), VALUE_CHARS)}"
    return place, first["msg"].removeprefix(OWN)


def located(file: str, text: str, place: Sequence[str | int], what: str) -> str:
    """What is wrong at a place in a TOML file, with its line where one can be named."""
    line = line_of(text, place)
    where = f"{file}, line {line}" if line else file
    return f"{where}: {'.'.join(map(str, place))}: {what}"


def unknown_key(name: str, known: list[str]) -> str:
    """What is said of a key that no setting has."""
    near = get_close_matches(name, known, 3, cutoff=0.75)
    if near:
        return f"unknown key; did you mean {' or '.join(near)}? `heirloom config` lists all"
    return f"unknown key; known keys: {', '.join(known)}"


def known_keys(model: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    """The keys that are known where an unknown one stands."""
    table = model
    for part in place[:-1]:
        if part in table.model_fields:  # else it is a name, or the number of one of several tables
            table = table_in(table.model_fields[str(part)].annotation) or table
    return list(table.model_fields)


def table_in(annotation: Any) -> type[BaseModel] | None:
    """The first table in a type: of `dict[str, Rate]`, `tuple[OperatorCommand, ...]` or `Amount | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        if table := table_in(part):
            return table
    return None
