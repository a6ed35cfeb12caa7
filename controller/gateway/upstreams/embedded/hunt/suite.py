"""The genome's tests, collected once and run in this process and in forked copies of it."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from .fork import forked
from .recorder import Recorder

INI = """\
[pytest]
addopts = --strict-markers --import-mode=importlib -p no:cacheprovider
filterwarnings = error
markers =
    slow: takes longer than the fast suite allows
    characterization: pins what the code does today, found by a surviving mutant
"""
QUICK = ("--tb=native", "--assert=plain")  # nobody reads these failures; explaining one takes 100 ms


def options(ini: Path, tree: Path) -> list[str]:
    """How every run of the tests is started: as the gate does it, without settings or plugins of the tree's own."""
    return ["-c", str(ini), f"--rootdir={tree}", "--noconftest", "-q", "-m", "not slow"]


class Suite:
    """The collected tests."""

    def __init__(self, items: Sequence[pytest.Item]) -> None:
        self._items = {item.nodeid: item for item in items}
        self._seconds: dict[str, float] = {}

    def record(self, recorder: Recorder, deadline: float) -> str:
        """Run every test once with the recorder on. Returns the first that fails, or nothing."""
        items = list(self._items.values())
        with recorder:
            for item, following in zip(items, [*items[1:], None], strict=True):
                started = time.monotonic()
                recorder.test = item.nodeid
                passed = run(item, following)
                recorder.test = ""
                self._seconds[item.nodeid] = time.monotonic() - started
                if not passed:
                    return item.nodeid
                if time.monotonic() > deadline:
                    break  # what was not run has its say when a find is verified
        return ""

    def notices(self, tests: Sequence[str], change: Callable[[], None], most: float) -> bool | None:
        """Whether one of these tests, the quickest of them first, fails after the change; None where it hangs.

        `most`: seconds of tests that are run; whoever finds something asks again with more.
        """
        chosen: list[str] = []
        total = 0.0
        for test in sorted(tests, key=lambda name: self._seconds[name]):
            total += self._seconds[test]
            if total > most and chosen:
                break
            chosen.append(test)

        def work() -> bool:
            change()
            return not all(run(self._items[test], None) for test in chosen)

        answer: bool | None = forked(work, 2 * min(total, most) + 1.0)
        return answer


def run(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Run one test, with its fixtures; whether it passed."""
    return all(report.passed or report.skipped for report in runtestprotocol(item, log=False, nextitem=following))


class Collected:
    """A pytest plugin: once everything is collected, it does our work instead of running the tests."""

    def __init__(self, work: Callable[[Suite], dict[str, Any]]) -> None:
        self._work = work
        self.answer: dict[str, Any] = {"problem": "the tests could not be collected"}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Hand the tests over."""
        if not session.testsfailed:
            self.answer = self._work(Suite(session.items))
        return True
