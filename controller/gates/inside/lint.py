"""Runs in the room, from a tree: mypy and ruff over its genome, under our configuration, both at once.

usage: lint.py CACHE PLACE   CACHE: a cache of mypy's to start from, where it exists; PLACE: where it may be written.
Prints one line of JSON: {"mypy": exit code, "ruff": exit code, "errors": [[path, line, rule, message]...], "said"}.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FOLDERS = ("agent", "tests/agent")
ERRORS, CHARS = 300, 300  # how many errors, and how much of each, are told


def files() -> list[str]:
    """Every file of the genome that Python could import, each by name: what tools skip by themselves is read too."""
    found = [path for folder in FOLDERS for end in ("py", "pyi") for path in Path(folder).rglob(f"*.{end}")]
    return sorted(str(path) for path in found if path.is_file())


def checked_by_types(files: list[str]) -> list[str]:
    """Those that mypy is given: of a module and a stub of its name the module, for that is what runs."""
    return [path for path in files if path.removesuffix("i") == path or path.removesuffix("i") not in files]


def start(files: list[str], *words: str) -> "subprocess.Popen[str]":
    """A program of the venv, isolated from what the tree could put in its way."""
    command = [sys.executable, "-I", "-m", *words, *files]
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def of_mypy(output: str) -> list[list[object]]:
    """Its errors; notes are none."""
    errors = []
    for line in output.splitlines():
        if line.startswith("{"):
            one = json.loads(line)
            if one["severity"] == "error":
                errors.append([one["file"], one["line"], one["code"] or "", one["message"]])
    return errors


def of_ruff(output: str) -> list[list[object]]:
    """Its errors."""
    if not output.strip():
        return []
    errors = []
    for one in json.loads(output):
        path = Path(one["filename"]).relative_to(Path.cwd())
        errors.append([str(path), one["location"]["row"], one["code"] or "", one["message"]])
    return errors


if __name__ == "__main__":
    cache, place = Path(sys.argv[1]), Path(sys.argv[2])
    if cache != place and cache.is_dir():
        shutil.copytree(cache, place, dirs_exist_ok=True)
    found = files()
    ruff = start(
        found, "ruff", "check", "--config", str(HERE / "ruff.toml"), "--no-cache", "--output-format", "json",
        "--no-respect-gitignore", "--no-force-exclude",
    )  # fmt: skip
    mypy = start(
        checked_by_types(found), "mypy", "--config-file", str(HERE / "mypy.ini"), "--cache-dir", str(place),
        "--output", "json", "--no-error-summary",
    )  # fmt: skip
    (ruffs, ruff_said), (mypys, mypy_said) = ruff.communicate(), mypy.communicate()
    errors = [*of_ruff(ruffs), *of_mypy(mypys)]
    ours = [[*one[:3], str(one[3])[:CHARS]] for one in errors if str(one[0]).startswith(FOLDERS)]
    said = (mypy_said + ruff_said + mypys)[-1000:]
    print(json.dumps({"mypy": mypy.returncode, "ruff": ruff.returncode, "errors": ours[:ERRORS], "said": said}))  # noqa: T201
