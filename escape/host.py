"""What the attempts and their table need to know of the host: its processes, and how to act as a user of it."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.parts.ground import ROOT
from controller.sandbox.bubblewrap import open_folders

NOBODY = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all")


def processes(token: str) -> list[int]:
    """The host's living processes that have a token in their arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = path.read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if token.encode() in text:
            found.append(int(path.parent.name))
    return found


def comes_true(question: Callable[[], bool], seconds: float) -> bool:
    """Ask again and again until the answer is yes, or time is up."""
    deadline = time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def view_for_all(work: Path) -> Iterator[str]:
    """The words of a bwrap that shows the host as it is, but checkout, venv and interpreter open to every user.

    Root may keep them in a closed folder. `work` is shown as /tmp/work.
    """
    yield from ("bwrap", "--dev-bind", "/", "/", "--perms", "1777", "--tmpfs", "/tmp")
    shown = {ROOT, Path(sys.prefix), Path(sys.base_prefix)}
    closed = {first_closed(path) for path in shown} - {None}
    for folder in closed:
        yield from ("--perms", "0755", "--tmpfs", str(folder))
    hidden = [Path("/tmp"), *(folder for folder in closed if folder)]
    for path in sorted(shown):
        if any(path.is_relative_to(folder) for folder in hidden):
            yield from (*open_folders(path.parent), "--ro-bind", str(path), str(path))
    yield from ("--bind", str(work), "/tmp/work", "--")


def first_closed(path: Path) -> Path | None:
    """The outermost folder above a path that other users may not enter."""
    for folder in reversed(path.parents):
        if not folder.stat().st_mode & 0o001:
            return folder
    return None
