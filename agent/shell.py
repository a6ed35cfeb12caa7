"""Programs within bounds, and bash: a fresh one each call, that takes over directory and variables."""

import ctypes
import os
import subprocess
import time
from dataclasses import dataclass
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


@dataclass(frozen=True)
class CommandResult:
    """How a command ended: its exit code (negative: the signal that ended it) and what it printed, bounded.

    `limit`: the bound that ended it, "time" or "output"; "" where it ended by itself.
    """

    exit_code: int
    output: str
    limit: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether it ended by itself, with exit code 0."""
        return self.exit_code == 0 and not self.limit

    def __str__(self) -> str:
        """The end in brackets, then the output."""
        if self.limit:
            ending = f"stopped with all it had started, past its {self.limit}"
        elif self.exit_code < 0:
            ending = f"ended by signal {-self.exit_code}"
        else:
            ending = f"exit {self.exit_code}"
        return f"[{ending}]\n{self.output}"


class Shell:
    """A bash whose working directory and exported variables last from call to call."""

    def __init__(self, root: Path, out: Path, environment: dict[str, str], name: str = "bash") -> None:
        """`root`: where it starts; `out`: where its files go, each called by `name` and a number."""
        self._root, self._out, self._name = root, out, name
        self._cwd, self._environment, self._count = root, environment, 0

    def run(self, command: str, seconds: float) -> CommandResult:
        """Run a command, with all that it starts in the foreground, for at most so long."""
        self._count += 1
        base = f"{self._out}/{self._name}-{self._count}"
        script, state, output = (Path(f"{base}.{kind}") for kind in ("sh", "state", "txt"))
        script.write_text(command + "\n", errors="surrogateescape")
        cwd = self._cwd
        if not cwd.is_dir():
            cwd = self._root
        code, limit = run(base, cwd, self._environment, seconds)
        if state.exists() and not limit:  # one that was ended may have left half of it
            self._take_over(state.read_bytes().decode(errors="surrogateescape"))
        whole = output.read_bytes().decode(errors="replace")
        return CommandResult(code, clip(whole, SHOWN, rest=f"all of it is in {output}"), limit)

    def _take_over(self, state: str) -> None:
        """Remember directory and variables as a command left them."""
        directory, *pairs = state.split("\0")
        self._cwd = Path(directory)
        self._environment = dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def run(base: str, cwd: Path, environment: dict[str, str], seconds: float) -> tuple[int, str]:
    """Run `base`.sh with its output in `base`.txt: the exit code, and the bound that ended it, if any."""
    # Orphans become ours and are found, also past `setsid`.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = set(psutil.Process().children(recursive=True))
    deadline = time.monotonic() + seconds
    output = Path(f"{base}.txt")
    with output.open("wb") as file:  # a pipe can be held open for ever
        argv = ("/bin/bash", "--noprofile", "--norc", "-c", DRIVER, base)
        child = subprocess.Popen(
            argv,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    while True:
        try:
            code = child.wait(TICK)
            reap(0)
            return code, ""
        except subprocess.TimeoutExpired:
            reap(child.pid)
        limit = ""
        if output.stat().st_size > OUTPUT_BYTES:
            limit = "output"
        elif time.monotonic() > deadline:
            limit = "time"
        if limit:
            end_all(before)
            return child.wait(), limit


def reap(spared: int) -> None:
    """Take leave of orphans that ended, which else count as processes of the life; not of the process `spared`."""
    while True:
        try:
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if found is None or found.si_pid == spared:
                return
            os.waitpid(found.si_pid, os.WNOHANG)
        except ChildProcessError:  # there are none
            return


def end_all(spared: set[psutil.Process]) -> None:
    """End all descendants, again and again until no new ones come; not those that were there before."""
    while True:
        left = [one for one in psutil.Process().children(recursive=True) if one not in spared]
        if not left:
            return
        for one in left:
            try:
                one.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(left, timeout=TICK)
