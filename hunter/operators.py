"""The changes that are tried on a function, the most telling kinds first."""

import ast
import builtins
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from .change import Mutation, Text
from .quoting import deleted

Function = ast.FunctionDef | ast.AsyncFunctionDef
KINDS = ("statement", "comparison", "number", "condition", "call", "return", "string")
SAME_TYPE = {"strip", "lstrip", "rstrip", "lower", "upper", "replace", "removeprefix", "removesuffix", "title", "ljust"}
OTHERS = {"min": "max", "max": "min", "any": "all", "all": "any"}
SWAPS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"),
}  # fmt: skip
TWINS = {
    "startswith": "endswith", "endswith": "startswith", "partition": "rpartition", "rpartition": "partition",
    "find": "rfind", "rfind": "find", "index": "rindex", "rindex": "index", "lower": "upper", "upper": "lower",
    "removeprefix": "removesuffix", "removesuffix": "removeprefix", "append": "extend", "search": "match",
    "match": "search",
}  # fmt: skip
EMPTY = {"str": '""', "int": "0", "list": "[]", "tuple": "()", "dict": "{}", "set": "set()", "None": "None"}


def mutations(source: str, node: Function) -> list[Mutation]:
    """Every change of the function that still parses, the most telling kinds first."""
    return [one for one in changes(source, node) if parses(one.apply(source))]


def changes(source: str, node: Function) -> list[Mutation]:
    """Every change of the function, the most telling kinds first; a few do not parse."""
    text = Text(source)
    found = [*statements(text, node), *expressions(text, node), *strings(text, node)]
    kept = {(one.start, one.end, one.text): one for one in found}
    return sorted(kept.values(), key=lambda one: (KINDS.index(one.kind), one.start, one.text))


def parses(source: str) -> bool:
    """Whether it is Python."""
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def body(node: Function) -> list[ast.stmt]:
    """The statements without the docstring."""
    if ast.get_docstring(node) is None:
        return node.body
    return node.body[1:]


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below, but not inside annotations and f-strings, whose parts have no place of their own."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        inners = value if isinstance(value, list) else [value]
        for inner in inners:
            if isinstance(inner, ast.AST) and not isinstance(inner, ast.JoinedStr):
                yield inner
                yield from walk(inner)


def statements(text: Text, node: Function) -> Iterator[Mutation]:
    """Deleted statements. A name bound only once is left: without it nothing runs, and every test tells."""
    bound: Counter[str] = Counter()
    for argument in ast.walk(node.args):
        if isinstance(argument, ast.arg):
            bound[argument.arg] += 1
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            bound[inner.id] += 1
    for inner in walk(ast.Module(body(node), [])):
        is_last_return = isinstance(inner, ast.Return) and inner is node.body[-1]
        if isinstance(inner, ast.stmt) and is_deletable(inner, bound) and not is_last_return:
            yield Mutation("statement", text.start(inner), text.end(inner), "pass", deleted(text.of(inner)))


def is_deletable(statement: ast.stmt, bound: Counter[str]) -> bool:
    """Whether a function may do without a statement. `bound`: how often each of its names is."""
    if isinstance(statement, ast.Assign):
        names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
        return all(bound[name] > 1 for name in names)
    if isinstance(statement, ast.If):
        return not statement.orelse
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return False  # `...`, or a text that says something to the reader
    return isinstance(statement, ast.Expr | ast.AugAssign | ast.Raise | ast.Return | ast.Continue | ast.Break)


