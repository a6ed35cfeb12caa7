"""Arguments from a function's annotations: for what no test called with anything that can be written down."""

import inspect
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from .recorder import Arguments, written

PLAIN = (
    "one",
    "two words",
    "Three words here.",
    "a",
    "",
    " ",
    "first\nsecond\n",
    "42",
    "a_name",
    "a-b",
    "x: y",
    "path/to.py",
    "ABC",
)


def typed(function: FunctionType, words: list[str], numbers: list[int], many: int) -> Iterator[Arguments]:
    """Arguments of the annotated types, the same ones each time."""
    try:
        hints = typing.get_type_hints(function)
        required = {
            name: strategy(hints[name], words, numbers)
            for name, one in inspect.signature(function).parameters.items()
            if one.default is inspect.Parameter.empty or hints[name] in (str, int, bool)
        }
        yield from drawn(st.fixed_dictionaries(required), many)
    except (HypothesisException, NameError, TypeError, KeyError):
        return  # types that exist only for the checker, or that nothing can be made of


def drawn(strategy: st.SearchStrategy[dict[str, Any]], many: int) -> list[Arguments]:
    """Examples that can be written down."""
    found: list[Arguments] = []

    @seed(0)
    @settings(
        max_examples=many,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def keep(example: dict[str, Any]) -> None:
        plain = written(example)
        if plain is not None:
            found.append(plain)

    keep()
    return found


def strategy(hint: Any, words: list[str], numbers: list[int]) -> st.SearchStrategy[Any]:
    """Small, readable values of a type. Raises TypeError."""
    text = st.sampled_from(PLAIN)
    if words:
        mixed = st.lists(st.sampled_from(words) | text, min_size=1, max_size=3).map("".join)
        text = st.sampled_from(words) | mixed | text
    whole = st.integers(0, 40) | st.sampled_from(sorted({0, 1, *numbers, *(number + 1 for number in numbers)}))
    simple: dict[Any, st.SearchStrategy[Any]] = {str: text, int: whole, bool: st.booleans(), type(None): st.none()}
    simple |= {float: st.sampled_from((0.0, 0.5, 1.0, 2.5, 60.0)), Path: text.map(Path)}
    if hint in simple:
        return simple[hint]
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any or hint is object:
        return text | whole | st.booleans() | st.none()
    if hint is dict or origin in (dict, Mapping):
        keys, values = inner or (str, Any)
        return st.dictionaries(strategy(keys, words, numbers), strategy(values, words, numbers), max_size=4)
    if origin in (list, Sequence, Iterable):
        return st.lists(strategy(inner[0], words, numbers), max_size=4)
    if origin is tuple and inner[-1:] == (Ellipsis,):
        return st.lists(strategy(inner[0], words, numbers), max_size=4).map(tuple)
    if origin is tuple:
        return st.tuples(*(strategy(one, words, numbers) for one in inner))
    if origin is typing.Annotated:
        return strategy(inner[0], words, numbers)
    if origin is typing.Literal:
        return st.sampled_from(inner)
    if inner and origin is not None and not isinstance(origin, type):  # a union
        return st.one_of(*(strategy(one, words, numbers) for one in inner))
    if type(hint).__name__ == "UnionType":
        return st.one_of(*(strategy(one, words, numbers) for one in inner))
    return record(hint, words, numbers)


def record(hint: Any, words: list[str], numbers: list[int]) -> st.SearchStrategy[Any]:
    """Records of the genome's own, from the types of their fields. Raises TypeError."""
    if not isinstance(hint, type) or not hint.__module__.startswith(("agent.", "controller.contract")):
        raise TypeError(f"nothing readable of {hint}")
    parameters = inspect.signature(hint).parameters
    needed = {name for name, one in parameters.items() if one.default is one.empty}
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in typing.get_type_hints(hint).items():
        if typing.get_origin(field) is typing.ClassVar or name == "model_config":
            continue
        kind = required if name in needed else optional
        kind[name] = strategy(field, words, numbers)
    known = st.fixed_dictionaries(required, optional=optional)
    return known.map(partial(built, hint)).filter(lambda made: made is not None)


def built(kind: type, given: dict[str, Any]) -> Any:
    """The record, or None where it refuses these fields."""
    try:
        return kind(**given)
    except ValueError:
        return None
