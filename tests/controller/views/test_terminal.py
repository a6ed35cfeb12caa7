"""A run in a real terminal (tmux), at the widths that people have: nothing is wrapped, and every part is there."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shlex import join

import pytest

from tests.controller.commands import command
from tests.controller.lives import END, GOAL, HOLD, release
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed (apt install tmux)"),
]
LIVING = re.compile(r"gen 1 living (\d+ s|\d+:\d\d) · \d+ calls · [\d,k]+ tokens · bash ")


class Terminal:
    """One tmux server of its own, with one window."""

    def __init__(self, folder: Path, width: int) -> None:
        self._socket = folder / "tmux"
        self.tmux("new-session", "-d", "-x", str(width), "-y", "24", "env", "TERM=xterm-256color", "sh")

    def tmux(self, *words: str) -> str:
        """One command of tmux; what it printed."""
        done = subprocess.run(
            ["tmux", "-f", os.devnull, "-S", str(self._socket), *words], check=True, capture_output=True, text=True
        )
        return done.stdout

    def type(self, line: str) -> None:
        """Type a line."""
        self.tmux("send-keys", "-l", line)
        self.tmux("send-keys", "Enter")

    def lines(self) -> list[str]:
        """What stands on the screen."""
        return self.tmux("capture-pane", "-p").splitlines()


@pytest.fixture(params=[60, 80, 120])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    """A terminal of that many columns."""
    made = Terminal(tmp_path, request.param)
    yield made
    made.tmux("kill-server")


def test_run_and_log_fit_the_terminal(operator: Path, terminal: Terminal, tmp_path: Path) -> None:
    words = [word for word in command(operator, [[GOAL, HOLD, END]], "--generations", "1") if word != "--json"]
    (tmp_path / "run.sh").write_text(f"trap : INT; clear; {join(words)}; echo ended-with-$?\n")
    terminal.type(f". {tmp_path / 'run.sh'}")
    wait_until(lambda: any(LIVING.search(line) for line in terminal.lines()))
    terminal.tmux("send-keys", "C-c")
    wait_until(lambda: any(line.startswith("heirloom: the run stops when") for line in terminal.lines()))
    release(operator)
    wait_until(lambda: any(re.match("ended-with-[03]", line) for line in terminal.lines()))
    assert any(re.match(r"   1  history +\d+ s", line) for line in terminal.lines())
    words[words.index("run") :] = ["log", "--repository", str(operator)]
    (tmp_path / "log.sh").write_text(f"clear; {join(words)}; echo shown-with-$?\n")
    terminal.type(f". {tmp_path / 'log.sh'}")
    wait_until(lambda: any("shown-with-0" in line for line in terminal.lines()))
    shown = [line for line in terminal.lines() if line][:2]
    assert shown[0].startswith("gen  outcome") and "what happened" in shown[0]
    assert shown[1].startswith("  1  history")
