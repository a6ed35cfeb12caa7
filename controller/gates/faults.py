"""Faults planted at random in what the candidate's tests call: its suite must notice one of a few.

A suite that notices none was bought, whatever its report says: it tests nothing, or its process paints it green. Which
functions are hit follows from the parent's tree, the child's and the generation: the same candidate gets the same.
What can still get through: a candidate that compares its own files with what it pushed, and forges only there.
"""

import ast
import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from controller.gates import suites
from controller.gates.candidate import Candidate
from controller.gates.source import NOTHING, TESTS, is_test_file, parsed, python_files

TREE = "faulty"
FAULTS = 5  # so many are tried before a suite counts as blind
ERRORS = ("RuntimeError", "ArithmeticError", "LookupError")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Target:
    """A function of the genome, by its place in a file, and the test files that use its name."""

    path: str
    line: int
    name: str
    tests: tuple[str, ...]


def unnoticed(candidate: Candidate) -> str:
    """What is wrong where the candidate's own tests notice none of the faults; nothing where one is noticed.

    Nothing too where no function of the genome is used by any test: then there is none to plant.
    """
    lineage, commit = candidate.lineage, candidate.commit
    code = python_files(lineage, commit, "agent")
    draw = drawn(candidate)
    wanted = targets(code, python_files(lineage, commit, TESTS))
    wanted = draw.sample(wanted, min(FAULTS, len(wanted)))
    if not wanted:
        return ""
    lineage.export(commit, candidate.room.folder / TREE)
    tree = suites.planted(candidate, TREE)
    for target in wanted:
        file = tree.folder / target.path
        file.write_text(faulty(code[target.path], target.line, draw.choice(ERRORS)), encoding="utf-8")
        ran = suites.once(candidate, tree, target.tests)
        file.write_text(code[target.path], encoding="utf-8")
        if ran.problem or ran.red:  # it was not green: that a fault may keep a suite from its end is no wonder
            return ""
    named = ", ".join(f"{one.path}: {one.name}" for one in wanted)
    return f"the tests stay green whatever is broken: a fault in each of {named} was not noticed"


def drawn(candidate: Candidate) -> random.Random:
    """The draw of one candidate, the same every time, and not to be known before it is pushed."""
    trees = [candidate.lineage.tree_without_context(one) for one in (candidate.parent, candidate.commit)]
    return random.Random(hashlib.sha256(f"{trees} {candidate.generation}".encode()).hexdigest())


def targets(code: Mapping[str, str], tests: Mapping[str, str]) -> list[Target]:
    """The functions that tests import and name, and the methods that they name of classes they import."""
    used = {path: uses(parsed(text) or NOTHING) for path, text in tests.items() if is_test_file(path)}
    found = []
    for path, text in sorted(code.items()):
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        users = {test: names for test, (modules, names) in used.items() if module in modules}
        for owner in [parsed(text) or NOTHING, *classes(text)]:
            for node in owner.body:
                held = isinstance(node, Function) and (node.name[:2] != "__" or node.name == "__init__")
                if held and isinstance(node, Function):
                    name = getattr(owner, "name", "") if node.name == "__init__" else node.name
                    named = tuple(sorted(test for test, names in users.items() if name in names))
                    found += [Target(path, node.lineno, node.name, named)] if named else []
    return found


def classes(text: str) -> list[ast.ClassDef]:
    """The classes at a file's top level."""
    tree = parsed(text)
    return [node for node in tree.body if isinstance(node, ast.ClassDef)] if tree else []


def uses(tree: ast.Module) -> tuple[set[str], set[str]]:
    """The modules that a test file imports from, and the names and attributes that it calls."""
    modules: set[str] = set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Call):
            names.add(getattr(node.func, "id", getattr(node.func, "attr", "")))
    return modules, names


def faulty(text: str, line: int, error: str) -> str:
    """A file whose function at a line raises as soon as it is called."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, Function) and node.lineno == line:
            node.body = [*docstring(node.body), *ast.parse(f"raise {error}('{node.name}')").body, *node.body]
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def docstring(body: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """The docstring of a body, as the statement that it is."""
    first = body[0]
    return body[:1] if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) else []
