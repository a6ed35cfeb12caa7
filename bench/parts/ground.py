"""Repositories to measure on: this one, the minimal genome, and lineages of many synthetic generations."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from controller.contract import CONTRACT_VERSION, TRAILERS
from controller.git.trailers import message

ROOT = Path(__file__).resolve().parent.parent.parent
MINIMAL = ROOT / "tests" / "fixtures" / "minimal"
WHO = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "bench"), ("EMAIL", "bench@localhost"), ("DATE", "1700000000 +0000"))
}


def git(folder: Path, *arguments: str, text: str | None = None) -> str:
    """Run git in a folder."""
    words = ["git", "-C", str(folder), *arguments]
    environment = {**os.environ, **WHO}
    done = subprocess.run(words, input=text, check=True, capture_output=True, text=True, env=environment)
    return done.stdout.strip()


def this_repository(folder: Path) -> Path:
    """A clone of this very repository, as a newcomer has it."""
    git(folder.parent, "clone", "--quiet", str(ROOT), str(folder))
    return folder


def minimal(folder: Path) -> Path:
    """The minimal genome, committed."""
    shutil.copytree(MINIMAL, folder, ignore=shutil.ignore_patterns("__pycache__"))
    git(folder.parent, "init", "--quiet", "--initial-branch=main", str(folder))
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "-m", "A genome")
    return folder


def many(folder: Path, commits: int) -> Path:
    """200 files of 2 KB, and as many commits, each changing one of them."""
    git(folder.parent, "init", "--quiet", "--initial-branch=main", str(folder))
    lines: list[str] = []
    for number in range(commits):
        changed = range(200) if number == 0 else (number % 200,)
        lines += ["commit refs/heads/main", f"committer bench <bench@localhost> {1_700_000_000 + number} +0000"]
        lines += ["data 1", "x"]
        for index in changed:
            body = f"{index} {number}\n" + "line of text\n" * 150
            lines += [f"M 100644 inline file{index}.txt", f"data {len(body)}", body]
    git(folder, "fast-import", "--quiet", text="\n".join(lines) + "\n")
    return folder


def lineage(folder: Path, generations: int) -> None:
    """A branch lineage/main of so many generations, from what is committed; none changes a file."""
    lines, parent = [], git(folder, "rev-parse", "main")
    for number in range(1, generations + 1):
        facts = dict.fromkeys(TRAILERS, "bench") | {
            "Generation": str(number),
            "Outcome": "history",
            "Contract": str(CONTRACT_VERSION),
        }
        text = message(number, "history", "looked around and wrote down what was seen", facts)
        lines += ["commit refs/heads/lineage/main", f"mark :{number}"]
        lines += [f"committer bench <bench@localhost> {1_700_000_000 + number} +0000", f"data {len(text)}", text]
        lines += [f"from {parent}"]
        parent = f":{number}"
    git(folder, "fast-import", "--quiet", text="\n".join(lines) + "\n")


def show(measure: Callable[[Path], dict[str, Any]], table: Callable[[dict[str, Any]], Table]) -> None:
    """Measure in a folder that is removed afterwards, and print a table, or, with --json, one object."""
    with tempfile.TemporaryDirectory() as name:
        figures = measure(Path(name))
    console = Console()
    if "--json" in sys.argv:
        console.print_json(data=figures, indent=None)
    else:
        console.print(table(figures))
