"""Long output of a command goes through the operator's pager, as git's does: on a terminal only."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from rich.console import Console

from controller.cli.common import Output, console

NO_PAGER = "HEIRLOOM_NO_PAGER"
DEFAULTS = {"LESS": "FRX", "LV": "-c"}  # as git sets them: quit where one screen holds it, keep colours, leave it there


def command_of(environment: Mapping[str, str], configured: str) -> str:
    """The pager's command; "" for none. `configured`: git's core.pager. Pure."""
    if environment.get(NO_PAGER):
        return ""
    for said in (environment.get("HEIRLOOM_PAGER"), configured or None, environment.get("PAGER")):
        if said is not None:
            return "" if said.strip() in ("", "cat") else said
    if environment.get("TERM", "dumb") == "dumb":
        return ""
    return "less"


@contextmanager
def paged(as_data: bool = False) -> Iterator[Console]:
    """Where a view prints, for as long as the block lasts; on a terminal its output goes through the pager.

    `as_data`: JSON or CSV, which no terminal's width may change.
    """
    command = pager() if sys.stdout.isatty() else ""
    if not command:
        yield console(as_data)
        return
    width = shutil.get_terminal_size().columns
    sys.stdout.flush()
    terminal = os.dup(1)
    process = subprocess.Popen(["sh", "-c", command], stdin=subprocess.PIPE, env={**DEFAULTS, **os.environ})
    assert process.stdin is not None
    os.dup2(process.stdin.fileno(), 1)
    process.stdin.close()
    try:
        if as_data:
            yield Output(width=200, soft_wrap=True)
        else:
            yield Output(force_terminal=True, width=width)
    finally:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # from now on it is the pager's: it ends a search there
        with suppress(BrokenPipeError):  # who reads has seen enough
            sys.stdout.flush()
        os.dup2(terminal, 1)
        os.close(terminal)
        process.wait()
        signal.signal(signal.SIGINT, before)


def pager() -> str:
    """The pager's command, where there is such a program; "" for none."""
    command = command_of(os.environ, configured())
    words = command.split()
    if not words or ("=" not in words[0] and shutil.which(words[0]) is None):
        return ""
    return command


def configured() -> str:
    """The operator's core.pager, which git itself would use; "" where none is set."""
    asked = ["git", "config", "--get", "core.pager"]
    with suppress(OSError):
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return ""
