"""Another value in place of one that a hidden test expects: near it, so that it looks no different. Pure."""

import ast
import builtins
import random
from typing import Any

ERRORS = ("ZeroDivisionError", "EOFError", "BufferError", "ImportError")  # what hardly any answer raises beside another
# Calls whose value follows from their arguments alone, whatever the answer is
PLAIN = frozenset({
    *("approx", "Path", "PurePath", "PurePosixPath", "date", "datetime", "timedelta", "time", "Decimal", "Fraction"),
    *("set", "frozenset", "dict", "tuple", "list", "Counter", "OrderedDict", "deque", "bytes", "bytearray"),
})  # fmt: skip


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def other_error(node: ast.expr, draw: random.Random) -> ast.expr:
    """Another exception than is awaited, of another branch where that can be told."""
    awaited = getattr(builtins, node.id, None) if isinstance(node, ast.Name) else None
    choices = []
    for name in ERRORS:
        kind = getattr(builtins, name)
        if not (isinstance(awaited, type) and (issubclass(kind, awaited) or issubclass(awaited, kind))):
            choices.append(name)
    return ast.Name(draw.choice(choices or ["ZeroDivisionError"]), ast.Load())


def turnable(node: ast.expr) -> bool:
    """Whether an expression holds a value that can be exchanged."""
    return bool(leaves(node))


def leaves(node: ast.AST) -> list[ast.expr]:
    """The values in an expression; not those that only choose among others, and no part of an f-string."""
    if isinstance(node, ast.Constant):
        return [] if node.value is ... else [node]
    if isinstance(node, ast.List | ast.Tuple) and not node.elts:
        return [node]
    if isinstance(node, ast.Dict) and not node.keys:
        return [node]
    if isinstance(node, ast.JoinedStr | ast.Lambda | ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
        return []
    below: list[ast.AST] = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.Subscript):
        below = [node.value]
    elif isinstance(node, ast.Call):
        below = list(node.args) if called(node) in PLAIN else []
    elif isinstance(node, ast.Dict):
        below = [one for one in (*node.values, *node.keys) if one is not None]
    return [leaf for inner in below for leaf in leaves(inner)]


def turn(node: ast.expr, draw: random.Random) -> None:
    """Exchange one value of an expression, in place."""
    leaf = draw.choice(leaves(node))
    if isinstance(leaf, ast.Constant):
        leaf.value = other(leaf.value, draw)
    elif isinstance(leaf, ast.List | ast.Tuple):
        leaf.elts.append(ast.Constant(draw.randint(0, 9)))
    elif isinstance(leaf, ast.Dict):
        leaf.keys.append(ast.Constant(draw.randint(0, 9)))
        leaf.values.append(ast.Constant(draw.randint(0, 9)))


def other(value: Any, draw: random.Random) -> Any:
    """Another value of the same type, near it, so that it looks no different."""
    step = draw.choice((1, 2, 3))
    if isinstance(value, bool):
        return not value
    if isinstance(value, float):
        return value + step * max(1.0, abs(value))
    if isinstance(value, int):
        return value + step if draw.random() < 0.5 or value == 0 else value - step
    if isinstance(value, str):
        return other_text(value, draw)
    if isinstance(value, bytes):
        return other_text(value.decode("latin-1"), draw).encode("latin-1")
    return value is None  # else it is a complex number


def other_text(text: str, draw: random.Random) -> str:
    """A text with another letter or digit."""
    places = [at for at, char in enumerate(text) if char.isascii() and char.isalnum()]
    if not places:
        return text + draw.choice("abcdefgh")
    at = draw.choice(places)
    kind = "0123456789" if text[at].isdigit() else "abcdefghijklmnopqrstuvwxyz"
    char = draw.choice([one for one in kind if one != text[at].lower()])
    return text[:at] + (char.upper() if text[at].isupper() else char) + text[at + 1 :]
