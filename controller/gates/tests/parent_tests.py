"""What became of each of the parent's test functions, read from the text of both trees."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, AgentContext
from controller.gates.candidate import Candidate
from controller.gates.goal import goal_of
from controller.gates.source import NOTHING, TESTS, defined, is_test_file, parsed, provided, python_files
from controller.memory import parse_context

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Old:
    """One test function: `body` with its decorators, the names that it uses, and those of its whole file."""

    path: str
    body: str
    uses: frozenset[str]
    around: frozenset[str]


def functions(files: Mapping[str, str]) -> dict[str, Old]:
    """The test functions of some files by the names that a report gives them; what is marked slow is left out."""
    found = {}
    for path, text in files.items():
        tree = parsed(text) if is_test_file(path) else None
        if tree is None or any(marked_slow(node) for node in tree.body if isinstance(node, ast.Assign)):
            continue
        module, around = path.removesuffix(".py").replace("/", "."), names(tree)
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name.startswith("Test")]
        rooms = [(module, tree.body), *((f"{module}.{one.name}", one.body) for one in classes)]
        for room, body in rooms:
            for node in body:
                if isinstance(node, Function) and node.name.startswith("test") and not marked_slow(node):
                    dumped = ast.dump(ast.Module([*node.decorator_list, node.args, *node.body], []))  # type: ignore[list-item]
                    found[f"{room}::{node.name}"] = Old(path, dumped, names(node), around)
    return found


def imported(text: str) -> dict[str, str]:
    """What a test file imports from agent/, by its own name there: the module."""
    nodes = [node for node in ast.walk(parsed(text) or NOTHING) if isinstance(node, ast.ImportFrom) and node.module]
    found = [(alias, str(node.module)) for node in nodes for alias in node.names if alias.asname in (None, alias.name)]
    return {alias.name: module for alias, module in found if module.split(".")[0] == "agent"}


def marked_slow(node: ast.Assign | Function) -> bool:
    """Whether a function's decorators, or a file's `pytestmark`, name the mark that leaves it out."""
    marks = node.decorator_list if isinstance(node, Function) else [node.value]
    return any(isinstance(one, ast.Attribute) and one.attr == "slow" for mark in marks for one in ast.walk(mark))


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
            found |= set(node.name.split("."))
    return frozenset(found)


class OldTests:
    """The parent's tests beside the child's."""

    def __init__(self, candidate: Candidate) -> None:
        self._candidate = candidate
        self._before = python_files(candidate.lineage, candidate.parent, TESTS)
        self._after = python_files(candidate.lineage, candidate.commit, TESTS)
        self.functions, self._new = functions(self._before), functions(self._after)
        self._bodies = {one.body for name, one in self._new.items() if name not in self.functions}
        changed = {path for path in self._before if self._after.get(path) != self._before[path]}
        self.helper_changed = any(not is_test_file(path) for path in changed)
        self.changed_files = changed

    def touched(self, name: str) -> bool:
        """Whether the child changed a test, its file, or what tests share."""
        return self.helper_changed or self.functions[name].path in self.changed_files

    def moved(self, name: str) -> bool:
        """Whether the same test stands in the child under another name."""
        return self.functions[name].body in self._bodies

    def followed(self, name: str) -> bool:
        """Whether the same test stands elsewhere, and has from other modules of agent/ what it had from lost ones."""
        one = self.functions[name]
        before = imported(self._before[one.path])
        after: dict[str, str] = {}
        for new in self._new.values():
            after |= imported(self._after[new.path]) if new.body == one.body else {}
        used = {used: module for used, module in before.items() if used in one.uses}
        there = self._code(self._candidate.commit)
        lost = {name for name, module in used.items() if not provided(there, module, name)}
        return bool(lost) and used.keys() <= after.keys()

    def rewritten(self, name: str) -> bool:
        """Whether a test of the child's is new, or not word for word its parent's."""
        return name not in self.functions or name not in self._new or self._new[name].body != self.functions[name].body

    def gone(self, name: str) -> bool:
        """Whether something that a test is about is gone, and the goal or the claim says so by name."""
        lost = self._subjects(name) - defined(self._code(self._candidate.commit))
        return bool((lost | {name.rpartition("::")[2]}) & (self._goal | self._claim)) and bool(lost)

    def named(self, name: str, moved: bool = False) -> bool:
        """Whether the goal shares a word with the name of a test, or with what the test is about.

        `moved`: or with the modules that it imports.
        """
        modules = imported(self._before[self.functions[name].path]).values() if moved else ()
        return bool(roots(name.rpartition("::")[2], *self._subjects(name), *modules) & roots(*self._goal))

    def _subjects(self, name: str) -> set[str]:
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
        context = self._context()
        claim = context.history[-1].claim if context and context.history else None
        return words(claim.summary, claim.expected, claim.lesson) if claim else set()

    def _context(self) -> AgentContext | None:
        return parse_context(self._candidate.lineage.read(self._candidate.commit, CONTEXT_FILE, CONTEXT_BYTES))


def words(*texts: str) -> set[str]:
    """The names in some prose."""
    return {word for text in texts for word in re.findall(r"\w+", text)}


def roots(*names: str) -> set[str]:
    """The words of which names are made, those that say something: small, and without the s of many."""
    found = {word.lower() for name in names for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name)}
    return {word.removesuffix("s") for word in found if len(word) > 3} - {"test"}
