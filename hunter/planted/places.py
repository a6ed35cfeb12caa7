"""The functions of a tree, and the faults that can be planted in each. Pure but for the reading of files."""

import ast
import difflib
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..change import Mutation, Text
from ..operators import Function, changes, walk
from .wrong import NAME

VALUE = "value"  # the kind of fault that is planted here alone: the hunter pins what can be written in a test
WEAK = ("number", "string")  # kinds that good tests often miss
KEPT = "kept_by_this_call"  # what a change of nothing binds


@dataclass(frozen=True)
class Place:
    """A function or method: `path` of its file in the tree, `name` as its class qualifies it.

    `number`: of several in the file that have this name, as a property and its setter.
    """

    path: str
    name: str
    source: str  # of the whole file
    node: Function
    number: int = 1

    @property
    def key(self) -> str:
        """What a map of touched functions calls it."""
        return f"{self.path}::{self.name}"

    @property
    def spot(self) -> str:
        """The same, and which of those that are called so."""
        return self.key if self.number == 1 else f"{self.key} {self.number}"

    @property
    def line(self) -> int:
        """Where it begins, by which its code is told from that of another of its name."""
        return min(one.lineno for one in (self.node, *self.node.decorator_list))

    @property
    def module(self) -> str:
        """The name by which it is imported."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def body(self) -> str:
        """What it does, whatever it is called, without its docstring."""
        statements = self.node.body
        if ast.get_docstring(self.node, clean=False) is not None:
            statements = statements[1:]
        return ast.dump(ast.Module([self.node.args, *statements], []))  # type: ignore[list-item]

    @cached_property
    def faults(self) -> dict[tuple[str, ...], Mutation]:
        """Its faults by what they do to which line: the same where the line stands in another function or file."""
        raw = self.source.encode()
        counted: Counter[tuple[str, ...]] = Counter()
        found: dict[tuple[str, ...], Mutation] = {}
        for one in sorted([*self._wrong(), *changes(self.source, self.node)], key=lambda one: one.start):
            first = raw.rfind(b"\n", 0, one.start) + 1
            line = raw[first:].split(b"\n", 1)[0].strip().decode()
            mark = (one.kind, line, raw[one.start : one.end].decode(), one.text)
            found[(*mark, str(counted[mark]))] = one
            counted[mark] += 1
        return found

    def _wrong(self) -> Iterator[Mutation]:
        """Another value of the same type, wherever it returns one."""
        text = Text(self.source)
        for node in walk(ast.Module(self.node.body, [])):
            if isinstance(node, ast.Return) and node.value is not None:
                yield text.put(VALUE, node.value, f"{NAME}({text.of(node.value)})")

    def drawn(self, draw: random.Random) -> list[tuple[str, ...]]:
        """The marks of its faults in a drawn order, other values first."""
        marks = sorted(self.faults)
        draw.shuffle(marks)
        return sorted(marks, key=lambda mark: mark[0] != VALUE)

    def telling(self, draw: random.Random) -> list[tuple[str, ...]]:
        """The same, those of weak kinds only where there are no others."""
        marks = self.drawn(draw)
        return [mark for mark in marks if mark[0] not in WEAK] or marks

    def diff(self, mark: tuple[str, ...]) -> str:
        """A fault as a small diff."""
        old = self.source.splitlines(keepends=True)
        new = self.faults[mark].apply(self.source).splitlines(keepends=True)
        return "".join(difflib.unified_diff(old, new, f"a/{self.path}", f"b/{self.path}", n=1))

    def unchanged(self) -> str:
        """Its file with a change of it that changes nothing: who reports that as a failure knows of the planting."""
        last = self.node.body[-1]
        if getattr(last, "decorator_list", ()):
            return self.source
        lines = self.source.encode().splitlines(keepends=True)
        line = lines[last.lineno - 1]
        before, after = line[: last.col_offset], line[last.col_offset :]
        between = b"; " if before.strip() else b"\n" + before
        lines[last.lineno - 1] = before + f"{KEPT} = 1".encode() + between + after
        return b"".join(lines).decode()


def places(tree: Path) -> dict[str, Place]:
    """The functions below agent/ by their spots; not those of a `__main__`, which is a whole life."""
    found: dict[str, Place] = {}
    for path in sorted((tree / "agent").rglob("*.py")):
        if path.name == "__main__.py":
            continue
        try:
            source = path.read_bytes().decode()
            module = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # no Python, or hostile nesting
            continue
        if "\r" in source or "\f" in source:
            continue  # lines are counted otherwise there
        inner = path.relative_to(tree).as_posix()
        several: Counter[str] = Counter()
        for name, node in functions(module, ""):
            several[name] += 1
            place = Place(inner, name, source, node, several[name])
            found[place.spot] = place
    return found


def functions(below: ast.AST, owner: str) -> Iterator[tuple[str, Function]]:
    """The functions of a file and its classes, under conditions too, by their qualified names."""
    for node in ast.iter_child_nodes(below):
        if isinstance(node, Function):
            yield owner + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, f"{owner}{node.name}.")
        elif isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from functions(node, owner)


class Counterparts:
    """Where a function of one tree stands in another: under its key, with its body elsewhere, by its one name."""

    def __init__(self, there: Mapping[str, Place]) -> None:
        self._there = there
        self._bodies: dict[str, Place] = {}
        self._names: dict[str, list[Place]] = {}
        for place in there.values():
            self._bodies.setdefault(place.body, place)
            self._names.setdefault(place.name, []).append(place)

    def of(self, place: Place) -> Place | None:
        """The other tree's; None where it is gone."""
        if place.spot in self._there:
            return self._there[place.spot]
        if place.body in self._bodies:
            return self._bodies[place.body]
        same = self._names.get(place.name, [])
        return same[0] if len(same) == 1 else None
