"""Hidden tests with other expected values: a right answer must fail them.

Who answers from the test in place of the task passes these too: nothing in a turned test tells that it is one, for
only values differ. A test function has several *points* at which one value can be turned: the expected side of a
comparison, a case of its parameters, the exception that it awaits. Where it has none, a condition is negated; where it
has no condition, it fails at its end. What a point makes of a test is fixed by the test's text. Pure.
"""

import ast
import copy
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from controller.ground.other_values import called, other_error, turn, turnable

Function = ast.FunctionDef | ast.AsyncFunctionDef
Turn = Callable[[random.Random], object]
POINTS = 6  # of one function, the first
EQUALS = ("assertEqual", "assertEquals", "assertListEqual", "assertDictEqual", "assertSequenceEqual", "assertIs")
RAISES = ("raises", "assertRaises", "assertRaisesRegex")


def rendered(source: str, chosen: Mapping[str, int] | None = None) -> str:
    """A test file as grading gives it, each function turned at the point that is chosen for it."""
    tree = ast.parse(source)
    wanted = chosen or {}
    found = points_of(tree)
    for name, point in wanted.items():
        found[name][point](random.Random(f"{name} {point} {source}"))
    return ast.unparse(ast.fix_missing_locations(tree))


def points(source: str) -> dict[str, int]:
    """The test functions of a file, and how many points each has; never 0."""
    return {name: len(found) for name, found in points_of(ast.parse(source)).items()}


def points_of(tree: ast.Module) -> dict[str, list[Turn]]:
    """The points of each test function, as acts on this tree."""
    found = {}
    for name, node in test_functions(tree):
        scope = Scope(tree, node)
        turns = [turn for inner in ast.walk(node) for turn in turns_at(inner, scope)][:POINTS]
        turns = turns or [
            turn for inner in ast.walk(node) if isinstance(inner, ast.Assert) for turn in [negation(inner)]
        ]
        found[name] = turns[:POINTS] or [end(node)]
    return found


def test_functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """What pytest collects of a file, by name."""
    for node in tree.body:
        if isinstance(node, Function) and node.name.startswith("test"):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, Function) and inner.name.startswith("test"):
                    yield f"{node.name}::{inner.name}", inner


@dataclass
class Scope:
    """Where the names of a test function get their values: its parameters' cases, its loops, its file."""

    tree: ast.Module
    node: Function
    literals: dict[str, ast.expr] = field(init=False)

    def __post_init__(self) -> None:
        self.literals = {}
        for statement in [*self.tree.body, *ast.walk(self.node)]:
            if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                target = statement.targets[0]
                if isinstance(target, ast.Name):
                    self.literals[target.id] = statement.value

    def turns_of_name(self, name: str) -> Iterator[Turn]:
        """How the value of a name is turned where it comes from: one that is compared, and used for nothing else."""
        if not self._is_only_compared(name):
            return
        for holder, key, place in self._sources(name):
            rows = self._rows(getattr(holder, key) if isinstance(key, str) else holder.args[key])  # type: ignore[attr-defined]
            if rows is None:
                continue
            copied, cells = rows, [cell for row in rows.elts for cell in cells_of(row, place)]
            if cells and all(turnable(cell) for cell in cells):
                yield replacing(holder, key, copied, cells)
        if name in self.literals and self._is_own(name) and turnable(self.literals[name]):
            value = self.literals[name]
            yield lambda draw: turn(value, draw)

    def _is_only_compared(self, name: str) -> bool:
        """Whether a name is nothing but a side of comparisons: what also goes in must come out the same."""
        sides = {id(side) for inner in ast.walk(self.node) for side in sides_of(inner)}
        for inner in ast.walk(self.node):
            is_used = isinstance(inner, ast.Name) and inner.id == name and isinstance(inner.ctx, ast.Load)
            if is_used and id(inner) not in sides:
                return False
        return True

    def _is_own(self, name: str) -> bool:
        """Whether a name is bound in the function itself, so that no other test shares it."""
        for inner in ast.walk(self.node):
            if isinstance(inner, ast.Name) and inner.id == name and isinstance(inner.ctx, ast.Store):
                return True
        return False

    def _rows(self, value: ast.expr) -> ast.List | ast.Tuple | None:
        """A copy of the literal rows that an expression stands for."""
        if isinstance(value, ast.Name):
            value = self.literals.get(value.id, value)
        if isinstance(value, ast.List | ast.Tuple):
            return copy.deepcopy(value)
        return None

    def _sources(self, name: str) -> Iterator[tuple[ast.AST, str | int, int | None]]:
        """Where the rows stand that a name takes its values from, and its place in a row; None: it is the row."""
        for decorator in self.node.decorator_list:
            if isinstance(decorator, ast.Call) and called(decorator) == "parametrize" and len(decorator.args) > 1:
                names = argument_names(decorator.args[0])
                if name in names:
                    yield decorator, 1, names.index(name) if len(names) > 1 else None
        for inner in ast.walk(self.node):
            if not isinstance(inner, ast.For):
                continue
            if isinstance(inner.target, ast.Name) and inner.target.id == name:
                yield inner, "iter", None
            elif isinstance(inner.target, ast.Tuple):
                names = [one.id if isinstance(one, ast.Name) else "" for one in inner.target.elts]
                if name in names:
                    yield inner, "iter", names.index(name)


