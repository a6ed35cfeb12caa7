"""Faults planted at random in what the candidate's tests call: its suite must notice them.

A suite that notices none was bought, whatever its report says: it tests nothing, or its process paints it green. So was
one that stays green when a function is broken that this life changed, and that a test imports and calls by its name.
Which functions are hit follows from both trees and the generation: the same candidate gets the same.
What can still get through: a candidate that compares its own files with what it pushed, and forges only there; one that
forges the few tests that fail by what it changed at a distance.
"""

import ast
import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from controller.gates.candidate import Candidate
from controller.gates.source import NOTHING, TESTS, is_test_file, parsed, python_files
from controller.gates.tests import suite

TREE = "faulty"
ERRORS = ("RuntimeError", "ArithmeticError", "LookupError")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Target:
    """A function of the genome by its place in a file, and the test files that call its name.

    `sure`: one of them imports it by this name, and this life changed it.
    """

    path: str
    line: int
    name: str
    tests: tuple[str, ...]
    sure: bool


@dataclass(frozen=True)
class Uses:
    """What a test file imports from (modules), imports by name, and calls (names and attributes)."""

    modules: frozenset[str]
    imported: frozenset[str]
    called: frozenset[str]


def unnoticed(candidate: Candidate) -> str:
    """What is wrong where the candidate's own tests do not notice the faults that they should.

    Nothing where no function of the genome is called by any test: then there is no fault to plant.
    """
    lineage, commit = candidate.lineage, candidate.commit
    code = python_files(lineage, commit, "agent")
    before = python_files(lineage, candidate.parent, "agent")
    found = targets(code, before, python_files(lineage, commit, TESTS))
    if not found:
        return ""
    draw = draw_of(candidate)
    lineage.export(commit, candidate.room.folder / TREE)
    tree = suite.planted(candidate, TREE)

    def is_noticed(target: Target) -> bool:
        """Whether a fault is noticed; one that keeps the suite from its end is, too."""
        file = tree.folder / target.path
        file.write_text(faulty(code[target.path], target.line, draw.choice(ERRORS)), encoding="utf-8")
        ran = suite.once(candidate, tree, target.tests)
        file.write_text(code[target.path], encoding="utf-8")
        return bool(ran.problem or ran.red)

    changed = [one for one in found if one.sure]
    changed = draw.sample(changed, min(candidate.policy.changed_faults, len(changed)))
    for one in changed:
        if not is_noticed(one):
            where = f"{one.name} of {one.path}"
            return f"the tests that call {where} stay green when it is broken: they state nothing of it"
    others = draw.sample(found, min(candidate.policy.faults, len(found)))
    if changed or any(is_noticed(one) for one in others):
        return ""
    listed = ", ".join(f"{one.name} of {one.path}" for one in others)
    return f"the tests stay green whatever is broken: a fault in each of these was not noticed: {listed}"


def draw_of(candidate: Candidate) -> random.Random:
    """The draw of one candidate, the same every time, and not to be known before it is pushed."""
    trees = [candidate.lineage.tree_without_context(one) for one in (candidate.parent, candidate.commit)]
    return random.Random(hashlib.sha256(f"{trees} {candidate.generation}".encode()).hexdigest())


def targets(code: Mapping[str, str], before: Mapping[str, str], tests: Mapping[str, str]) -> list[Target]:
    """The functions that tests call by name, and the methods so called of modules that they import from."""
    used = {path: uses(parsed(text) or NOTHING) for path, text in tests.items() if is_test_file(path)}
    found = []
    for path, text in sorted(code.items()):
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        users = {test: one for test, one in used.items() if module in one.modules}
        old = {(owner, node.name): ast.dump(node) for owner, node in functions(before.get(path, ""))}
        for owner, node in functions(text):
            name = owner if node.name == "__init__" else node.name
            callers = sorted(test for test, one in users.items() if name in one.called)
            if not callers:
                continue
            is_imported = any(name in users[test].imported for test in callers)
            is_changed = old.get((owner, node.name)) != ast.dump(node)
            sure = is_imported and is_changed and not owner
            found.append(Target(path, node.lineno, node.name, tuple(callers), sure))
    return found


def functions(text: str) -> Iterator[tuple[str, Function]]:
    """The functions at a file's top level and in the classes there, with the class's name."""
    tree = parsed(text) or NOTHING
    owners = [("", tree.body)]
    owners += [(node.name, node.body) for node in tree.body if isinstance(node, ast.ClassDef)]
    for owner, body in owners:
        for node in body:
            if isinstance(node, Function) and (not node.name.startswith("__") or node.name == "__init__"):
                yield owner, node


def uses(tree: ast.Module) -> Uses:
    """What a test file uses."""
    modules: set[str] = set()
    imported: set[str] = set()
    called: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
            for alias in node.names:
                modules.add(f"{node.module}.{alias.name}")
                if alias.asname is None:
                    imported.add(alias.name)
        elif isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.Call):
            called.add(getattr(node.func, "id", getattr(node.func, "attr", "")))
    return Uses(frozenset(modules), frozenset(imported), frozenset(called))


def faulty(text: str, line: int, error: str) -> str:
    """A file whose function at a line raises as soon as it is called; else every byte as it was, where that is easy."""
    tree = ast.parse(text)
    node = next(one for one in ast.walk(tree) if isinstance(one, Function) and one.lineno == line)
    first = node.body[0]
    statement = f"raise {error}('{node.name}')"
    if first.lineno > node.lineno and not isinstance(first, Function | ast.ClassDef):
        lines = text.split("\n")
        lines.insert(first.lineno - 1, " " * first.col_offset + statement)
        return "\n".join(lines)
    node.body.insert(0, ast.parse(statement).body[0])
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"
