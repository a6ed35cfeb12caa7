"""Values as a person would write them in a test, and back."""

import dataclasses
import enum
import importlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

DEPTH = 4
WHOLE = 10**12
PART = 80  # characters of a text on one line
HOMES = ("agent.", "controller.contract")  # whose classes a test may import


@dataclass(frozen=True, order=True)
class Expression:
    """Python text, and what it needs to be imported: pairs of module and name."""

    text: str
    imports: frozenset[tuple[str, str]] = field(default=frozenset(), compare=False)

    def value(self) -> Any:
        """A fresh value each time, so that no call sees what another did to its arguments."""
        names = {name: getattr(importlib.import_module(module), name) for module, name in self.imports}
        return eval(self.text, names)  # the text is our own


class Unwritable(Exception):
    """The value has no plain, exact text."""


def express(value: Any, limit: int = 800) -> Expression | None:
    """The text of a plain value, or None: no objects that only have an address, nothing long."""
    imports: set[tuple[str, str]] = set()
    try:
        text = write(value, imports, 0)
    except Unwritable:
        return None
    return Expression(text, frozenset(imports)) if len(text) <= limit else None


def write(value: Any, imports: set[tuple[str, str]], depth: int) -> str:
    """The text of one value. Raises Unwritable."""
    kind = type(value)
    if depth > DEPTH:
        raise Unwritable
    if value is None or kind is bool:
        return repr(value)
    if kind is int and abs(value) < WHOLE:
        return repr(value)
    if kind is float and math.isfinite(value) and len(repr(value)) <= 8:
        return repr(value)
    if kind in (str, bytes):
        return literal(value)
    if kind in (list, tuple, dict, set, frozenset):
        return container(value, imports, depth + 1)
    return thing(value, kind, imports, depth + 1)


def literal(value: str | bytes) -> str:
    """A text. Raises Unwritable for what cannot be read by a person."""
    if len(value) > 300 or (isinstance(value, str) and not value.replace("\n", "").replace("\t", "").isprintable()):
        raise Unwritable
    if len(value) > PART:  # in pieces that the formatter puts on lines of their own
        pieces = [literal(value[start : start + PART]) for start in range(0, len(value), PART)]
        return f"({' '.join(pieces)})"
    text = repr(value)
    if "'" in text[2:-1] or '"' in text:
        return text
    return text.replace("'", '"')


def container(value: Any, imports: set[tuple[str, str]], depth: int) -> str:
    """A list, tuple, dict or set. Sets are sorted by their text: their order is an accident."""
    if len(value) > 12:
        raise Unwritable
    if isinstance(value, dict):
        pairs = [f"{write(key, imports, depth)}: {write(inner, imports, depth)}" for key, inner in value.items()]
        return "{" + ", ".join(pairs) + "}"
    parts = [write(inner, imports, depth) for inner in value]
    if isinstance(value, list):
        return f"[{', '.join(parts)}]"
    if isinstance(value, tuple):
        if len(parts) == 1:
            return f"({parts[0]},)"
        return f"({', '.join(parts)})"
    if not parts:
        return f"{type(value).__name__}()"
    inner = "{" + ", ".join(sorted(parts)) + "}"
    if isinstance(value, frozenset):
        return f"frozenset({inner})"
    return inner


def thing(value: Any, kind: type, imports: set[tuple[str, str]], depth: int) -> str:
    """A path, an enum's member, or a record of the genome's own. Raises Unwritable."""
    if isinstance(value, PurePosixPath):
        name = "Path" if isinstance(value, Path) else "PurePosixPath"
        imports.add(("pathlib", name))
        return f"{name}({literal(str(value))})"
    if not kind.__module__.startswith(HOMES) or "." in kind.__qualname__ or kind.__qualname__.startswith("_"):
        raise Unwritable
    imports.add((kind.__module__, kind.__name__))
    if isinstance(value, enum.Enum):
        return f"{kind.__name__}.{value.name}"
    given = ", ".join(f"{name}={write(inner, imports, depth)}" for name, inner in fields(value))
    return f"{kind.__name__}({given})"


def fields(value: Any) -> Iterable[tuple[str, Any]]:
    """What the fields of a record must be given to make it again. Raises Unwritable for other objects."""
    if dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            if not one.init:
                raise Unwritable
            given = getattr(value, one.name)
            if one.default is dataclasses.MISSING or one.default != given:
                yield one.name, given
    elif hasattr(type(value), "model_fields"):  # a pydantic model
        for name, about in type(value).model_fields.items():
            if about.is_required() or about.get_default(call_default_factory=True) != getattr(value, name):
                yield name, getattr(value, name)
    else:
        raise Unwritable
