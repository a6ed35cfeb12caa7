"""Runs in the room, from a tree: one step of a goal's check, in a copy that may be written.

usage: check.py PLACE shell COMMAND            ends as the command does
       check.py PLACE pytest NAME=VALUE... -- ARGUMENT...   prints what suite.py prints
PLACE: where the copy may be made. A check may write, as it could where whoever stated it tried it.
"""

import importlib
import json
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent


def copied(place: Path) -> Path:
    """A copy of the tree, under the one name that every check sees."""
    tree = place / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(Path.cwd(), tree, symlinks=True)
    os.chdir(tree)
    return tree


def run_pytest(tree: Path, words: list[str]) -> None:
    """Run the tests under our configuration, and print what became of them."""
    sys.path.insert(0, str(HERE))
    suite = importlib.import_module("suite")
    at = words.index("--")
    for assignment in words[:at]:
        name, _, value = assignment.partition("=")
        os.environ[name] = value
    print(json.dumps(suite.describe(tree, words[at + 1 :])))  # noqa: T201


if __name__ == "__main__":
    tree = copied(Path(sys.argv[1]))
    if sys.argv[2] == "shell":
        os.execvp("bash", ["bash", "-c", sys.argv[3]])
    run_pytest(tree, sys.argv[3:])
