"""The command line in a test: a controller in a process of its own, what it prints, the signals that it gets."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import command_line
from tests.controller.conftest import share_types
from tests.controller.lives import END, GOAL, HOLD, READING

LIVES = [[GOAL, HOLD, END], [GOAL, END]]


def heirloom(operator: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command line, as the operator types it."""
    return command_line.run([*words, "--repository", str(operator)])


def command(operator: Path, script: list[Any], *more: str) -> list[str]:
    """The words of `heirloom run` with a script for a model, one list of replies a life."""
    share_types(operator)
    path = operator.parent / "script.json"
    path.write_text(json.dumps({"lives": script}))
    (operator / "heirloom.toml").write_text(f"gates.off = {json.dumps(READING.off)}\n")
    return [
        *command_line.MAIN,
        "run",
        "--repository",
        str(operator),
        "--model",
        f"script:{path}",
        "--isolation",
        "bubblewrap",
        "--json",
        *more,
    ]


def first_event(process: subprocess.Popen[str], kind: str) -> Mapping[str, Any]:
    """Read what the controller prints up to the first event of this name."""
    assert process.stdout is not None and process.stderr is not None
    for line in process.stdout:
        event: Mapping[str, Any] = json.loads(line)
        if event["event"] == kind:
            return event
    raise AssertionError(f"no event {kind}: {process.stderr.read()}")


def await_first_interrupt(process: subprocess.Popen[str]) -> None:
    """Wait until the controller says that it noticed the first one: equal signals that are pending become one."""
    assert process.stderr is not None
    assert "interrupt again to end it now" in process.stderr.readline()


def interrupt_twice(process: subprocess.Popen[str]) -> None:
    """The first interrupt waits for the life to end, the second does not."""
    process.send_signal(signal.SIGINT)
    await_first_interrupt(process)
    process.send_signal(signal.SIGINT)


def start(words: list[str], **environment: str) -> subprocess.Popen[str]:
    """A command in a process of its own, its output and errors in pipes."""
    env = {**os.environ, **environment}
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


@contextmanager
def living(operator: Path, script: list[Any] = LIVES, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A controller in the middle of the first life; killed at the end, if it still lives."""
    words = command(operator, script, "--generations", "2")
    with start(words, **environment) as process:
        try:
            first_event(process, "live")
            yield process
        finally:
            process.kill()
