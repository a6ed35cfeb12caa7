"""Runs in the room: tests that lie in no file, on several versions of an answer, each in a process of its own.

usage: graded.py ROOM SCRATCH   ROOM holds request.json and a file N.json for each version; they are deleted first.
request.json: {"files", "data": {path: text as latin-1}, "laid": what each version lays over the files, "order": [N...],
"seconds": of one version, "memory": bytes, "first": whether a version ends at its first failure}.
N.json: the tests of a version, {path: source}.
Prints one line of JSON: {"versions": packed}, a list of {"exit": code or null, "cases": [[name, how, reason]...],
"problem": text}.
The process of a version never holds the tests of another, and this process never runs any of the answer's code.
"""

import base64
import ctypes
import gc
import json
import os
import resource
import select
import shutil
import signal
import sys
import time
import types
import zlib
from pathlib import Path
from typing import Any

import pytest

PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 4, 36
REPORT_BYTES, REASON = 4 * 2**20, 200
PLUGINS = (
    *("cacheprovider", "doctest", "junitxml", "pastebin", "stepwise", "faulthandler", "warnings"),
    *("unraisableexception", "threadexception"),  # each collects garbage four times
)
OPTIONS = ("--noconftest", "--assert=plain", "-s", "-q", "--tb=line", "--strict-markers")
END_SECONDS = 10.0
SHARED = Path("/dev/shm")


class HiddenModule(pytest.Module):
    """A test file that is no file."""

    def __init__(self, source: str, **more: Any) -> None:
        super().__init__(**more)
        self.source = source

    def _getobj(self) -> types.ModuleType:
        module = types.ModuleType(self.path.stem)
        module.__file__ = str(self.path)
        sys.modules[module.__name__] = module
        exec(compile(self.source, str(self.path), "exec", dont_inherit=True), module.__dict__)
        return module


class Hidden:
    """A plugin: runs each version in a process of its own, collects its tests, and notes how each case ended.

    pytest is made ready once, before the first version: `found` holds their reports in the first process, `cases` the
    ends in the process of a version, which writes them into `pipe`.
    """

    def __init__(self, request: dict[str, Any], versions: list[bytearray], room: Path, scratch: Path) -> None:
        self.request, self.versions, self.room, self.scratch = request, versions, room, scratch
        self.folder = room / "answer"
        self.found: list[Any] = [None] * len(versions)
        self.pipe: int | None = None
        self.tests: dict[str, str] = {}
        self.cases: list[list[str]] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self) -> int | None:
        """In the first process go through the versions; in that of a version let pytest go on."""
        gc.freeze()
        for number in self.request["order"]:
            self.found[number] = self.graded(number)
            if self.pipe is not None:
                return None
        return 0

    def graded(self, number: int) -> Any:
        """The report of one version; in its own process nothing."""
        lay(self.folder, {**self.request["files"], **self.request["laid"][number]})
        self.scratch.mkdir(exist_ok=True)
        if self.request["data"]:
            lay(self.room / "tests", self.request["data"])
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(reading)
            self.pipe = writing
            self.tests = become(number, self.versions, self.folder, self.request["memory"])
            return None
        os.close(writing)
        data, problem = follow(process, reading, self.request["seconds"])
        os.close(reading)
        if not end_all():
            return {"exit": None, "cases": [], "problem": "it left processes that do not end"}
        clear(self.room)
        if self.scratch.parent != self.room:
            clear(self.scratch)
            clear(SHARED)
        try:
            return json.loads(data)
        except ValueError:
            return {"exit": None, "cases": [], "problem": problem or "the tests ended without a report"}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> bool:
        """Collect from memory in place of the disk."""
        session.items = []
        for path, source in self.tests.items():
            module = HiddenModule.from_parent(session, path=self.folder / path, source=source)
            session.items.extend(session.genitems(module))
        hook = session.config.hook
        hook.pytest_collection_modifyitems(session=session, config=session.config, items=session.items)
        hook.pytest_collection_finish(session=session)
        session.testscollected = len(session.items)
        return True

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be imported."""
        if report.failed:
            self.cases.append([report.nodeid, "failed", said(report)])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The end of a case, or of its fixtures where those failed."""
        how = str(report.outcome)
        if hasattr(report, "wasxfail"):
            how = "skipped"
        if report.when == "call" or how != "passed":
            self.cases.append([report.nodeid, how, "" if how == "passed" else said(report)])


