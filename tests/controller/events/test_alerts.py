"""The operator's command gets what concerns them, once, and nothing that it does harms the run."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from controller.events.alerts import Alerts
from controller.events.kinds import Living, RunEnded, RunWaiting
from tests.waiting import PATIENCE, wait_until

END = RunEnded("r", "done", tokens=0)


def received(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def pause(since: float, seconds: float = 5.0) -> RunWaiting:
    return RunWaiting("r", "provider", "it says '503'; $(touch x)", since, seconds)


def test_command_gets_each_pause_once(tmp_path: Path) -> None:
    file = tmp_path / "received"
    alerts = Alerts(f"cat >> {file}", seconds=60)
    for event in (Living(1, 1), pause(3.0), pause(3.0, seconds=10.0), pause(9.0), END):
        alerts(event)
    alerts.close()
    assert [(one["event"], one.get("since")) for one in received(file)] == [
        ("paused", 3.0),
        ("paused", 9.0),
        ("end", None),
    ]
    assert received(file)[0]["reason"] == pause(3.0).reason


@pytest.mark.parametrize("command", ["exit 3", "no-such-command", "exec >&- <&-; kill -9 $$"])
def test_failing_command_is_ignored(command: str) -> None:
    alerts = Alerts(command)
    alerts(RunEnded("r", "x" * 200_000, tokens=0))
    alerts.close()


def test_hanging_command_is_killed_with_children(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    alerts = Alerts(f"sleep 3600 & echo $! >> {file}; echo $$ >> {file}; wait", seconds=2.0)
    alerts(END)
    began = time.monotonic()
    alerts.close()
    assert time.monotonic() - began < PATIENCE
    pids = file.read_text().split()
    wait_until(lambda: not any(is_running(pid) for pid in pids))


def is_running(pid: str) -> bool:
    """Whether a process is there and no zombie that somebody will reap."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
