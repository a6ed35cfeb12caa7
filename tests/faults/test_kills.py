"""A controller that is killed anywhere and started again leaves the lineage that an undisturbed one leaves."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.harness.compare import differences, kept, unsound
from bench.harness.kills import Kills, Step
from bench.harness.runs import is_over, make_operator, open_ledger, start

# Not of the calls, of which a life makes many: the bench takes them too, and every process that is started
BOOKS = ("insert calls", "update calls")


def journalled(step: Step) -> bool:
    return step.name.startswith(("phase ", "insert ", "update ")) and step.name not in BOOKS


@pytest.mark.slow
def test_kills_at_journalled_steps_lose_nothing(tmp_path: Path) -> None:
    found = Kills(tmp_path, 0).at_every_step(journalled)
    assert found.wrong == []
    assert found.kills > 80
    reached = {where.partition(" ")[2] for where in found.fell}
    phases = {f"phase {name}" for name in ("spawn", "asks", "fetch", "judge", "record", "commit")}
    assert phases | {"insert runs", "insert tries", "insert generations", "update runs"} <= reached


@pytest.mark.slow
def test_second_kills_lose_nothing(tmp_path: Path) -> None:
    wanted = ("phase judge", "phase record", "insert generations")
    found = Kills(tmp_path, 4).at_every_step_of_going_on(lambda step: step.name in wanted, ("evolved",))
    assert found.wrong == []
    assert found.kills >= 8


@pytest.mark.slow
@pytest.mark.parametrize("isolation", ["bubblewrap", "none"])
def test_kills_at_random_lose_nothing(tmp_path: Path, isolation: str) -> None:
    found = Kills(tmp_path, 5, isolation).at_random(6)
    assert found.wrong == []
    assert found.kills == 6


def test_differences_and_leftovers_are_seen(tmp_path: Path) -> None:
    operator = make_operator(tmp_path)
    assert start(operator, 1).returncode == 0
    one = kept(operator)[0]
    assert is_over(operator) and list(unsound(operator)) == [] and differences([one], [one]) == []
    other = {**one.trailers, "Seed": "9"}
    changes: dict[str, Any] = {
        "outcome": "evolved",
        "goal": "Another",
        "claim": {"summary": "x"},
        "tree": "",
        "context": {},
        "trailers": other,
    }
    for name, value in changes.items():
        assert len(differences([one], [replace(one, **{name: value})])) == 1
    assert differences([one], [one, one]) and differences([one], [])
    with open_ledger(operator, write=True) as ledger:
        ledger.execute("UPDATE tries SET ended = NULL")
        ledger.execute("UPDATE generations SET outcome = 'history'")
        ledger.commit()
    (operator / ".git" / "heirloom" / "lives" / "9-9.9").mkdir()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", str(operator)]) as orphan:
        lines = "\n".join(unsound(operator))
        orphan.kill()
    for what in ("tries are not ended", "stray folder 9-9.9", f"an orphan: {orphan.pid}", "heirloom verify"):
        assert what in lines
