"""Gate 5: the genome's tests, the parent's and the child's, each on the code of both.

(a) the parent's tests on the parent's code: red means that nothing can be told
(b) the parent's tests on the child's code
(c) the child's tests on the child's code
(d) the child's new and changed tests on the parent's code
A run whose answer another run implies is left out; most lives need (c) alone. Earned: the child passes its parent's
tests. Bought: it fails one that it deleted, weakened or skipped. Inconclusive: an interface was changed, the changed
test fails on the parent's code, and the goal names what was changed.
"""

import shutil
from functools import cached_property
from pathlib import Path

from controller.gates import suites
from controller.gates.candidate import Candidate, Report
from controller.gates.old_tests import OldTests, is_test_file
from controller.gates.source import python_files, without_lost_imports
from controller.gates.suites import SUITE, TESTS, Counts, Ran

NAME = "tests"
ABSENT = "000000"


class Runs:
    """The four runs, each made when it is first asked for."""

    def __init__(self, candidate: Candidate) -> None:
        self._candidate = candidate
        self.old = OldTests(candidate)
        changes = [change for change in candidate.changes if change.path.startswith(f"{TESTS}/")]
        self.code_changed = any(change.path.startswith("agent/") for change in candidate.changes)
        self._tests_changed = bool(changes)
        self._rewritten = any(change.old_mode != ABSENT for change in changes)
        self.files = [change.path for change in changes if change.mode != ABSENT and is_test_file(change.path)]

    @cached_property
    def parent(self) -> Ran:
        """(a)"""
        return self._mixed("parent_suite", self._candidate.parent, self._candidate.parent)

    @cached_property
    def crossed(self) -> Ran:
        """(b); it is (c) where the child's suite is its parent's, or adds to it with no change of the code."""
        if self._rewritten or (self.code_changed and self._tests_changed):
            return self._mixed("crossed", self._candidate.commit, self._candidate.parent)
        return self.child

    @cached_property
    def child(self) -> Ran:
        """(c)"""
        return suites.run(self._candidate, "child", self._candidate.commit)

    @cached_property
    def backward(self) -> Ran:
        """(d)"""
        paths = SUITE if self.old.helper_changed else tuple(self.files)
        return self._mixed("backward", self._candidate.parent, self._candidate.commit, paths)

    def broken(self, name: str) -> bool:
        """Whether a test of the parent's passes on its code and no longer on the child's."""
        now = self.crossed.of(name)
        return not now.clean and (self.parent.of(name).passed > now.passed or now.red > self.parent.of(name).red)

    def _mixed(self, name: str, code: str, tests: str, paths: tuple[str, ...] = SUITE) -> Ran:
        """Run one commit's tests on another's code."""
        lineage, room, salt = self._candidate.lineage, self._candidate.room, f"{self._candidate.commit} {name}"
        tree, aside = room.folder / name, room.folder / f"{name}.tests"
        lineage.export(code, tree)
        if tests != code:
            lineage.export(tests, aside)
            shutil.rmtree(tree / TESTS, ignore_errors=True)
            if (aside / TESTS).is_dir():
                shutil.move(aside / TESTS, tree / TESTS)
            shutil.rmtree(aside)
            self._mend(tree, code, tests)
        suites.plant(tree, salt)
        room.isolation.own(tree)
        return suites.run(self._candidate, name, salt, paths)

    def _mend(self, tree: Path, code: str, tests: str) -> None:
        """Drop the imports of what the code does not have; whatever uses it still fails."""
        lineage = self._candidate.lineage
        there = python_files(lineage, code, "agent")
        for path, text in python_files(lineage, tests, TESTS).items():
            if (mended := without_lost_imports(text, there)) != text:
                (tree / path).write_text(mended, encoding="utf-8")


def tests(candidate: Candidate) -> Report:
    """Refuses red tests, lost tests, bought passes, and a run whose report and exit code disagree."""
    runs = Runs(candidate)
    if problem := of_run(runs.child):
        return refused(runs, *problem)
    if not runs.child.count and runs.old.functions:
        return refused(runs, "no tests are left")
    if runs.crossed.problem:
        return refused(runs, f"the parent's tests on the child's code: {runs.crossed.problem}", runs.crossed.evidence)
    fates: dict[str, list[str]] = {"kept": [], "gone": [], "changed": []}
    for name in runs.old.functions:
        told = fate(runs, name)
        if told not in fates:
            return refused(runs, told, runs.crossed.text(name))
        fates[told].append(name)
    skipped = sum(one.skipped for one in runs.child.functions.values())
    words = [f"{runs.child.count} passed" if not skipped else f"{runs.child.count - skipped} passed, {skipped} skipped"]
    if fates["changed"]:
        words.append(f"inconclusive, changed with what they test: {', '.join(fates['changed'])}")
    elif runs.code_changed and runs.files:
        words.append(f"earned, {len(runs.backward.red)} of its new and changed tests fail on the parent's code")
    if fates["gone"]:
        words.append(f"gone with what they tested: {', '.join(fates['gone'])}")
    if runs.child.flaky:
        words.append(f"flaky: {', '.join(runs.child.flaky)}")
    return Report(NAME, "pass", "; ".join(words)[:2000])


def of_run(ran: Ran) -> tuple[str, str] | None:
    """What is wrong with the child's own run, and the evidence."""
    if ran.red:
        named = ", ".join(name for name, _ in ran.failures[:5]) or ran.red[0]
        return f"{len(ran.red)} of {len(ran.functions)} tests fail: {named}", ran.text(ran.red[0])
    return (ran.problem, ran.evidence) if ran.problem else None


def refused(runs: Runs, reason: str, evidence: str = "") -> Report:
    """A refusal, unless the parent's own tests are red on its own code: then nobody can tell."""
    if bad := runs.parent.problem or ", ".join(runs.parent.red[:5]):
        return Report(NAME, "unknown", f"the parent's tests do not pass on its own code: {bad}", runs.parent.evidence)
    return Report(NAME, "refuse", reason, evidence[-2000:])


def fate(runs: Runs, name: str) -> str:
    """What became of a test of the parent's: "kept", "gone" or "changed"; else what is wrong with that."""
    now, broken = runs.child.of(name), runs.broken(name)
    if now == Counts():
        if Counts() == runs.crossed.of(name) and Counts() == runs.parent.of(name):
            return "kept"  # pytest never collected it
        if runs.old.gone(name):
            return "gone"
        if broken:
            return f"bought: {name} was deleted, and the child's code fails it"
        what = "deleted or left out, though what it tests is still there, or neither goal nor claim names what is gone"
        return "kept" if runs.old.moved(name) else f"{name} was {what}"
    if now.skipped > runs.crossed.of(name).skipped:
        return f"bought: {name} is skipped now"
    if not broken:
        fewer = now.passed < runs.crossed.of(name).passed
        return f"{name} runs with fewer cases than before" if fewer else "kept"
    if not runs.old.touched(name):
        return f"the parent's test {name} fails on the child's code"
    there = runs.backward.of(name)
    if runs.backward.problem or ((there.passed or there.skipped) and not there.red):
        return f"bought: {name} was weakened: as it is now the parent's code passes it too, and the original fails"
    return "changed" if runs.old.named(name) else f"{name} was changed, and the goal does not name what it tests"
