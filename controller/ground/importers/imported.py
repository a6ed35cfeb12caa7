"""What an importer makes of a folder: the files of a task, or why it is none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SHEET = """version = "1.0"

[metadata]
kind = "{kind}"
level = {level}
title = {title}

[verifier]
timeout_sec = 20.0

[agent]
timeout_sec = 600.0
"""
LEVEL = 2  # where nothing says how hard it is


@dataclass(frozen=True)
class Imported:
    """One task's name and files by path; or its `problem`."""

    name: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Importer:
    """One layout of folders: how it is written, whether a folder has it, and what is made of one that has."""

    layout: str
    fits: Callable[[Path], bool]
    read: Callable[[Path], list[Imported]]


def sheet(title: str, kind: str = "feature") -> bytes:
    """A task.toml for what has none."""
    quoted = '"' + "".join(char for char in title if char.isprintable() and char not in '"\\')[:120] + '"'
    return SHEET.format(kind=kind, level=LEVEL, title=quoted).encode()


def kebab(name: str) -> str:
    """A module's name as a task's."""
    return name.replace("_", "-").lower()


def hidden_name(path: str) -> str:
    """What a test file is called among hidden tests: `test_x.py`, where it was `x_test.py`."""
    stem = path.rpartition("/")[2].removesuffix(".py")
    return f"test_{stem.removeprefix('test_').removesuffix('_test')}.py".replace("-", "_")
