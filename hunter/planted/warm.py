"""A process apart in which some tests of one tree are collected: it runs them in copies of itself.

The one who asks never imports anything of the tree.
"""

import builtins
import gc
import importlib
import json
import os
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

from ..fork import Fork
from ..suite import AT_ONCE, QUICK, options, run
from .wrong import NAME, wrong_value

ENDLESS = "(it did not end)"  # what noticed a fault after which the tests do not come to an end
VOID = "(it tells nothing)"  # what cannot be planted, and where a statement is asked for, what fails by accident
Where = tuple[str, str, int]  # a function: its file, its qualified name, its first line
PATIENT = 15.0  # times as long by the clock: a verdict hangs on it, however busy the machine is
MARGIN = 3.0  # seconds of the processor for a copy, beside twice what its tests took


@dataclass(frozen=True)
class Job:
    """One fault: the function's file as it is with the fault, and with a change of nothing; and the tests to run.

    `stated`: a test must fail by what it states; that the code breaks under it is the doing of no test. `patience`: how
    many times as long as by the processor it may take by the clock.
    """

    path: str
    module: str
    name: str
    line: int
    faulty: str
    unchanged: str
    tests: Sequence[str]
    seconds: float
    stated: bool = False
    patience: float = PATIENT


class Warm:
    """The asking side. The process begins with the first question, and anew where one needs files not collected yet."""

    def __init__(self, tree: Path, ini: Path, scratch: Path) -> None:
        self._tree, self._ini, self._scratch = tree, ini, scratch
        self._files: set[str] = set()
        self._child = 0

    def _begin(self, files: set[str]) -> None:
        self.close()
        self._files |= files
        asking, self._asks = os.pipe()
        self._answers, answering = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(self._asks)
            os.close(self._answers)
            serve(self._tree, self._ini, self._scratch, sorted(self._files), asking, answering)
        os.close(asking)
        os.close(answering)
        self._reading = os.fdopen(self._answers, "rb")

    def ask(self, jobs: Sequence[Job], until: str = "", raw: bool = False) -> list[str | None]:
        """Of each fault the test that notices it, "" where none does, or VOID.

        `until`: "unnoticed" or "noticed": None of those behind the first that is. `raw`: whatever is red counts, even
        where nothing is changed. Raises EOFError where the tests' process is gone.
        """
        files = {file_of(self._tree, test) for job in jobs for test in job.tests} - {""}
        if not files:
            return [""] * len(jobs)  # no test, none that notices
        if not files <= self._files or not self._child:
            self._begin(files)
        told = {"until": until, "raw": raw, "jobs": [asdict(job) for job in jobs]}
        data = json.dumps(told).encode() + b"\n"
        while data:
            data = data[os.write(self._asks, data) :]
        line = self._reading.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        found: list[str | None] = json.loads(line)
        return found

    def close(self) -> None:
        """End the process: it does not see the end of what is asked, since a later one holds that pipe, too."""
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            os.close(self._asks)
            self._reading.close()
            os.waitpid(self._child, 0)
            self._child = 0


def serve(tree: Path, ini: Path, scratch: Path, files: list[str], asking: int, answering: int) -> None:
    """The other side; it does not return."""
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        os.chdir(tree)
        sys.path.insert(0, str(tree))
        setattr(builtins, NAME, wrong_value)
        serving = Serving(tree, scratch, asking, answering)
        words = [*options(ini, tree), *QUICK, f"--basetemp={scratch / 'first'}", "--continue-on-collection-errors"]
        pytest.main([*words, *files], plugins=[serving])
    finally:
        os._exit(0)


