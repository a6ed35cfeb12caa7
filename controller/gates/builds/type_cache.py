"""mypy's cache: the controller's, made from accepted trees alone; a candidate's check starts from a copy of it.

One folder for each set of foreign modules that accepted trees imported, beside a list of them; the smallest step from
an older one. mypy compares what it finds with the files by their hashes, so an old cache costs time, never truth.
"""

import ast
import hashlib
import os
import shutil
import sys
import threading
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from controller.gates.candidate import INSIDE, Candidate
from controller.gates.source import NOTHING, parsed, python_files
from controller.sandbox import child
from controller.sandbox.isolation import Command, plain_environment

FOLDERS = ("agent", "tests/agent")
OURS = {"agent", "tests", "controller"}
LIST = "modules.txt"
COPY = "types"  # the copy's name in the room
KEPT = 4
ONE_AT_A_TIME = threading.Lock()  # who comes second finds what the first one made
SECONDS, MEMORY = 180.0, 2 * 2**30  # of making one, which is our own work


def furnish(candidate: Candidate) -> str:
    """Put a copy of the cache into the room, made first where there is none; the copy's name, whether or not there."""
    if candidate.types is None:
        return COPY
    folder, copy = candidate.types / kind(), candidate.room.folder / COPY
    wanted = foreign_modules(python_files(candidate.lineage, candidate.parent, *FOLDERS).values())
    with ONE_AT_A_TIME:
        found = newest_with(folder, wanted) or make(candidate, folder, wanted)
        if found is not None:
            shutil.copytree(found, copy, symlinks=True)
    if found is not None:
        candidate.room.isolation.hand_over(copy)
    return COPY


def newest_with(folder: Path, wanted: set[str]) -> Path | None:
    """The newest cache that was made with all of these modules."""
    for cache in caches(folder):
        if wanted <= modules_of(cache):
            return cache
    return None


def newest(types: Path | None) -> Path | None:
    """The newest cache of a folder, for a life's own check, of which nothing comes back; None where there is none."""
    if types is None:
        return None
    return next(iter(caches(types / kind())), None)


def make(candidate: Candidate, folder: Path, wanted: set[str]) -> Path | None:
    """Check the parent's tree, which was accepted, and keep what mypy wrote. None where it came to no end.

    It starts from the cache that knows the most of the wanted modules. What is kept takes its place by one renaming:
    who reads meanwhile reads another one to the end.
    """
    old = max(caches(folder), key=lambda cache: len(wanted & modules_of(cache)), default=None)
    bench = candidate.room.folder / "making_types"
    candidate.lineage.export(candidate.parent, bench / "tree")
    shutil.copytree(INSIDE, bench / "gate", ignore=shutil.ignore_patterns("__pycache__"))
    if old is not None:
        shutil.copytree(old, bench / "cache", symlinks=True)
    (bench / "cache").mkdir(exist_ok=True)
    isolation = candidate.room.isolation
    isolation.hand_over(bench)
    place = f"{isolation.root(bench)}/cache"
    argv = ("python", "-I", f"{isolation.root(bench)}/gate/lint.py", place, place)
    command = Command(argv, bench, plain_environment(isolation, "/tmp", "/tmp"), cwd="tree")
    bounds = replace(candidate.room.bounds, seconds=SECONDS, memory_bytes=MEMORY)
    if child.run(isolation, command, bounds).exit_code != 0:
        return None
    if old is not None:
        wanted = wanted | modules_of(old)
    return keep(bench / "cache", folder, wanted)


def keep(made: Path, folder: Path, modules: set[str]) -> Path:
    """Give a new cache its place, and drop the oldest."""
    (made / LIST).write_text("\n".join(sorted(modules)))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = folder / hashlib.sha256("\n".join(sorted(modules)).encode()).hexdigest()[:16]
    coming = folder / f".{place.name}.{os.getpid()}"
    shutil.copytree(made, coming, symlinks=True)
    if not place.exists():
        coming.rename(place)
    shutil.rmtree(coming, ignore_errors=True)
    for old in caches(folder)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return place


def caches(folder: Path) -> list[Path]:
    """The caches of a folder, the newest first."""
    found = [one for one in folder.glob("[!.]*") if (one / LIST).is_file()]
    return sorted(found, key=lambda one: ((one / LIST).stat().st_mtime, one.name), reverse=True)


def modules_of(cache: Path) -> set[str]:
    """The modules that a cache was made with; none where it is removed this moment."""
    try:
        return set((cache / LIST).read_text().splitlines())
    except FileNotFoundError:
        return set()


def kind() -> str:
    """What a cache depends on beside the code: mypy, Python and our configuration."""
    configuration = (INSIDE / "mypy.ini").read_text()
    return hashlib.sha256(f"{version('mypy')} {sys.version} {configuration}".encode()).hexdigest()[:16]


def foreign_modules(texts: Iterable[str]) -> set[str]:
    """The modules of others that some files import."""
    found: set[str] = set()
    for text in texts:
        for node in ast.walk(parsed(text) or NOTHING):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module)
    return {name for name in found if name.partition(".")[0] not in OURS}
