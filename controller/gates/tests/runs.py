"""The four runs of the tests gate, each made when it is first asked for, and what turned out to be flaky in them.

A test that is red on the child is run again alone, there and, where the parent has it, on the parent: what flips on
either is flaky, and decides nothing. A parent's own tests on its own code are known from when it was judged itself.
"""

import shutil
from functools import cached_property
from pathlib import Path

from pydantic import TypeAdapter

from controller.gates.candidate import Candidate
from controller.gates.source import TESTS, is_test_file, python_files, without_lost_imports
from controller.gates.tests import suite
from controller.gates.tests.parent_tests import ParentTests
from controller.gates.tests.suite import FLAKY, SUITE, Counts, Ran, Tree
from controller.ledger.judgements import End

ABSENT = "000000"
RAN = TypeAdapter(Ran)
NAMES = ("child", "crossed", "parent", "backward")


class Runs:
    """The runs of one candidate."""

    def __init__(self, candidate: Candidate) -> None:
        self._candidate = candidate
        self.old = ParentTests(candidate)
        changes = [change for change in candidate.changes if change.path.startswith(f"{TESTS}/")]
        self.code_changed = any(change.path.startswith("agent/") for change in candidate.changes)
        self.programs_changed = any(change.path.endswith(".py") for change in candidate.changes)
        self._tests_changed = bool(changes)
        self._tests_rewritten = any(change.old_mode != ABSENT for change in changes)
        self.files = [change.path for change in changes if change.mode != ABSENT and is_test_file(change.path)]

    @cached_property
    def parent(self) -> Ran:
        """(a)"""
        return self.known(self._candidate.parent) or suite.run(self._candidate, self._parents)

    @cached_property
    def crossed(self) -> Ran:
        """(b); it is (c) where the child's suite is its parent's, or adds to it with no change of the code."""
        if self._tests_rewritten or (self.code_changed and self._tests_changed):
            tree = self._mixed("crossed", self._candidate.commit, self._candidate.parent)
            return self._steady(suite.run(self._candidate, tree))
        return self.child

    @cached_property
    def child(self) -> Ran:
        """(c)"""
        commit = self._candidate.commit
        if known := self.known(commit):
            return known
        return self._steady(suite.run(self._candidate, self._mixed("suite", commit, commit)))

    @cached_property
    def for_faults(self) -> Tree:
        """The child's tree once more, in which nothing ran yet."""
        return self._mixed("faulty", self._candidate.commit, self._candidate.commit)

    @cached_property
    def backward(self) -> Ran:
        """(d)"""
        paths = SUITE if self.old.helper_changed else tuple(self.files)
        tree = self._mixed("backward", self._candidate.parent, self._candidate.commit)
        return suite.run(self._candidate, tree, paths)

    def broken(self, name: str) -> bool:
        """Whether a test of the parent's passes on its code and no longer on the child's."""
        now = self.crossed.of(name)
        if now.clean:
            return False
        before = self.parent.of(name)
        return before.passed > now.passed or now.red > before.red

    def left_out(self) -> list[str]:
        """The parent's tests of which nothing ran in the child's suite, under their name or, as they are, another."""
        functions, parent, child = self.old.functions, self.parent, self.child
        missing = [name for name in functions if parent.of(name).passed and not child.of(name).passed]
        return [name for name in missing if not self.ran_elsewhere(name)]

    def ran_elsewhere(self, name: str) -> bool:
        """Whether the same test passed in the child's suite under another name."""
        return any(self.child.of(other).passed for other in self.old.elsewhere(name))

    def unsteady(self) -> list[str]:
        """The flaky tests that this life wrote or rewrote, and that were not known for it."""
        judgements = self._candidate.judgements
        found = []
        for name in sorted({*self.child.flaky, *self.crossed.flaky}):
            was_flaky = judgements is not None and judgements.was_flaky(name)
            if self.old.rewritten(name) and not was_flaky:
                found.append(name)
        return found

    def known(self, commit: str) -> Ran | None:
        """What is kept of a commit's own tests on its own code; only what was green is."""
        judgements = self._candidate.judgements
        if judgements is None:
            return None
        kept = judgements.suite(self._candidate.lineage.tree_without_context(commit))
        return RAN.validate_json(kept) if kept else None

    def keep(self, passed: bool) -> None:
        """Write down how each test ended in the runs that were made; of a candidate that passed, its suite too."""
        candidate, judgements = self._candidate, self._candidate.judgements
        if judgements is None:
            return
        made: dict[str, Ran] = {name: self.__dict__[name] for name in NAMES if name in self.__dict__}
        for name, ran in made.items():
            if name == "child" or ran is not made.get("child"):
                judgements.keep_ends(name, ends(ran))
        sound = {candidate.parent: made.get("parent")}
        if passed:
            sound[candidate.commit] = self.child
        for commit, own in sound.items():
            if own is not None and not (own.problem or own.red or own.flaky):
                judgements.keep_suite(candidate.lineage.tree_without_context(commit), RAN.dump_json(own).decode())

    def _steady(self, ran: Ran) -> Ran:
        """A run without what flips on the parent: only where few are red, and the parent's own run can tell."""
        red = [name for name in ran.red if name in self.old.functions]
        if ran.problem or not red or len(ran.red) > FLAKY or self.parent.problem or self.parent.red:
            return ran
        again = suite.alone(self._candidate, self._parents, red)
        flips: dict[str, Counts] = {}
        for name in red:
            first = self.parent.of(name)
            differs = any(one.of(name).clean != first.clean for one in again)
            if differs or name in self.parent.flaky:
                flips[name] = first
        return ran.steadied(flips)

    @cached_property
    def _parents(self) -> Tree:
        return self._mixed("parent_suite", self._candidate.parent, self._candidate.parent)

    def _mixed(self, name: str, code: str, tests: str) -> Tree:
        """A tree with one commit's tests and another's code, exported anew: nothing of the candidate ran in it."""
        lineage, room = self._candidate.lineage, self._candidate.room
        tree, other = room.folder / name, room.folder / f"{name}.tests"
        lineage.export(code, tree)
        if tests != code:
            lineage.export(tests, other)
            shutil.rmtree(tree / TESTS, ignore_errors=True)
            if (other / TESTS).is_dir():
                shutil.move(other / TESTS, tree / TESTS)
            shutil.rmtree(other)
            self._drop_lost_imports(tree, code, tests)
        return suite.planted(self._candidate, name)

    def _drop_lost_imports(self, tree: Path, code: str, tests: str) -> None:
        """Drop the imports of what the code does not have; whatever uses it still fails."""
        lineage = self._candidate.lineage
        there = python_files(lineage, code, "agent")
        for path, text in python_files(lineage, tests, TESTS).items():
            mended = without_lost_imports(text, there)
            if mended != text:
                (tree / path).write_text(mended, encoding="utf-8")


def ends(ran: Ran) -> dict[str, End]:
    """How each test function of a run ended, in a word."""
    found: dict[str, End] = {}
    for name, counts in ran.functions.items():
        found[name] = "flaky" if name in ran.flaky else end_of(counts)
    return found


def end_of(counts: Counts) -> End:
    """How a function's cases ended together: the worst of them."""
    if counts.red:
        return "failed"
    if counts.skipped:
        return "skipped"
    return "passed"