class Serving:
    """A pytest plugin: once everything is collected, it answers until nobody asks any more."""

    def __init__(self, tree: Path, scratch: Path, asking: int, answering: int) -> None:
        self._tree, self._scratch = tree, scratch
        self._asking, self._answering = asking, answering
        self._items: dict[str, list[pytest.Item]] = defaultdict(list)
        self._functions: dict[Where, list[FunctionType]] = {}
        self._steady: dict[tuple[str, str], bool] = {}
        self._was_stated = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Answer, a line for each line."""
        for item in session.items:
            self._items[reported(item.nodeid)].append(item)
        with os.fdopen(self._asking, "rb") as asking, os.fdopen(self._answering, "wb") as answering:
            for line in asking:
                asked = json.loads(line)
                found = self._all([Job(**one) for one in asked["jobs"]], asked["until"], asked["raw"])
                answering.write(json.dumps(found).encode() + b"\n")
                answering.flush()
        return True

    def pytest_exception_interact(self, call: pytest.CallInfo[object]) -> None:
        """Note whether a test failed by what it states."""
        error = call.excinfo.value if call.excinfo else None
        self._was_stated = isinstance(error, AssertionError | pytest.fail.Exception)

    def _all(self, jobs: list[Job], until: str, raw: bool) -> list[str | None]:
        """What notices each fault, a few at once."""
        for module in sorted({job.module for job in jobs}):
            known(module)
        self._functions = by_code(f"{self._tree}/")
        found: list[str | None] = []
        for first in range(0, len(jobs), AT_ONCE):
            some = jobs[first : first + AT_ONCE]
            running = [self._start(job, job.faulty, job.tests) for job in some]
            answers = [fork.answer() for fork in running]
            if not raw:
                answers = [self._settled(job, answer) for job, answer in zip(some, answers, strict=True)]
            found += answers
            is_enough = {"unnoticed": "" in found, "noticed": any(one not in ("", VOID) for one in found)}
            if is_enough.get(until):
                break
        return [*found, *[None] * (len(jobs) - len(found))]

    def _settled(self, job: Job, answer: str | None) -> str:
        """An answer that holds: the test that noticed the fault does not notice a change of nothing."""
        tests = list(job.tests)
        while answer != "" and answer != VOID:
            if answer is None:
                calm = self._start(job, job.unchanged, tests).answer()
                return ENDLESS if calm is not None else ""
            if self._is_steady(job, answer):
                return answer
            tests.remove(answer)
            answer = self._start(job, job.faulty, tests).answer()
        return answer

    def _is_steady(self, job: Job, test: str) -> bool:
        asked = (f"{job.path}::{job.name} {job.line}", test)
        if asked not in self._steady:
            self._steady[asked] = self._start(job, job.unchanged, [test]).answer() == ""
        return self._steady[asked]

    def _start(self, job: Job, source: str, tests: Sequence[str]) -> Fork:
        """A copy of this process in which the function is another, and that answers which test is red."""

        def work() -> str:
            path = f"{self._tree}/{job.path}"
            try:
                code = code_of(source, path, job.name, job.line)
                for function in self._functions.get((path, job.name, job.line), []):
                    function.__code__ = code
            except (SyntaxError, ValueError, LookupError):
                return VOID
            folder = self._scratch / str(os.getpid())
            folder.mkdir(parents=True)
            os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
            nothing = ""
            for item in (item for test in tests for item in self._items.get(test, ())):
                item.config._tmp_path_factory._basetemp = folder  # type: ignore[attr-defined]
                if not run(item, None):
                    if self._was_stated or not job.stated:
                        return reported(item.nodeid)
                    nothing = VOID
            return nothing

        return Fork(work, 2 * job.seconds + MARGIN, job.patience)


def file_of(tree: Path, test: str) -> str:
    """The file of a test that a report calls so; "" where it is not there."""
    parts = test.partition("::")[0].split(".")
    for count in range(len(parts), 0, -1):
        path = "/".join(parts[:count]) + ".py"
        if (tree / path).is_file():
            return path
    return ""


def reported(node: str) -> str:
    """What a report calls the test function of a node: `tests.agent.test_x::test_y`, without its parameters."""
    path, _, rest = node.partition("::")
    owner, _, name = rest.partition("[")[0].rpartition("::")
    place = path.removesuffix(".py").replace("/", ".")
    if owner:
        place = f"{place}.{owner.replace('::', '.')}"
    return f"{place}::{name}"


def known(module: str) -> None:
    """Import a module, so that its functions are there; one that cannot be has none."""
    try:
        importlib.import_module(module)
    except (Exception, SystemExit):  # noqa: BLE001 - whatever the tree's code raises
        sys.modules.pop(module, None)


def by_code(below: str) -> dict[Where, list[FunctionType]]:
    """Every function of this process whose code lies below a folder."""
    found: dict[Where, list[FunctionType]] = defaultdict(list)
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename.startswith(below):
            code = one.__code__
            found[code.co_filename, code.co_qualname, code.co_firstlineno].append(one)
    return found


def code_of(source: str, path: str, name: str, line: int) -> CodeType:
    """The code of the function that begins there. Raises SyntaxError, and LookupError where there is none."""
    waiting: list[Any] = [compile(source, path, "exec", dont_inherit=True)]
    while waiting:
        code = waiting.pop()
        for one in code.co_consts:
            if isinstance(one, CodeType):
                if (one.co_qualname, one.co_firstlineno) == (name, line):
                    return one
                waiting.append(one)
    raise LookupError(name)
