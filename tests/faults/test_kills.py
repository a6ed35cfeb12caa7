"""A controller that is killed anywhere and started again leaves the lineage that an undisturbed one leaves."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.harness import kills, moments
from bench.harness.kills import Step
from bench.harness.runs import differences, ground, kept, ledger_of, lived, over, unsound

# Not of the calls, of which a life makes many: the bench takes them too, and every process that is started
BOOKS = ("insert calls", "update calls")


def journalled(step: Step) -> bool:
    return step.name.startswith(("phase ", "insert ", "update ")) and step.name not in BOOKS


@pytest.mark.slow
def test_kills_at_journalled_steps_lose_nothing(tmp_path: Path) -> None:
    found = kills.at_every_step(tmp_path, 0, journalled)
    assert list(kills.lines(found)) == []
    assert found.kills > 80
    reached = {where.partition(" ")[2] for where in found.fell}
    phases = {f"phase {name}" for name in ("spawn", "asks", "fetch", "judge", "record", "commit")}
    assert phases | {"insert runs", "insert tries", "insert generations", "update runs"} <= reached


@pytest.mark.slow
def test_second_kills_lose_nothing(tmp_path: Path) -> None:
    wanted = ("phase judge", "phase record", "insert generations")
    found = kills.at_every_step_of_going_on(tmp_path, 4, lambda step: step.name in wanted, ("evolved",))
    assert list(kills.lines(found)) == []
    assert found.kills >= 8


@pytest.mark.slow
@pytest.mark.parametrize("isolation", ["bubblewrap", "none"])
def test_kills_at_random_lose_nothing(tmp_path: Path, isolation: str) -> None:
    found = moments.at_random(tmp_path, 6, 5, isolation)
    assert list(kills.lines(found)) == []
    assert found.kills == 6


def test_differences_and_leftovers_are_seen(tmp_path: Path) -> None:
    operator = ground(tmp_path)
    assert lived(operator, 1).returncode == 0
    one = kept(operator)[0]
    assert over(operator) and list(unsound(operator)) == [] and differences([one], [one]) == []
    other = {**one.trailers, "Seed": "9"}
    for planted in (replace(one, outcome="evolved"), replace(one, goal="Another"), replace(one, claim={"summary": "x"}),
                    replace(one, tree=""), replace(one, context={}), replace(one, trailers=other)):  # fmt: skip
        assert len(differences([one], [planted])) == 1
    assert differences([one], [one, one]) and differences([one], [])
    with ledger_of(operator, write=True) as ledger:
        ledger.execute("UPDATE tries SET ended = NULL")
        ledger.execute("UPDATE generations SET outcome = 'history'")
        ledger.commit()
    (operator / ".git" / "heirloom" / "lives" / "9-9.9").mkdir()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", str(operator)]) as orphan:
        told = "\n".join(unsound(operator))
        orphan.kill()
    for what in ("tries are not ended", "stray folder 9-9.9", f"an orphan: {orphan.pid}", "heirloom verify"):
        assert what in told
