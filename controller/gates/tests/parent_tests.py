"""What became of each of the parent's test functions, read from the text of both trees."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE
from controller.gates.candidate import Candidate
from controller.gates.goal.gate import goal_of
from controller.gates.source import NOTHING, TESTS, defined, is_provided, is_test_file, parsed, python_files
from controller.memory import parse_context

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class OneTest:
    """One test function: `body` with its decorators, the names that it uses, and those of its whole file."""

    path: str
    body: str
    uses: frozenset[str]
    around: frozenset[str]


def tests_of(files: Mapping[str, str]) -> dict[str, OneTest]:
    """The test functions of some files by the names that a report gives them, whether they are run or not."""
    found = {}
    for path, text in files.items():
        tree = parsed(text) if is_test_file(path) else None
        if tree is None:
            continue
        around = names(tree)
        for owner, node in collected(path, tree):
            parts = [*node.decorator_list, node.args, *node.body]
            body = ast.dump(ast.Module(parts, []))  # type: ignore[arg-type]
            found[f"{owner}::{node.name}"] = OneTest(path, body, names(node), around)
    return found


def collected(path: str, tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """What pytest collects of a file, with the module or class that it stands in."""
    module = path.removesuffix(".py").replace("/", ".")
    owners = [(module, tree.body)]
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            owners.append((f"{module}.{node.name}", node.body))
    for owner, body in owners:
        for node in body:
            if isinstance(node, Function) and node.name.startswith("test"):
                yield owner, node


def imported(text: str) -> dict[str, str]:
    """What a test file imports from agent/, by its own name there: the module."""
    found = {}
    for node in ast.walk(parsed(text) or NOTHING):
        if not isinstance(node, ast.ImportFrom) or (node.module or "").split(".")[0] != "agent":
            continue
        for alias in node.names:
            if alias.asname in (None, alias.name):
                found[alias.name] = str(node.module)
    return found


def names(tree: ast.AST) -> frozenset[str]:
    """Every name, attribute and keyword that is used below a node, and what is imported there."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.keyword):
            found.add(node.arg or "")
        elif isinstance(node, ast.alias):
            found.update(node.name.split("."))
    return frozenset(found)


class ParentTests:
    """The parent's tests beside the child's."""

    def __init__(self, candidate: Candidate) -> None:
        self._candidate = candidate
        self._before = python_files(candidate.lineage, candidate.parent, TESTS)
        self._after = python_files(candidate.lineage, candidate.commit, TESTS)
        self.functions = tests_of(self._before)
        self._new = tests_of(self._after)
        self.changed_files = {path for path, text in self._before.items() if self._after.get(path) != text}
        self.helper_changed = not all(is_test_file(path) for path in self.changed_files)

    def touched(self, name: str) -> bool:
        """Whether the child changed a test, its file, or what tests share."""
        return self.helper_changed or self.functions[name].path in self.changed_files

    def elsewhere(self, name: str) -> list[str]:
        """The child's tests that are this one under another name."""
        body = self.functions[name].body
        return [other for other, one in self._new.items() if one.body == body and other not in self.functions]

    def fresh(self) -> list[str]:
        """The child's tests that are new, or not word for word its parent's."""
        return [name for name in self._new if self.rewritten(name)]

    def unproven(self) -> list[str]:
        """The child's tests that do not stand in a file, and beside what tests share, as the parent had it."""
        known = self._before.keys() - self.changed_files
        return [name for name, one in self._new.items() if self.helper_changed or one.path not in known]

    def followed(self, name: str) -> bool:
        """Whether the same test stands elsewhere, and has from other modules of agent/ what it had from lost ones."""
        one = self.functions[name]
        before = imported(self._before[one.path])
        used = {alias: module for alias, module in before.items() if alias in one.uses}
        now_imported: set[str] = set()
        for new in self._new.values():
            if new.body == one.body:
                now_imported.update(imported(self._after[new.path]))
        there = self._code(self._candidate.commit)
        is_lost = any(not is_provided(there, module, alias) for alias, module in used.items())
        return is_lost and used.keys() <= now_imported

    def rewritten(self, name: str) -> bool:
        """Whether a test of the child's is new, or not word for word its parent's."""
        if name not in self.functions or name not in self._new:
            return True
        return self._new[name].body != self.functions[name].body

    def gone(self, name: str) -> bool:
        """Whether something that a test is about is gone, and the goal or the claim names it: `half_of` by "half"."""
        lost = self._subjects(name) - defined(self._code(self._candidate.commit))
        if not lost:
            return False
        said = self._goal | self._claim
        spoken = roots(*said)
        plainly = any(roots(one) and roots(one) <= spoken for one in lost)
        return plainly or not {one.lower() for one in said}.isdisjoint(one.lower() for one in {*lost, of_report(name)})

    def named(self, name: str, moved: bool = False) -> bool:
        """Whether the goal shares a word with the name of a test, or with what the test is about.

        `moved`: or with the modules that it imports.
        """
        about = {of_report(name), *self._subjects(name)}
        if moved:
            about.update(imported(self._before[self.functions[name].path]).values())
        return not roots(*about).isdisjoint(roots(*self._goal))

    def _subjects(self, name: str) -> set[str]:
        """The names of the genome that a test uses; where it uses none, those that its file uses."""
        one = self.functions[name]
        return set(one.uses & self._agent or one.around & self._agent)

    def _code(self, commit: str) -> dict[str, str]:
        return python_files(self._candidate.lineage, commit, "agent")

    @cached_property
    def _agent(self) -> set[str]:
        return defined(self._code(self._candidate.parent))

    @cached_property
    def _goal(self) -> set[str]:
        goal = goal_of(self._candidate)
        return words(goal.title, goal.why) if goal else set()

    @cached_property
    def _claim(self) -> set[str]:
        text = self._candidate.lineage.read(self._candidate.commit, CONTEXT_FILE, CONTEXT_BYTES)
        context = parse_context(text)
        claim = context.history[-1].claim if context and context.history else None
        return words(claim.summary, claim.expected, claim.lesson) if claim else set()


def of_report(name: str) -> str:
    """A test function's own name."""
    return name.rpartition("::")[2]


def words(*texts: str) -> set[str]:
    """The names in some prose."""
    found: set[str] = set()
    for text in texts:
        found.update(re.findall(r"\w+", text))
    return found


def roots(*names: str) -> set[str]:
    """The words of which names are made, those that say something: small, and without the s of many."""
    found = set()
    for name in names:
        for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name):
            if len(word) > 3:
                found.add(word.lower().removesuffix("s"))
    return found - {"test"}
