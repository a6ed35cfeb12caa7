"""What a life pushed, on its way into the store: taken into a repository of its own, measured there, then kept.

A push of some kilobytes can stand for 10**8 paths, for one tree of 450 MB, for trees nested 25,000 deep. What is kept
passed here, so everything that reads it afterwards reads something small: its new commits and objects, their sizes, and
every path in which it differs from its parent were listed once, within `WALK`.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from controller.errors import GitError, PastBounds
from controller.git.repository import Limits, Repository

FOLDERS = "incoming-"  # how the names of these repositories begin, in the store's folder
MIB = 2**20
FETCH = Limits(seconds=60.0, memory_bytes=512 * MIB, file_bytes=256 * MIB)
WALK = Limits(seconds=60.0, memory_bytes=512 * MIB, file_bytes=16 * MIB)
OBJECTS = 20_000  # that one life may push: commits, trees and blobs
ALL_BYTES = 256 * MIB  # of all of them together
MOST_BYTES = {"commit": MIB // 4, "tree": 4 * MIB, "blob": 64 * MIB}  # of one; git reads commits whole again and again


@contextmanager
def quarantine(store: Repository, name: str) -> Iterator[Repository]:
    """An empty repository in the store's folder, which knows the store's objects; it is removed in the end."""
    folder = store.path / f"{FOLDERS}{name}"
    shutil.rmtree(folder, ignore_errors=True)  # of a controller that was killed
    folder.mkdir()
    try:
        found = Repository(folder, own=True)
        kind = store.run("rev-parse", "--show-object-format").strip()
        found.run("init", "--quiet", "--bare", "--template=", f"--object-format={kind}", ".")
        info = folder / "objects" / "info"
        info.mkdir(exist_ok=True)
        (info / "alternates").write_text(f"{(store.path / 'objects').resolve()}\n")
        yield found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_all(store: Path) -> None:
    """Remove what a killed controller left of these repositories. To be called by who holds the lineage."""
    for folder in store.glob(f"{FOLDERS}*"):
        shutil.rmtree(folder, ignore_errors=True)


def measure(repository: Repository, parent: str, commit: str) -> None:
    """Raise PastBounds where a commit brings more, or other, than may be kept; `parent`: what is there already."""
    names = walk(repository, "rev-list", "--objects", "--no-object-names", commit, "--not", parent)
    count = names.count("\n")
    if count > OBJECTS:
        raise PastBounds(f"{count:,} new objects; at most {OBJECTS:,} may be pushed")
    total = 0
    for line in walk(repository, "cat-file", "--batch-check=%(objecttype) %(objectsize)", text=names).splitlines():
        kind, _, size = line.partition(" ")
        most = MOST_BYTES.get(kind, 0)
        if not size.isdecimal() or int(size) > most:
            raise PastBounds(f"a {kind} of {size} bytes; at most {most:,} may be pushed")
        total += int(size)
    if total > ALL_BYTES:
        raise PastBounds(f"{total:,} bytes of new objects; at most {ALL_BYTES:,} may be pushed")
    differing(repository, parent, commit)


def differing(repository: Repository, parent: str, commit: str) -> str:
    """Git's own list of the paths in which two commits differ, renames as two. Raises PastBounds."""
    return walk(repository, "diff-tree", "-r", "-z", "--no-renames", parent, commit, "--")


def walk(repository: Repository, *words: str, text: str | None = None) -> str:
    """A git command over what a child made, within `WALK`. Raises PastBounds where it comes to no end there."""
    try:
        return repository.run(*words, text=text, limits=WALK)
    except GitError as error:
        reason = f"git {words[0]} was stopped: too many paths, too deep, too large, or not sound"
        raise PastBounds(reason) from error
