"""A run reports its budgets' marks and its end to whoever watches, to its file and to the operator's command."""

import json
from pathlib import Path
from typing import Any

import pytest

from controller.events.log import FILE
from controller.run.reporting import passed_mark
from tests.controller.lives import END, GOAL, history, live


def received(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.mark.parametrize(
    ("before", "now", "mark"),
    [(0, 0.49, None), (0, 0.5, 50), (0.5, 0.79, None), (0.5, 0.8, 80), (0.1, 1.0, 100), (1.0, 1.2, None)],
)
def test_mark_is_passed_once(before: float, now: float, mark: int | None) -> None:
    assert passed_mark(before, now) == mark


def test_run_reports_budget_marks_and_end(operator: Path, tmp_path: Path) -> None:
    file = tmp_path / "received"
    live(operator, [GOAL, END], calls=3, on_event=f"cat >> {file}", keep_lives=1)
    assert [(one["event"], one.get("percent")) for one in received(file)] == [("budget", 50), ("end", None)]
    log = operator / ".git" / "heirloom" / "lineages" / "lineage%2Fmain" / FILE
    assert next(one["event"] for one in received(log)) == "run"
    assert [path.name for path in (operator / ".git" / "heirloom" / "kept").iterdir()] == ["1-1.1"]
    assert len(history(operator)) == 1
