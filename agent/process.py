"""Run a program, within bounds. Its output goes to a file: a pipe can be held open for ever."""

import ctypes
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

OUTPUT_BYTES = 64 * 2**20
TICK = 0.05  # seconds between two looks at the bounds
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Ending:
    """`limit`: the bound that ended it ("time", "output"), or nothing."""

    code: int
    limit: str = ""


def run(argv: tuple[str, ...], cwd: Path, environment: dict[str, str], output: Path, seconds: float) -> Ending:
    """Run a program in a session of its own. Past a bound, all that it started is ended; else that lives on."""
    # What loses its parent becomes our child, and can be found: `setsid` and double forks too.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = set(psutil.Process().children(recursive=True))
    deadline = time.monotonic() + seconds
    with output.open("wb") as file:
        child = subprocess.Popen(argv, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=file,
                                 stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip
    while True:
        try:
            return Ending(child.wait(TICK))
        except subprocess.TimeoutExpired:
            limit = "output" if output.stat().st_size > OUTPUT_BYTES else "time"
            if limit == "output" or time.monotonic() > deadline:
                _end_all(before)
                return Ending(child.wait(), limit)


def _end_all(spared: set[psutil.Process]) -> None:
    """End every process below us but those; again, until none is left that could have forked meanwhile."""
    while left := [one for one in psutil.Process().children(recursive=True) if one not in spared]:
        for one in left:
            try:
                one.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(left, timeout=TICK)
