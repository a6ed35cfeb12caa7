"""Copies a folder that a child wrote: plain files and folders alone, within bounds. Standard library only.

    copy_answer.py FROM TO ENTRIES BYTES

Runs with the child's rights. No link is followed; links, pipes, sockets and devices are left out, and so is what tools
keep for themselves. Its last line is JSON: files, bytes, left_out, and why all is refused, "" if none.
"""

import json
import os
import stat
import sys

KEPT_BY_TOOLS = (".git", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis")
DEEP, PATH_BYTES = 32, 1_000
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
PLAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class TooMuch(Exception):
    """The folder is past what is taken; the message says in what."""


class Copy:
    """One copy, and what was counted so far."""

    def __init__(self, entries: int, size: int) -> None:
        self.most_entries, self.most_bytes = entries, size
        self.entries = self.files = self.bytes = self.left_out = 0

    def folder(self, source: int, target: int, path: bytes, depth: int) -> None:
        """Copy what is in one open folder into another. Raises TooMuch, OSError."""
        if depth > DEEP:
            raise TooMuch(f"folders lie more than {DEEP} deep")
        with os.scandir(source) as found:
            names = []
            for entry in found:
                names.append(os.fsencode(entry.name))
                if len(names) + self.entries > self.most_entries:
                    raise TooMuch(f"more than {self.most_entries:,} files and folders")
        self.entries += len(names)
        for name in sorted(names):
            self.entry(source, target, name, path + b"/" + name, depth)

    def entry(self, source: int, target: int, name: bytes, path: bytes, depth: int) -> None:
        """Copy one entry of a folder, or leave it out. Raises TooMuch, OSError."""
        if len(path) > PATH_BYTES:
            raise TooMuch(f"a path is longer than {PATH_BYTES:,} bytes")
        mode = os.stat(name, dir_fd=source, follow_symlinks=False).st_mode
        if os.fsdecode(name) in KEPT_BY_TOOLS or not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
            self.left_out += 1
            return
        os.chmod(name, 0o700 if stat.S_ISDIR(mode) else mode & 0o111 | 0o600, dir_fd=source)
        if stat.S_ISREG(mode):
            self.file(source, target, name, mode)
            return
        os.mkdir(name, 0o755, dir_fd=target)
        inner, outer = os.open(name, FOLDER, dir_fd=source), os.open(name, FOLDER, dir_fd=target)
        try:
            self.folder(inner, outer, path, depth + 1)
        finally:
            os.close(inner)
            os.close(outer)

    def file(self, source: int, target: int, name: bytes, mode: int) -> None:
        """Copy one plain file. Raises TooMuch, OSError."""
        with os.fdopen(os.open(name, PLAIN, dir_fd=source), "rb") as old:
            self.bytes += os.fstat(old.fileno()).st_size
            if self.bytes > self.most_bytes:
                raise TooMuch(f"more than {self.most_bytes:,} bytes")
            permissions = 0o755 if mode & 0o100 else 0o644
            with os.fdopen(os.open(name, NEW, permissions, dir_fd=target), "wb") as new:
                left = os.fstat(old.fileno()).st_size
                while left and (piece := old.read(min(left, 2**20))):
                    left -= len(piece)
                    new.write(piece)
        self.files += 1


def main(words: list[str]) -> None:
    """Copy, and say what was copied."""
    copy, problem = Copy(int(words[2]), int(words[3])), ""
    try:
        copy.folder(os.open(words[0], FOLDER), os.open(words[1], FOLDER), b"", 0)
    except TooMuch as error:
        problem = str(error)
    told = {"files": copy.files, "bytes": copy.bytes, "left_out": copy.left_out, "problem": problem}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    os.umask(0o022)
    main(sys.argv[1:])
