"""The files of an answer, as grading takes them: what could steer the grading is left out, whatever it says.

The answer's folder was exported from a child's workspace: nothing in it is followed, and nothing is read unbounded.
"""

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from controller.ground.task import RESERVED

FILE_BYTES, ANSWER_BYTES, ANSWER_FILES, DEEP = 4 * 2**20, 32 * 2**20, 4000, 16
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
STEERING = frozenset({
    "conftest.py", "pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "tox.ini", "setup.cfg", "pyproject.toml",
    "sitecustomize.py", "usercustomize.py", "pyvenv.cfg",
})  # fmt: skip
ENDS = (".pth", ".pyc", ".pyo", ".so", ".pyd", ".dist-info", ".egg-info", ".egg-link")
FOLDERS = frozenset({"__pycache__", ".pytest_cache", ".git", ".hypothesis"})
TESTS = ("tests", "test")


def read_answer(folder: Path) -> dict[str, bytes]:
    """The plain files below a folder that grading takes, by path. Links, pipes and what is too large are no files."""
    found: dict[str, bytes] = {}
    size = 0
    for path, data in walk(os.open(folder, FOLDER), "", 0):
        size += len(data)
        if size > ANSWER_BYTES or len(found) >= ANSWER_FILES:
            break
        found[path] = data
    return found


def walk(descriptor: int, above: str, depth: int) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of the files below an open folder, which is closed in the end."""
    try:
        with os.scandir(descriptor) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                path = above + entry.name
                mode = entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode) and depth < DEEP and entry.name not in FOLDERS:
                    yield from walk(os.open(entry.name, FOLDER, dir_fd=descriptor), f"{path}/", depth + 1)
                elif stat.S_ISREG(mode):
                    data = read(descriptor, entry.name)
                    if data is not None:
                        yield path, data
    finally:
        os.close(descriptor)


def read(folder: int, name: str) -> bytes | None:
    """A plain file's bytes; None where it has too many."""
    descriptor = os.open(name, FILE, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        data = file.read(FILE_BYTES + 1)
    return data if len(data) <= FILE_BYTES else None


def without_steering(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files without the answer's own tests, and without what would steer Python or pytest."""
    return {path: data for path, data in files.items() if not (steers(path) or is_own_test(path))}


def steers(path: str) -> bool:
    """Whether Python or pytest would read a file by its name, or take it for a module of their own."""
    parts = PurePosixPath(path).parts
    if parts[-1].lower() in STEERING or any(part.lower().endswith(ENDS) or part in FOLDERS for part in parts):
        return True
    top = parts[0].removesuffix(".py")
    return path.endswith(".py") and (top in sys.stdlib_module_names or top in RESERVED)


def is_own_test(path: str) -> bool:
    """Whether a file is one of the answer's own tests."""
    parts = PurePosixPath(path).parts
    if not path.endswith(".py"):
        return False
    return parts[0] in TESTS or (len(parts) == 1 and path.startswith("test_")) or path.endswith("_test.py")