def replacing(holder: ast.AST, key: str | int, rows: ast.expr, cells: list[ast.expr]) -> Turn:
    """The turn that puts a copy of rows with other cells in their place."""

    def act(draw: random.Random) -> None:
        for cell in cells:
            turn(cell, draw)
        if isinstance(key, str):
            setattr(holder, key, rows)
        else:
            holder.args[key] = rows  # type: ignore[attr-defined]

    return act


def cells_of(row: ast.expr, place: int | None) -> list[ast.expr]:
    """The cell of a row at a place, where there is one."""
    if isinstance(row, ast.Call) and called(row) == "param":
        values = row.args
        return [values[place or 0]] if len(values) > (place or 0) else []
    if place is None:
        return [row]
    if isinstance(row, ast.Tuple | ast.List) and place < len(row.elts):
        return [row.elts[place]]
    return []


def argument_names(node: ast.expr) -> list[str]:
    """The names that `parametrize` is given."""
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return []
    if isinstance(value, str):
        return [name.strip() for name in value.split(",")]
    return [str(name) for name in value]


def sides_of(node: ast.AST) -> list[ast.expr]:
    """What a node compares: the left, then the right."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq | ast.Is):
        return [node.left, node.comparators[0]]
    if isinstance(node, ast.Call) and called(node) in EQUALS and len(node.args) >= 2:
        return node.args[:2]
    return []


def turns_at(node: ast.AST, scope: Scope) -> Iterator[Turn]:
    """The points of one node."""
    if isinstance(node, ast.Assert):
        for inner in ast.walk(node.test):
            if isinstance(inner, ast.Compare):
                yield from turns_of_sides(sides_of(inner), scope)
    elif isinstance(node, ast.Call) and called(node) in EQUALS:
        yield from turns_of_sides(sides_of(node), scope)
    elif isinstance(node, ast.Call) and called(node) in RAISES and node.args:
        yield lambda draw: node.args.__setitem__(0, other_error(node.args[0], draw))


def turns_of_sides(sides: list[ast.expr], scope: Scope) -> Iterator[Turn]:
    """The point of a comparison: of the side that is expected, usually the right one."""
    for side in reversed(sides):
        if isinstance(side, ast.Name):
            found = list(scope.turns_of_name(side.id))
            if found:
                yield found[0]
                return
        elif turnable(side):
            yield lambda draw: turn(side, draw)  # noqa: B023 - it returns at once
            return


def negation(node: ast.Assert) -> Turn:
    """The turn of a plain condition."""

    def act(_: random.Random) -> None:
        node.test = ast.UnaryOp(ast.Not(), node.test)

    return act


def end(node: Function) -> Turn:
    """The turn of a test without a condition."""
    return lambda _: node.body.append(ast.parse("assert 1 == 2").body[0])