def expressions(text: Text, node: Function) -> Iterator[Mutation]:
    """Comparisons, numbers, conditions, calls and returned values."""
    for inner in walk(ast.Module(body(node), [])):
        yield from shorter(text, inner)
        if isinstance(inner, ast.Compare):
            for pair, operator in zip(pairwise([inner.left, *inner.comparators]), inner.ops, strict=True):
                yield from text.swap("comparison", pair, SWAPS[type(operator)])
        elif isinstance(inner, ast.Constant) and type(inner.value) is int:
            for number in (inner.value + 1, inner.value - 1):
                if number >= 0:
                    yield text.put("number", inner, str(number))
        elif isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Add | ast.Sub):
            words = ("+", "-") if isinstance(inner.op, ast.Add) else ("-", "+")
            yield from text.swap("number", (inner.left, inner.right), words)
        elif isinstance(inner, ast.UnaryOp) and isinstance(inner.op, ast.Not):
            yield text.put("condition", inner, text.of(inner.operand))
        elif isinstance(inner, ast.UnaryOp) and isinstance(inner.op, ast.USub):
            yield text.put("number", inner, text.of(inner.operand))
        elif isinstance(inner, ast.BoolOp):
            words = ("and", "or") if isinstance(inner.op, ast.And) else ("or", "and")
            for pair in pairwise(inner.values):
                yield from text.swap("condition", pair, words)
        elif isinstance(inner, ast.Return) and inner.value is not None:
            yield from returned(text, inner.value, node)
        else:
            yield from conditions(text, inner)


def conditions(text: Text, node: ast.AST) -> Iterator[Mutation]:
    """A condition negated, or forced to one side. A loop's is only negated: forced, it may never end."""
    tests: list[ast.expr] = []
    if isinstance(node, ast.comprehension):
        tests = node.ifs
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        tests = [node.test]
    for test in tests:
        yield text.put("condition", test, f"not ({text.of(test)})")
        if not isinstance(node, ast.While):
            yield text.put("condition", test, "True")
            yield text.put("condition", test, "False")


def shorter(text: Text, node: ast.AST) -> Iterator[Mutation]:
    """`text.strip()` without the call, `sorted(items)` too; `min` for `max`; no fallback, no slice, no keyword."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set) and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        yield from fewer(text, node)
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        yield text.put("call", node, text.of(node.values[0]))
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        yield text.put("call", node, text.of(node.value))
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute) and node.func.attr in SAME_TYPE:
        yield text.put("call", node, text.of(node.func.value))
    elif isinstance(node.func, ast.Name) and node.func.id in OTHERS:
        yield text.put("call", node.func, OTHERS[node.func.id])
    elif isinstance(node.func, ast.Name) and len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
        yield text.put("call", node, text.of(node.args[0]))
    if node.args and node.keywords:
        yield text.replace("call", text.end(node.args[-1]), text.end(node) - 1, "")
    elif len(node.args) > 1 and not any(isinstance(one, ast.Starred) for one in node.args) and not builtin(node.func):
        yield text.replace("call", text.end(node.args[-2]), text.end(node.args[-1]), "")
    if isinstance(node.func, ast.Attribute) and node.func.attr in TWINS:
        end = text.end(node.func)
        yield text.replace("call", end - len(node.func.attr), end, TWINS[node.func.attr])


def builtin(function: ast.expr) -> bool:
    """Whether it is one of Python's own, which without an argument only fails."""
    return isinstance(function, ast.Name) and hasattr(builtins, function.id)


def fewer(text: Text, node: ast.List | ast.Tuple | ast.Set) -> Iterator[Mutation]:
    """A list, tuple or set without its last item, or without its first."""
    if len(node.elts) > 1:
        yield text.replace("call", text.end(node.elts[-2]), text.end(node.elts[-1]), "")
        if len(node.elts) > 2 or not isinstance(node, ast.Tuple):
            yield text.replace("call", text.start(node.elts[0]), text.start(node.elts[1]), "")


def returned(text: Text, value: ast.expr, node: Function) -> Iterator[Mutation]:
    """Another value of the annotated type in place of the returned one."""
    returns = node.returns.value if isinstance(node.returns, ast.Subscript) else node.returns
    named = ast.unparse(returns) if returns is not None else ""
    if named == "bool":
        yield text.put("return", value, f"not ({text.of(value)})")
    for name in named.split(" | "):
        if name in EMPTY and text.of(value) != EMPTY[name]:
            yield text.put("return", value, EMPTY[name])


def strings(text: Text, node: Function) -> Iterator[Mutation]:
    """A text emptied: there are many, and they pay least."""
    for inner in walk(ast.Module(body(node), [])):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and inner.value:
            yield text.put("string", inner, '""')
