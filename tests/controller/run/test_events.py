"""The operator is told what matters, once, and nothing that they do with it harms the run."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from controller.run.alerts import Alerts, passed
from controller.run.events import FILE, LOG_BYTES, Events
from tests.controller.lives import END, GOAL, history, live


def told(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.mark.parametrize(
    ("before", "now", "mark"),
    [(0, 0.49, None), (0, 0.5, 50), (0.5, 0.79, None), (0.5, 0.8, 80), (0.1, 1.0, 100), (1.0, 1.2, None)],
)
def test_a_mark_is_passed_once(before: float, now: float, mark: int | None) -> None:
    assert passed(before, now) == mark


def test_a_command_is_told_of_pauses_once_and_of_the_end_and_of_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "told"
    alerts = Alerts(f"cat >> {file}")
    pause = {"event": "paused", "kind": "provider", "since": 3.0, "reason": "it says '503'; $(touch x)"}
    for event in ({"event": "live"}, pause, {**pause, "seconds": 10}, {**pause, "since": 9.0}, {"event": "end"}):
        alerts(event)
    alerts.close()
    assert [(one["event"], one.get("since")) for one in told(file)] == [("paused", 3.0), ("paused", 9.0), ("end", None)]
    assert told(file)[0]["reason"] == pause["reason"]


@pytest.mark.parametrize("command", ["exit 3", "no-such-command", "exec >&- <&-; kill -9 $$"])
def test_a_command_that_fails_is_no_trouble(command: str) -> None:
    alerts = Alerts(command)
    alerts({"event": "end", "reason": "x" * 200_000})
    alerts.close()


def test_a_command_that_does_not_end_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    file = tmp_path / "pids"
    alerts = Alerts(f"sleep 60 & echo $! >> {file}; echo $$ >> {file}; wait", seconds=0.3)
    alerts({"event": "end"})
    began = time.monotonic()
    alerts.close()
    assert time.monotonic() - began < 1.3
    assert [pid for pid in file.read_text().split() if running(pid)] == []


def running(pid: str) -> bool:
    """Whether a process is there and no zombie that somebody will reap."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_events_stand_in_a_file_that_stays_within_its_bound(tmp_path: Path) -> None:
    seen: list[Any] = []
    events = Events(seen.append, tmp_path)
    for number in range(10):
        events({"event": "live", "generation": number, "text": "x" * (LOG_BYTES // 4)})
    assert len(seen) == 10
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert set(sizes) == {FILE, f"{FILE}.1"}
    assert max(sizes.values()) <= LOG_BYTES
    assert told(tmp_path / FILE)[-1]["generation"] == 9


def test_a_run_tells_the_marks_of_its_budget_and_its_end(operator: Path, tmp_path: Path) -> None:
    file = tmp_path / "told"
    live(operator, [GOAL, END], calls=3, on_event=f"cat >> {file}", keep_lives=1)
    assert [(one["event"], one.get("percent")) for one in told(file)] == [("budget", 50), ("end", None)]
    log = operator / ".git" / "heirloom" / "lineages" / "lineage%2Fmain" / FILE
    assert next(one["event"] for one in told(log)) == "run"
    assert [path.name for path in (operator / ".git" / "heirloom" / "kept").iterdir()] == ["1-1.1"]
    assert len(history(operator)) == 1