def said(report: Any) -> str:
    """What is wrong, in one line."""
    crash = getattr(report.longrepr, "reprcrash", None)
    text = str(report.longrepr)
    if crash is not None:
        text = f"line {crash.lineno}: {crash.message}"
    return text.strip().partition("\n")[0][:REASON]


def become(number: int, versions: list[bytearray], folder: Path, memory: int) -> Any:
    """In the process of one version: forget the others, be confined; the tests."""
    for place, other in enumerate(versions):
        if place != number:
            other[:] = bytes(len(other))
    tests = json.loads(versions[number])
    versions[number][:] = bytes(len(versions[number]))
    os.setsid()
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(quiet, descriptor)
    sys.argv = ["pytest"]
    os.chdir(folder)
    # Python's own modules first, then the answer's; of what else is installed tests have what pytest is made of
    sys.path[:] = [*(path for path in sys.path if "site-packages" not in path), str(folder)]
    return tests


def lay(folder: Path, files: dict[str, str]) -> None:
    """Write files."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode("latin-1"))


def clear(folder: Path) -> None:
    """Delete what lies in a folder, also what its maker closed."""
    for entry in list(folder.iterdir()):
        if entry.is_symlink() or not entry.is_dir():
            entry.unlink()
            continue
        entry.chmod(0o700)
        for place, folders, _ in os.walk(entry):
            for name in folders:
                if not Path(place, name).is_symlink():
                    Path(place, name).chmod(0o700)
        shutil.rmtree(entry)


def children() -> list[int]:
    """The processes whose parent we are: orphans come to us too."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdecimal():
            try:
                fields = (path / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid():
                found.append(int(path.name))
    return found


def end_all() -> bool:
    """Kill whatever a version left, until nothing is; False where that does not come to an end."""
    deadline = time.monotonic() + END_SECONDS
    while left := children():
        for process in left:
            os.kill(process, signal.SIGKILL)
        for process in left:
            os.waitpid(process, 0)
        if time.monotonic() > deadline:
            return False
    return True


def follow(process: int, pipe: int, seconds: float) -> tuple[bytes, str]:
    """What a version's process reports until it ends, and what is wrong with how it ended."""
    deadline, data = time.monotonic() + seconds, b""
    handle = os.pidfd_open(process)
    os.set_blocking(pipe, False)
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    waiting.register(pipe, select.POLLIN)
    while True:
        ready = {number for number, _ in waiting.poll(max(0.0, deadline - time.monotonic()) * 1000)}
        if pipe in ready:
            more = os.read(pipe, 2**16)
            data += more
            if not more:
                waiting.unregister(pipe)
        if len(data) > REPORT_BYTES:
            return b"", "the report is too long"
        if handle in ready and not (pipe in ready and more):
            os.close(handle)
            return data, ""
        if time.monotonic() >= deadline:
            os.close(handle)
            return b"", f"it took more than {seconds:g} s"


def taken(path: Path) -> bytearray:
    """A file's bytes, of which no other copy is made; the file is deleted."""
    data = bytearray(path.stat().st_size)
    with path.open("rb", buffering=0) as file:
        file.readinto(data)
    path.unlink()
    return data


def main() -> None:
    """Read, run each version in the order that is asked for, print."""
    room, scratch = Path(sys.argv[1]), Path(sys.argv[2])
    system = ctypes.CDLL(None)
    system.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    system.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    request = json.loads(taken(room / "request.json"))
    versions = [taken(room / f"{number}.json") for number in range(len(request["order"]))]
    os.environ.update(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    if request["data"]:
        os.environ["HEIRLOOM_TESTS"] = str(room / "tests")
    sys.dont_write_bytecode = True
    plugin = Hidden(request, versions, room, scratch)
    off = [word for name in PLUGINS for word in ("-p", f"no:{name}")]
    options = ["-c", os.devnull, f"--rootdir={plugin.folder}", f"--basetemp={scratch / 'pytest'}", *OPTIONS, *off]
    if request["first"]:
        options.append("-x")
    plugin.folder.mkdir()
    os.chdir(plugin.folder)
    try:
        code = int(pytest.main(options, plugins=[plugin]))
        if plugin.pipe is not None:
            with os.fdopen(plugin.pipe, "wb") as file:
                file.write(json.dumps({"exit": code, "cases": plugin.cases, "problem": ""}).encode())
    finally:
        if plugin.pipe is not None:
            os._exit(0)
    packed = base64.b64encode(zlib.compress(json.dumps(plugin.found).encode())).decode()
    print(json.dumps({"versions": packed}))  # noqa: T201


if __name__ == "__main__":
    main()
