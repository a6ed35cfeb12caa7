"""A find is believed only from real files, in fresh processes, in a copy of the clone."""

import difflib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from .suite import INI, options

DIFF_BYTES = 1400
CLIMATES = (("1", "UTC"), ("4242", "Asia/Kathmandu"))  # hash seed, time zone
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache")
PLACE = re.compile(r"^(agent/\S+\.py):(\d+): (\w+)", re.MULTILINE)


def diff(path: str, before: str, after: str) -> str:
    """The change as `git apply` reads it, with as much context as fits; empty where nothing fits."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for context in (3, 2, 1):
        lines = difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", n=context)
        text = "".join(lines)
        if len(text.encode()) <= DIFF_BYTES:
            return text
    return ""


class Bench:
    """A copy of the clone in which a find is tried out."""

    def __init__(self, root: Path, work: Path) -> None:
        self.tree, self.ini = work / "tree", work / "pytest.ini"
        self._log = work / "verify.txt"
        self.ini.write_text(INI)
        shutil.rmtree(self.tree, ignore_errors=True)
        shutil.copytree(root, self.tree, ignore=NOT_COPIED)

    def holds(self, path: str, changed: str, test_path: str, test: str, left: Callable[[], float]) -> str:
        """What is wrong with a find, or nothing: the pin passes, fails on the mutant, and nothing else does.

        `left`: seconds of the clock that are left for it.
        """
        source, pinned = self.tree / path, self.tree / test_path
        original = source.read_text(encoding="utf-8")
        pinned.parent.mkdir(parents=True, exist_ok=True)
        pinned.write_text(test, encoding="utf-8")
        try:
            for climate in CLIMATES:
                if self._run(climate, left(), test_path) != 0:
                    return "the pin does not hold on the original"
            source.write_text(changed, encoding="utf-8")
            if self._run(CLIMATES[0], left(), test_path) != 1 or not self._failed_as_it_states(test_path):
                return "the pin does not fail on the mutant as it should"
            pinned.unlink()
            if self._run(CLIMATES[0], left(), "-x", "tests/agent") != 0:
                return "the whole suite notices the mutant, or takes too long"
        finally:
            source.write_text(original, encoding="utf-8")
            pinned.unlink(missing_ok=True)
        return ""

    def formatted(self, test_path: str, test: str) -> str:
        """The test as the project's formatter writes it, where there is one."""
        ruff = Path(sys.executable).with_name("ruff")
        if not ruff.exists():
            return test
        command = [str(ruff), "format", "-q", "--no-cache", "--stdin-filename", test_path, "-"]
        done = subprocess.run(
            command, input=test, cwd=self.tree, capture_output=True, text=True, check=False, timeout=10
        )
        if done.returncode == 0 and done.stdout:
            return done.stdout
        return test

    def _run(self, climate: tuple[str, str], seconds: float, *paths: str) -> int | None:
        """pytest's exit code in the copy, in a process group of its own; None where it took too long."""
        environment = {
            **os.environ,
            "PYTHONHASHSEED": climate[0],
            "TZ": climate[1],
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(self._log.parent),
        }
        command = [sys.executable, "-m", "pytest", *options(self.ini, self.tree), *paths]
        with self._log.open("w") as log:
            process = subprocess.Popen(
                command,
                cwd=self.tree,
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                process_group=0,
            )
            try:
                return process.wait(seconds)
            except subprocess.TimeoutExpired:
                return None
            finally:
                end_group(process.pid)
                process.wait()

    def _failed_as_it_states(self, test_path: str) -> bool:
        """Whether the last run failed by an assertion of the pin, or by a `raise` of the genome's own."""
        text = self._log.read_text(errors="replace")
        if "= ERRORS =" in text:
            return False
        if re.search(rf"^{re.escape(test_path)}:\d+: (AssertionError|Failed)$", text, re.MULTILINE):
            return True
        places = PLACE.findall(text)
        if not places:
            return False
        path, line, _ = places[-1]
        lines = (self.tree / path).read_text(encoding="utf-8").splitlines()
        return bool(lines[int(line) - 1].lstrip().startswith("raise "))


def end_group(group: int) -> None:
    """End whatever is left of a process group."""
    try:
        os.killpg(group, 9)
    except ProcessLookupError:
        return
