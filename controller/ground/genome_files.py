"""The files of a genome that decide what its tests notice, by the ids that git has for them."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from controller.gates.source import TESTS
from controller.git.lineage import Lineage


def blobs(lineage: Lineage, commit: str) -> dict[str, str]:
    """The id of each file that decides what tests notice: code, tests, and what both import."""
    lines = lineage.store.run("ls-tree", "-r", "-z", commit, "--", "agent", "tests", "controller", "pyproject.toml")
    found = {}
    for line in lines.split("\0"):
        meta, _, path = line.partition("\t")
        if path:
            found[path] = meta.split()[2]
    return found


def is_test(path: str) -> bool:
    """Whether a file holds tests, and nothing that others use."""
    name = Path(path).name
    return path.startswith(f"{TESTS}/") and name.startswith("test_") and name.endswith(".py")


def digest(files: Mapping[str, str]) -> str:
    """A name for some files: the same for equal ones."""
    return hashlib.sha256(json.dumps(sorted(files.items())).encode()).hexdigest()[:32]
