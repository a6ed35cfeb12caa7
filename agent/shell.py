"""Programs within bounds, and bash: a fresh one each call, that takes over directory and variables."""

import ctypes
import subprocess
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from agent.text import clip

SHOWN = 8 * 1024  # characters
OUTPUT_BYTES = 64 * 2**20
TICK = 0.05  # seconds
PR_SET_CHILD_SUBREAPER = 36
# The command is a file of its own: no heredoc, comment or open quote in it reaches this.
DRIVER = """\
__hand_over() { { printf '%s\\0' "$PWD"; /usr/bin/env -0; } >"$0.state" 2>/dev/null; }
trap __hand_over EXIT
. "$0.sh"
"""


def run(base: str, cwd: Path, environment: dict[str, str], seconds: float) -> tuple[int, str]:
    """The exit code, and the bound that ended it with all that it started, if any."""
    # Orphans become ours and are found, also past `setsid`.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = set(psutil.Process().children(recursive=True))
    deadline = time.monotonic() + seconds
    output = Path(f"{base}.txt")
    with output.open("wb") as file:  # a pipe can be held open for ever
        argv = ("/bin/bash", "--noprofile", "--norc", "-c", DRIVER, base)
        child = subprocess.Popen(argv, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=file,
                                 stderr=subprocess.STDOUT, start_new_session=True)  # fmt: skip
    while True:
        try:
            return child.wait(TICK), ""
        except subprocess.TimeoutExpired:
            limit = "output" if output.stat().st_size > OUTPUT_BYTES else "time"
            if limit == "output" or time.monotonic() > deadline:
                _end_all(before)
                return child.wait(), limit


def _end_all(spared: set[psutil.Process]) -> None:
    while left := [one for one in psutil.Process().children(recursive=True) if one not in spared]:
        for one in left:
            try:
                one.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(left, timeout=TICK)


class Shell:
    def __init__(self, root: Path, out: Path, environment: dict[str, str]) -> None:
        self._root, self._out = root, out
        self._cwd, self._environment, self._count = root, environment, 0

    def run(self, command: str, seconds: float) -> str:
        self._count += 1
        base = f"{self._out}/bash-{self._count}"
        script, state, output = (Path(f"{base}.{kind}") for kind in ("sh", "state", "txt"))
        script.write_text(command + "\n", errors="surrogateescape")
        code, limit = run(base, self._cwd if self._cwd.is_dir() else self._root, self._environment, seconds)
        if state.exists() and not limit:  # one that was ended may have left half of it
            there, *pairs = state.read_bytes().decode(errors="surrogateescape").split("\0")
            self._cwd, self._environment = Path(there), dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        said = clip(output.read_bytes().decode(errors="replace"), SHOWN, rest=f"all of it is in {output}")
        how = f"exit {code}" if code >= 0 else f"ended by signal {-code}"
        return f"[{f'stopped with all it had started, past its {limit}' if limit else how}]\n{said}"
