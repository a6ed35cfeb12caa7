"""Runs in the room, from the candidate's tree: compile its Python files, then import every module of agent/.

Prints one line of JSON, the last of all: {"error": text or null, "modules": count}, or {"ended": how} where the process
that imports ended before it was done. What the candidate does at import happens in a process of its own, which can
write neither to our output nor in our name: it tells us over a pipe, with a number drawn for it, and it must still be
alive then. We read nothing of the candidate but bytes.
"""

import ctypes
import importlib
import json
import os
import secrets
import signal
import sys
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

DUMPABLE = 4  # prctl: whether other processes of this user may open what is ours in /proc
SHOWN = 2_000  # bytes of what the candidate printed
REPORT_BYTES = 2**20


def problem_of_sources(sources: list[Path]) -> str:
    """The first file that does not compile, or that nothing starts; "" where all is well."""
    for path in sources:
        try:
            compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            return f"{path} does not compile: {error}"
    if not Path("agent/__main__.py").is_file():
        return "agent/__main__.py is missing: `python -m agent` would not start"
    return ""


def import_all(names: list[str]) -> str:
    """The first module that does not import; "" where each does."""
    sys.path.insert(0, str(Path.cwd()))
    for name in names:
        try:
            importlib.import_module(name)
        except BaseException:  # noqa: BLE001 - a module may raise anything at import, SystemExit too
            return f"{name} does not import:\n{traceback.format_exc(limit=-3)}"
    return ""


def report(names: list[str], printed: int, pipe: int, number: str) -> NoReturn:
    """In a process of its own: import, tell what came of it, and wait for the end."""
    for stream in (1, 2):
        os.dup2(printed, stream)
    error = import_all(names)[-REPORT_BYTES // 8 :]
    os.write(pipe, json.dumps({"number": number, "error": error}).encode() + b"\n")
    while True:
        signal.pause()


def ask(names: list[str], printed: int) -> dict[str, Any]:
    """What became of importing these modules, in a process that is ended then."""
    number = secrets.token_hex(16)
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        report(names, printed, theirs, number)
    ctypes.CDLL(None).prctl(DUMPABLE, 0, 0, 0, 0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        told = pipe.readline(REPORT_BYTES)
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status):
        return {"ended": f"ended with {os.WEXITSTATUS(status)}"}
    if os.WTERMSIG(status) != signal.SIGKILL:
        return {"ended": f"ended by signal {os.WTERMSIG(status)}"}
    try:
        answer = json.loads(told)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or answer.get("number") != number:
        return {"ended": "told what we did not write"}
    return {"error": answer["error"] or None, "modules": len(names)}


def main() -> None:
    """Compile, import, and print what became of it."""
    sources = sorted(path for folder in ("agent", "tests/agent") for path in Path(folder).rglob("*.py"))
    answer: dict[str, Any] = {"error": problem_of_sources(sources), "modules": 0}
    if not answer["error"]:
        modules = [path for path in sources if path.parts[0] == "agent" and path.name != "__main__.py"]
        names = [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in modules]
        with tempfile.TemporaryFile() as printed:
            answer = ask(names, printed.fileno())
            size = printed.seek(0, os.SEEK_END)
            printed.seek(max(size - SHOWN, 0))
            sys.stdout.write(printed.read(SHOWN).decode("utf-8", "replace"))
    sys.stdout.write("\n" + json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
