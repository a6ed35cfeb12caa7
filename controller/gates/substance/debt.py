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
    found = debt_of_comments(comments(text))
    if path.endswith(".pyi"):
        found["silenced"] += 1  # it hides the .py file from mypy
    abstract = {id(inner) for node in ast.walk(tree) if is_abstract(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, Function) and id(node) in abstract:
            continue
        if kind := debt_of_node(node, in_tests=path.startswith("tests/")):
            found[kind] += 1
    if is_test_file(path):
        found["assertion-free"] += len(idle_tests(tree))
    return found


def debt_of_comments(said: list[str]) -> Counter[str]:
    """What comments say is undone, or silence."""
    found: Counter[str] = Counter()
    for comment in said:
        found["todo"] += len(WORD.findall(comment))
        found["excused"] += len(EXCUSED.findall(comment))
        found["silenced"] += len(SILENCED.findall(comment))
    return found


def debt_of_node(node: ast.AST, in_tests: bool) -> str:
    """The kind of debt that one node of a syntax tree is, or ""."""
    if isinstance(node, ast.Raise) and "NotImplementedError" in names(node):
        return "stub"
    if isinstance(node, Function) and is_empty(node.body):
        return "stub"
    if isinstance(node, ast.ExceptHandler) and is_empty(node.body):
        return "swallowed"
    if isinstance(node, ast.Call) and name_of(node.func) == "suppress":
        return "swallowed"
    if isinstance(node, ast.Attribute | ast.alias) and in_tests and name_of(node) in SKIPS:
        return "skipped"
    if isinstance(node, ast.Name | ast.Attribute) and name_of(node) == "no_type_check":
        return "silenced"
    return ""


def comments(text: str) -> list[str]:
    """The comments of a file that parses."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):  # it parses, but not line by line
        return text.splitlines()
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def name_of(node: ast.AST) -> str:
    """What a name, an attribute or an imported name is called; "" of any other node."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.alias):
        return node.name
    return ""


def names(node: ast.AST) -> set[str]:
    """Every name and attribute below a node."""
    return {name_of(one) for one in ast.walk(node) if isinstance(one, ast.Name | ast.Attribute)}


def is_abstract(node: ast.AST) -> bool:
    """Whether a class or function is one that others fill in."""
    marks: list[ast.expr] = []
    if isinstance(node, ast.ClassDef):
        marks = node.bases
    elif isinstance(node, Function):
        marks = node.decorator_list
    return any(names(mark) & ABSTRACT for mark in marks)


def is_empty(body: list[ast.stmt]) -> bool:
    """Whether a body does nothing: docstring, pass, `...`, continue."""
    for statement in body:
        is_constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not is_constant and not isinstance(statement, ast.Pass | ast.Continue):
            return False
    return True


def idle_tests(tree: ast.Module) -> list[str]:
    """The test functions that state nothing: they hold no assertion but of constants, and call none that does."""
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, Function)}
    stating = {name for name, node in functions.items() if states(node)}
    tests = [name for name in functions if name.startswith("test") and name not in stating]
    return [name for name in tests if stating.isdisjoint(names(functions[name]))]


def states(function: Function) -> bool:
    """Whether one function may fail by what it states itself. What it notices is for the gate tests to see."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert) and names(node.test):
            return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in STATES:
            return True
    return False
