"""A kind of event is one dataclass: it reaches the file, the JSON lines, the screen and the documentation."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
from rich.console import Console

from controller.events.kinds import (
    KINDS,
    Aborted,
    BudgetMark,
    CallContinued,
    CallWaiting,
    Cloning,
    Done,
    Event,
    GateAnswered,
    RolledBack,
    RunAsked,
    RunContinued,
    RunEnded,
    RunPaused,
    RunResumed,
    RunStarted,
    RunWaiting,
    TryEvent,
    Warned,
)
from controller.events.log import FILE, EventLog
from controller.views.progress import Lines, Screen
from tests.controller.conftest import ROOT

# As events.jsonl has had them since before there were dataclasses: whoever reads old files reads new ones
AS_JSON = [
    (Warned("careful"), {"event": "warning", "text": "careful"}),
    (
        RunStarted("r", "lineage/main", 1, 3, "embedded"),
        {"event": "run", "run": "r", "branch": "lineage/main", "from": 1, "until": 3, "model": "embedded"},
    ),
    (RunResumed("r", 3), {"event": "resumed", "run": "r", "until": 3}),
    (RunAsked("r", "pause"), {"event": "asked", "run": "r", "what": "pause"}),
    (RunEnded("r", "done", 7), {"event": "end", "run": "r", "reason": "done", "tokens": 7}),
    (
        RunWaiting("r", "disk", "full", 1.0, 5.0),
        {"event": "paused", "run": "r", "kind": "disk", "reason": "full", "since": 1.0, "seconds": 5.0},
    ),
    (
        RunPaused("r", "operator", "asked"),
        {"event": "standing", "run": "r", "kind": "operator", "reason": "asked"},
    ),
    (RunContinued("r"), {"event": "continued", "run": "r"}),
    (BudgetMark("day", 50, 0.51), {"event": "budget", "scope": "day", "percent": 50, "share": 0.51}),
    (RolledBack(4, 1, "abc"), {"event": "rolled-back", "generation": 4, "to": 1, "commit": "abc"}),
    (Cloning(2, 1), {"event": "clone", "generation": 2, "try": 1}),
    (
        CallWaiting(2, 1, "busy", 4.0, 30.0),
        {"event": "waiting", "generation": 2, "try": 1, "reason": "busy", "seconds": 4.0, "left": 30.0},
    ),
    (CallContinued(2, 1), {"event": "continued", "generation": 2, "try": 1}),
    (
        Done(2, 1, "evolved", "abc", "goal", "5 passed", 9, 1.5, "changed", 3.0, 4.5),
        {"event": "done", "generation": 2, "try": 1, "outcome": "evolved", "commit": "abc", "goal": "goal",
         "tests": "5 passed", "tokens": 9, "seconds": 1.5, "says": "changed",
         "gate_seconds": 3.0, "wall_seconds": 4.5, "reason": ""},
    ),
    (
        GateAnswered(2, 1, "tests", "pass", 3.5, True, False),
        {"event": "gate", "generation": 2, "try": 1, "gate": "tests", "result": "pass", "seconds": 3.5, "reused": True,
         "asked": False},
    ),
    (Aborted(2, 1, "full disk"), {"event": "aborted", "generation": 2, "try": 1, "reason": "full disk"}),
]  # fmt: skip


@pytest.fixture
def planted() -> Iterator[type[Event]]:
    """A kind of event that only this test has."""

    @dataclass(frozen=True)
    class Merged(TryEvent, name="merged"):
        """Two parents were merged."""

        parents: int

    yield Merged
    KINDS.remove(Merged)


@pytest.mark.parametrize(("event", "expected"), AS_JSON, ids=lambda one: getattr(one, "name", ""))
def test_keys_are_those_of_old_files(event: Event, expected: dict[str, object]) -> None:
    assert list(event.as_json().items()) == list(expected.items())


def test_phases_have_their_old_names() -> None:
    phases = [kind.name for kind in KINDS if issubclass(kind, TryEvent) and len(fields(kind)) == 2]
    assert phases == ["clone", "live", "continued", "fetch", "judge", "record"]


def test_new_kind_reaches_every_reader(planted: type[Event], tmp_path: Path) -> None:
    event, lines, screen = planted(3, 1, 2), io.StringIO(), io.StringIO()  # type: ignore[call-arg]
    EventLog(tmp_path)(event)
    Lines(lines)(event)
    shown = Screen(Console(file=screen, width=200))
    shown(event)
    shown.close()
    for text in ((tmp_path / FILE).read_text(), lines.getvalue()):
        found = json.loads(text)
        assert found.pop("at") > 0
        assert found == {"event": "merged", "generation": 3, "try": 1, "parents": 2}
    assert "merged: generation 3, try 1, parents 2" in screen.getvalue()
    assert "| `merged` | `generation`, `try`, `parents` | Two parents were merged. |" in reference()


def test_documentation_lists_every_kind() -> None:
    assert reference() in (ROOT / "docs" / "events.md").read_text()


def reference() -> str:
    """The table of docs/events.md: a row a kind."""
    rows = ["| `event` | keys | when |", "|---|---|---|"]
    for kind in KINDS:
        keys = ", ".join(f"`{one.metadata.get('key', one.name)}`" for one in fields(kind))
        rows.append(f"| `{kind.name}` | {keys} | {kind.__doc__} |")
    return "\n".join(rows)
