"""How much a life's folder holds: counted by a bounded walk that follows no link, looked at and never opened."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DEEP = 64  # folders below folders; whoever nests deeper is counted as if it had used up its entries
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class Contents:
    """Bytes on disk and entries; at least so many, where the walk stopped at a limit."""

    bytes: int
    entries: int


def contents(folder: Path, most_bytes: int, most_entries: int) -> Contents:
    """Count until all is counted or a limit is passed."""
    size = entries = 0
    for found in walk(os.open(folder, FOLDER), 0):
        if found is None:
            return Contents(size, most_entries + 1)
        size += found.st_blocks * 512
        entries += 1
        if size > most_bytes or entries > most_entries:
            break
    return Contents(size, entries)


def walk(descriptor: int, depth: int) -> Iterator[os.stat_result | None]:
    """Every entry below an open folder, which is closed in the end; None where it nests too deep."""
    try:
        with os.scandir(descriptor) as found:
            for entry in found:
                try:
                    told = entry.stat(follow_symlinks=False)
                    yield told
                    if stat.S_ISDIR(told.st_mode):
                        if depth >= DEEP:
                            yield None
                        yield from walk(os.open(entry.name, FOLDER, dir_fd=descriptor), depth + 1)
                except OSError:
                    continue  # it is gone, or it was exchanged meanwhile
    finally:
        os.close(descriptor)
