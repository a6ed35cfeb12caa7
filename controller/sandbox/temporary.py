"""Folders in the temp directory, each held by a lock that dies with its maker: what a killed one left can be told.

The lock is on the folder itself. A folder that is young is left alone: its maker may not have locked it yet.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "heirloom-tmp-"
YOUNG = 60.0  # seconds


@contextmanager
def temporary_folder(purpose: str) -> Iterator[Path]:
    """A new folder for as long as the block lasts; a later start removes it where we are killed."""
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{purpose}-") as name:
        folder = Path(name)
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield folder
        finally:
            os.close(lock)


def hold(folder: Path) -> int:
    """Lock a folder of ours that others may remove while nobody holds it: a descriptor, to be closed by the caller.

    Raises FileNotFoundError where it was removed meanwhile: to be made and held again.
    """
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.samestat(os.fstat(lock), folder.stat()):
            raise FileNotFoundError(f"{folder} was removed")
    except BaseException:
        os.close(lock)
        raise
    return lock


def claim(folder: Path) -> int | None:
    """Lock a folder that was left: a descriptor, to be closed by the caller. None: held, young, gone or not ours."""
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    found = os.fstat(lock)
    if found.st_uid == os.geteuid() and time.time() - found.st_mtime >= YOUNG:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
    os.close(lock)
    return None
