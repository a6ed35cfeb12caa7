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
import importlib
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
from _pytest.config import default_plugins

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
    """A plugin: collects the tests, and notes how each case ended."""

    def __init__(self, tests: dict[str, str], folder: Path) -> None:
        self.tests, self.folder = tests, folder
        self.cases: list[list[str]] = []

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


def run(tests: dict[str, str], folder: Path, scratch: Path, first: bool) -> dict[str, Any]:
    """Run the tests on the answer in a folder: in this process, whatever that does to it."""
    plugin = Hidden(tests, folder)
    off = [word for name in PLUGINS for word in ("-p", f"no:{name}")]
    options = ["-c", os.devnull, f"--rootdir={folder}", f"--basetemp={scratch / 'pytest'}", *OPTIONS, *off]
    if first:
        options.append("-x")
    code = int(pytest.main(options, plugins=[plugin]))
    return {"exit": code, "cases": plugin.cases, "problem": ""}


def become(version: bytearray, others: list[bytearray], request: dict[str, Any], places: tuple[Path, Path]) -> Any:
    """In the process of one version: forget the others, confine, and run."""
    for other in others:
        other[:] = bytes(len(other))
    folder, scratch = places
    os.setsid()
    resource.setrlimit(resource.RLIMIT_DATA, (request["memory"], request["memory"]))
    quiet = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(quiet, number)
    tests = json.loads(version)
    version[:] = bytes(len(version))
    sys.argv = ["pytest"]
    os.chdir(folder)
    # Python's own modules first, then the answer's; of what else is installed tests have what pytest is made of
    sys.path[:] = [*(path for path in sys.path if "site-packages" not in path), str(folder)]
    return run(tests, folder, scratch, request["first"])


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


def graded(number: int, versions: list[bytearray], request: dict[str, Any], room: Path, scratch: Path) -> Any:
    """Run one version in a process of its own, end what it left, and read its report."""
    folder = room / "answer"
    lay(folder, {**request["files"], **request["laid"][number]})
    scratch.mkdir(exist_ok=True)
    if request["data"]:
        lay(room / "tests", request["data"])
    others = [one for one in versions if one is not versions[number]]
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            os.close(reading)
            found = become(versions[number], others, request, (folder, scratch))
            with os.fdopen(writing, "wb") as file:
                file.write(json.dumps(found).encode())
        finally:
            os._exit(0)
    os.close(writing)
    data, problem = follow(process, reading, request["seconds"])
    os.close(reading)
    if not end_all():
        return {"exit": None, "cases": [], "problem": "it left processes that do not end"}
    clear(room)
    if scratch.parent != room:
        clear(scratch)
        clear(SHARED)
    try:
        return json.loads(data)
    except ValueError:
        return {"exit": None, "cases": [], "problem": problem or "the tests ended without a report"}


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
    for name in default_plugins:  # so that no version has to
        importlib.import_module(f"_pytest.{name}")
    gc.freeze()
    found: list[Any] = [None] * len(versions)
    for number in request["order"]:
        found[number] = graded(number, versions, request, room, scratch)
    packed = base64.b64encode(zlib.compress(json.dumps(found).encode())).decode()
    print(json.dumps({"versions": packed}))  # noqa: T201


if __name__ == "__main__":
    main()
