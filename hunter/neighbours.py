"""Arguments near those that the tests used: the likeliest to tell a change that the tests did not notice."""

import dataclasses
import itertools
from collections.abc import Iterator
from typing import Any

from .recorder import Arguments, written

LONGEST = 64  # characters of a text that is made to fit a number


def near(given: Arguments, words: list[str], numbers: list[int]) -> Iterator[Arguments]:
    """The arguments with one of them changed a little, then with two."""
    values = {name: one.value() for name, one in given.items()}
    changed = {name: list(unlike(name, values, words, numbers)) for name in values}
    for name, others in changed.items():
        for other in others:
            yield from replaced(given, {name: other})
    for first, second in itertools.combinations(changed, 2):
        for one, two in itertools.product(changed[first][:12], changed[second][:12]):
            yield from replaced(given, {first: one, second: two})


def replaced(given: Arguments, new: dict[str, Any]) -> Iterator[Arguments]:
    """The arguments with others in their place, where these can be written."""
    plain = written(new)
    if plain is not None:
        yield {**given, **plain}


def unlike(name: str, values: dict[str, Any], words: list[str], numbers: list[int]) -> Iterator[Any]:
    """Other values for one argument, of the same type, that go with the rest."""
    value = values[name]
    sizes = []  # of the other arguments
    wanted = []  # sizes that the other arguments ask for
    for key, other in values.items():
        if key != name and isinstance(other, str | bytes | list | tuple | dict):
            sizes.append(len(other))
        elif key != name and type(other) is int:
            wanted.append(other)
    if type(value) is int:
        yield from fitting(value, sizes, numbers)
    elif isinstance(value, str):
        yield from texts(value, words, wanted)
    else:
        yield from around(value, words, numbers)


def around(value: Any, words: list[str], numbers: list[int]) -> Iterator[Any]:
    """Values near one that stands for itself."""
    if isinstance(value, bool):
        yield not value
    elif type(value) is int:
        yield from fitting(value, [], numbers)
    elif isinstance(value, float):
        yield from (value + 1.0, value * 2, 0.0)
    elif isinstance(value, str):
        yield from texts(value, words, [])
    elif isinstance(value, list | tuple):
        yield from rows(value, words, numbers)
    elif isinstance(value, dict):
        yield from tables(value, words, numbers)
    elif dataclasses.is_dataclass(value) or hasattr(type(value), "model_fields"):
        yield from records(value, words, numbers)


def fitting(value: int, sizes: list[int], numbers: list[int]) -> Iterator[int]:
    """Numbers beside this one, at the sizes of the other arguments, and those that the code speaks of."""
    edges = [edge for size in (*sizes, *numbers) for edge in (size, size + 1, size - 1)]
    seen = {value}
    for other in (value + 1, value - 1, *edges, 0, 1, 2, value * 2):
        if other not in seen and (other >= 0 or value < 0):  # a negative size is nobody's case
            seen.add(other)
            yield other


def texts(value: str, words: list[str], sizes: list[int]) -> Iterator[str]:
    """A text cut, doubled, spaced, cased, over two lines, with the code's own words, or made to fit a number."""
    yield from ("", value[:-1], value[1:], value + " ", " " + value, value + "\n", value + "\n" + value, value + value)
    yield from (value.upper(), value.lower(), value.replace(" ", "  "), value + "é")
    for word in words[:12]:
        yield from (word, word + value, value + word, value + " " + word, f"{value[: len(value) // 2]}{word}more")
    for size in sizes:
        for length in (size, size + 1, size - 1):
            if 0 < length <= LONGEST:
                yield (value + "abcdefghijklmnopqrstuvwxyz" * 3)[:length]


def rows(value: Any, words: list[str], numbers: list[int]) -> Iterator[Any]:
    """A list or tuple emptied, cut, doubled, turned round, or with one item changed."""
    kind = type(value)
    yield from (kind(), kind(value[:-1]), kind(value[1:]), kind(value * 2), kind(reversed(value)))
    for index, item in enumerate(value[:3]):
        for other in itertools.islice(around(item, words, numbers), 16):
            yield kind([*value[:index], other, *value[index + 1 :]])


def tables(value: dict[Any, Any], words: list[str], numbers: list[int]) -> Iterator[Any]:
    """A dict emptied, without one key, with one value changed, or with a key that the code asks for."""
    yield {}
    for key in list(value)[:6]:
        yield {other: inner for other, inner in value.items() if other != key}
        for other in itertools.islice(around(value[key], words, numbers), 12):
            yield {**value, key: other}
    for word in words[:8]:
        if word not in value:
            yield from ({**value, word: "text"}, {**value, word: 1}, {**value, word: True}, {**value, word: []})


def records(value: Any, words: list[str], numbers: list[int]) -> Iterator[Any]:
    """A record with one field changed."""
    if hasattr(type(value), "model_fields"):  # a pydantic model
        for name in type(value).model_fields:
            for other in itertools.islice(around(getattr(value, name), words, numbers), 12):
                yield value.model_copy(update={name: other})
        return
    for field in dataclasses.fields(value):
        if field.init:
            for other in itertools.islice(around(getattr(value, field.name), words, numbers), 12):
                yield dataclasses.replace(value, **{field.name: other})
