"""What a file leaves undone: counted in its text, kind by kind. Pure.

Kinds: "todo" (TODO and FIXME in comments), "stub" (NotImplementedError, empty bodies), "swallowed" (an exception caught
and dropped), "skipped" (skips and expected failures), "assertion-free" (tests that state nothing), "excused" (one error
of mypy or ruff silenced by its name), "silenced" (all of them, of a line, a function or a file).
"""

import ast
import io
import re
import tokenize
from collections import Counter

from controller.gates.source import is_test_file, parsed

Function = ast.FunctionDef | ast.AsyncFunctionDef
EXCUSED = re.compile(r"#\s*(?:type:\s*ignore\[|noqa:\s*[A-Z]+[0-9]+)", re.IGNORECASE)
SILENCED = re.compile(
    r"#\s*(?:type:\s*ignore(?!\[)|noqa(?!:\s*[A-Z]+[0-9])|(?:ruff|flake8):\s*(?:noqa|disable|file-ignore)|mypy:)",
    re.IGNORECASE,
)
WORD = re.compile(r"\b(TODO|FIXME)\b")
SKIPS = {"skip", "skipif", "xfail", "importorskip", "skipUnless", "skipIf", "expectedFailure", "SkipTest", "Skipped"}
STATES = {"raises", "warns", "fail", "deprecated_call"}
ABSTRACT = {"Protocol", "ABC", "abstractmethod", "overload", "abc"}


def debt(path: str, text: str) -> Counter[str]:
    """The debt of one Python file; nothing where it does not parse (another gate says so)."""
    tree = parsed(text)
    if tree is None:
        return Counter()
    said = comments(text)
    found = Counter(
        todo=sum(len(WORD.findall(comment)) for comment in said),
        excused=sum(len(EXCUSED.findall(comment)) for comment in said),
        silenced=sum(len(SILENCED.findall(comment)) for comment in said) + path.endswith(".pyi"),  # hides the .py file
    )
    abstract = {id(one) for node in ast.walk(tree) if is_abstract(node) for one in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            found["stub"] += "NotImplementedError" in names(node)
        elif isinstance(node, Function):
            found["stub"] += empty(node.body) and id(node) not in abstract
        elif isinstance(node, ast.ExceptHandler) and empty(node.body):
            found["swallowed"] += 1
        elif isinstance(node, ast.Attribute | ast.alias) and path.startswith("tests/"):
            found["skipped"] += (node.attr if isinstance(node, ast.Attribute) else node.name) in SKIPS
        elif isinstance(node, ast.Call):
            found["swallowed"] += getattr(node.func, "id", getattr(node.func, "attr", "")) == "suppress"
        if isinstance(node, ast.Name | ast.Attribute):
            found["silenced"] += getattr(node, "id", getattr(node, "attr", "")) == "no_type_check"
    if is_test_file(path):
        found["assertion-free"] += sum(not strength for strength in strengths(tree).values())
    return found


def comments(text: str) -> list[str]:
    """The comments of a file that parses."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):  # it parses, but not line by line
        return text.splitlines()
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def names(node: ast.AST) -> set[str]:
    """Every name and attribute below a node."""
    found = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return found | {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}


def is_abstract(node: ast.AST) -> bool:
    """Whether a class or function is one that others fill in."""
    marks = node.bases if isinstance(node, ast.ClassDef) else node.decorator_list if isinstance(node, Function) else []
    return any(names(mark) & ABSTRACT for mark in marks)


def empty(body: list[ast.stmt]) -> bool:
    """Whether a body does nothing: docstring, pass, `...`, continue."""
    return all(
        isinstance(one, ast.Pass | ast.Continue) or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        for one in body
    )


def strengths(tree: ast.Module) -> dict[str, int]:
    """How much each test function states: its assertions that are no constants, and their comparisons for equality.

    A call of a function of the same file counts as what that one states.
    """
    stated = {node.name: statements(node) for node in ast.walk(tree) if isinstance(node, Function)}
    called = {
        node.name: names(node) & (set(stated) - {node.name}) for node in ast.walk(tree) if isinstance(node, Function)
    }
    return {
        name: own + sum(stated[one] for one in called[name]) for name, own in stated.items() if name.startswith("test")
    }


def statements(function: Function) -> int:
    """What one function states."""
    total = 0
    for node in ast.walk(function):
        if isinstance(node, ast.Assert) and names(node.test):
            compared = [one for one in ast.walk(node.test) if isinstance(one, ast.Compare)]
            total += max(1, sum(equalities(one) for one in compared))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in STATES:
            total += 2
    return total


def equalities(compare: ast.Compare) -> int:
    """Twice the number of things that are compared for equality; a tuple with a tuple is as many as it has members."""
    sides = [compare.left, *compare.comparators]
    total = 0
    for sign, left, right in zip(compare.ops, sides, sides[1:], strict=False):
        both = [len(side.elts) for side in (left, right) if isinstance(side, ast.Tuple)]
        total += 2 * (min(both) if len(both) == 2 else 1) * isinstance(sign, ast.Eq | ast.Is)
    return total
