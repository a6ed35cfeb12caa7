"""The mutants of a tree: what each is called, and that what is called so is Python."""

import ast
import json
import subprocess
import sys
import zlib
from base64 import b64decode
from pathlib import Path

from hunter.planted.held_out import digest, mutants
from hunter.planted.places import places

CODE = '''"""A module."""


def least(items: list[int], more: int = 1) -> int:
    """The least."""
    if not items:
        return more - 1
    return min(items) + 1


class Box:
    """A box."""

    def size(self) -> int:
        """How large."""
        return 3 if self else 4
'''


def tree(folder: Path, code: str) -> Path:
    """A tree with one module."""
    (folder / "agent").mkdir(parents=True)
    (folder / "agent" / "least.py").write_text(code)
    return folder


def names(folder: Path) -> dict[str, list[object]]:
    """What a tree's functions are called, and how many mutants each has."""
    return {spot: list(digest(place)) for spot, place in places(folder).items()}


def test_unchanged_function_keeps_its_mutants(tmp_path: Path) -> None:
    before = names(tree(tmp_path / "1", CODE))
    after = names(tree(tmp_path / "2", "import os\n\n\n" + CODE.replace("3 if", "5 if")))
    least, size = "agent/least.py::least", "agent/least.py::Box.size"
    assert before[least] == after[least] and before[least][1] == 15
    assert before[size] != after[size]


def test_every_mutant_is_python(tmp_path: Path) -> None:
    for place in places(tree(tmp_path, CODE)).values():
        for _, one in mutants(place):
            ast.parse(one.apply(place.source))


def test_program_lists_without_importing(tmp_path: Path) -> None:
    folder = tree(tmp_path / "tree", CODE + '\n\nopen("imported", "w")\n')
    request = tmp_path / "request.json"
    request.write_text(json.dumps({"tree": str(folder)}))
    words = [sys.executable, "-m", "hunter.planted.held_out", "list", str(request)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert json.loads(zlib.decompress(b64decode(json.loads(done.stdout)["mutants"]))) == names(folder)
    assert not Path("imported").exists()
