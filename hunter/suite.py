"""The genome's tests, collected once and run in this process and in forked copies of it."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from .allowance import Allowance
from .fork import Fork
from .recorder import Recorder

INI = """\
[pytest]
addopts = --strict-markers --import-mode=importlib -p no:cacheprovider
filterwarnings = error
markers =
    slow: takes longer than the fast suite allows
    characterization: pins what the code does today, found by a surviving mutant
"""
Change = tuple[Callable[[], None], Sequence[str]]  # makes it, and the tests that reach what it changes
RECORDED = 0.5  # what must be left of the allowance once the tests are recorded
AT_ONCE = min(4, len(os.sched_getaffinity(0)))
# Nobody reads these failures, and explaining one takes 100 ms.
QUICK = ("--tb=native", "--assert=plain", "--override-ini=tmp_path_retention_policy=failed")


def options(ini: Path, tree: Path) -> list[str]:
    """How every run of the tests is started: as the gate does it, without settings or plugins of the tree's own."""
    return ["-c", str(ini), f"--rootdir={tree}", "--noconftest", "-q", "-m", "not slow"]


class Suite:
    """The collected tests."""

    def __init__(self, items: Sequence[pytest.Item], scratch: Path) -> None:
        self._scratch = scratch
        self._items = {item.nodeid: item for item in items}
        self._seconds: dict[str, float] = {}
        self._caught: Counter[str] = Counter()  # how many changes a test noticed
        self._passes: dict[str, bool] = {}  # of those that noticed one, whether they pass where nothing is changed

    def record(self, recorder: Recorder, allowance: Allowance) -> str:
        """Run every test once with the recorder on. Returns the first that fails, twice, or nothing."""
        items = list(self._items.values())
        with recorder:
            for item, following in zip(items, [*items[1:], None], strict=True):
                before = allowance.used()
                recorder.test = item.nodeid
                passed = run(item, following)
                recorder.test = ""
                self._seconds[item.nodeid] = allowance.used() - before
                if not passed and not run(item, following):  # once may be the machine's doing
                    return item.nodeid
                if allowance.left() < RECORDED:
                    break  # what was not run has its say when a find is verified
        return ""

    def notices(self, changes: Sequence[Change], most: float, allowance: Allowance) -> list[bool | None]:
        """Of each change, whether one of its tests fails after it; None where it hangs, or the time is over.

        Those that failed often and the quick ones come first. `most`: seconds of tests that are run; whoever finds
        something asks again with more.
        """
        found: list[bool | None] = []
        for first in range(0, len(changes), AT_ONCE):
            if not allowance.left():
                return [*found, *[None] * (len(changes) - len(found))]
            folders = [self._scratch / str(number) for number in range(AT_ONCE)]
            several = zip(changes[first : first + AT_ONCE], folders, strict=False)
            running = [self._start(change, folder, most) for change, folder in several]
            answers = [fork.answer() for fork in running]
            for change, answer in zip(changes[first : first + AT_ONCE], answers, strict=True):
                while answer and not self._steady(answer):
                    answer = self._start(change, self._scratch / "again", most).answer()
                found.append(None if answer is None else bool(answer))
                self._caught[answer or ""] += 1
            shutil.rmtree(self._scratch, ignore_errors=True)  # tests that write much are run often
        return found

    def _steady(self, test: str) -> bool:
        """Whether a test passes in a copy of this process in which nothing is changed; looked at once."""
        if test not in self._passes:
            self._passes[test] = self._start((lambda: None, [test]), self._scratch / "steady", 0.0).answer() == ""
        shutil.rmtree(self._scratch, ignore_errors=True)
        return self._passes[test]

    def _start(self, change: Change, folder: Path, most: float) -> Fork:
        """A copy of this process that runs the tests, and answers which one noticed."""
        make, tests = change
        chosen: list[str] = []
        total = 0.0
        steady = [test for test in tests if self._passes.get(test, True)]
        for test in sorted(steady, key=lambda name: self._seconds[name] / (1 + self._caught[name])):
            total += self._seconds[test]
            if total > most and chosen:
                break
            chosen.append(test)

        def work() -> str:
            make()
            folder.mkdir(parents=True)
            os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
            next(iter(self._items.values())).config._tmp_path_factory._basetemp = folder  # type: ignore[attr-defined]
            return next((test for test in chosen if not run(self._items[test], None)), "")

        return Fork(work, 2 * min(total, most) + 1.0)


def run(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Run one test, with its fixtures; whether it passed."""
    return all(report.passed or report.skipped for report in runtestprotocol(item, log=False, nextitem=following))


class Collected:
    """A pytest plugin: once everything is collected, it does our work instead of running the tests."""

    def __init__(self, work: Callable[[Suite], dict[str, Any]], scratch: Path) -> None:
        self._work, self._scratch = work, scratch
        self.answer: dict[str, Any] = {"problem": "the tests could not be collected"}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Hand the tests over."""
        if not session.testsfailed:
            self.answer = self._work(Suite(session.items, self._scratch))
        return True
