"""Another program, run to its end and within bounds. Its output goes to a file: a pipe could be held open for ever."""

import ctypes
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

OUTPUT_BYTES = 64 * 2**20  # a program that prints more is ended
TICK = 0.05  # seconds between two looks at its output
PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Ending:
    """How a program ended. `limit` says which bound ended it, or nothing."""

    code: int
    limit: str = ""


def run(
    argv: Sequence[str],
    cwd: Path,
    environment: Mapping[str, str],
    output: Path,
    seconds: float,
    output_bytes: int = OUTPUT_BYTES,
) -> Ending:
    """Run a program in a session of its own, stdout and stderr merged into `output`.

    Past a bound, whatever it started is ended. What it left in the background after a normal end lives on.
    """
    # Whatever loses its parent becomes our child, so that it can be found: `setsid` and double forks too.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = set(psutil.Process().children(recursive=True))
    deadline = time.monotonic() + seconds
    with output.open("wb") as file:
        child = subprocess.Popen(
            argv,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        limit = _wait(child, output, deadline, output_bytes)
    if limit:
        _end_all(before)
        child.wait()
        if output.stat().st_size > output_bytes:
            with output.open("r+b") as file:
                file.truncate(output_bytes)
    return Ending(child.returncode, limit)


def _wait(child: "subprocess.Popen[bytes]", output: Path, deadline: float, output_bytes: int) -> str:
    """Wait for the end or a bound; returns which one."""
    while True:
        try:
            child.wait(TICK)
            return ""
        except subprocess.TimeoutExpired:
            if time.monotonic() >= deadline:
                return "time"
            if output.stat().st_size > output_bytes:
                return "output"


def _end_all(spared: set[psutil.Process]) -> None:
    """End every process below us but those; again, until none is left that could have forked meanwhile."""
    for _ in range(100):
        left = [process for process in psutil.Process().children(recursive=True) if process not in spared]
        if not left:
            return
        for process in left:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(left, timeout=TICK)


def head_and_tail(file: Path, limit: int) -> str:
    """What a program printed, whole where it has at most `limit` bytes; else its two ends and where the rest is."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        if size <= limit:
            return opened.read().decode(errors="replace")
        head = opened.read(limit // 2)
        opened.seek(size - limit // 2)
        tail = opened.read()
    left_out = f"\n[… {size - len(head) - len(tail)} bytes left out; all {size} are in {file} …]\n"
    return head.decode(errors="replace") + left_out + tail.decode(errors="replace")
