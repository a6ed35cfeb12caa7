"""What ends a try without ending the run: faults of the world, interrupts, a controller that died."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from controller.errors import NotPushed, RequestError, StoppedEarly
from controller.events.kinds import Event
from controller.run.start import run
from controller.settings.settings import Settings
from tests.controller.commands import command, first_event, interrupt_twice, start
from tests.controller.conftest import git
from tests.controller.lives import END, GOAL, HOLD, bash, history, leftovers, live, processes
from tests.waiting import PATIENCE, wait_until

OVERLOADED = {"error": {"status": 529, "type": "overloaded_error", "message": "Overloaded"}}
OTHER = {"seed": 7, "goal": "Another", "memory_mb": 1024}
CHANGE = bash("echo 'changed = 1' >> agent/__init__.py")


@pytest.mark.slow
def test_world_fault_blames_no_genome(operator: Path) -> None:
    waits: list[float] = []
    script = operator.parent / "script.json"
    script.write_text(json.dumps({"lives": [[GOAL, OVERLOADED]]}))
    settings = Settings(model=f"script:{script}", isolation="bubblewrap", generations=1, patience=0)
    events: list[Event] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 4:
            raise KeyboardInterrupt

    with pytest.raises(StoppedEarly, match="interrupted; run again"):
        run(settings, operator, None, events.append, sleep=sleep)
    assert waits == [5.0, 10.0, 20.0, 40.0]
    assert history(operator) == []
    assert [event.name for event in events].count("aborted") == 4
    assert leftovers(operator) == []
    assert git(operator, "for-each-ref", "--format=%(refname)", "refs/heads") == "refs/heads/main"

    script.write_text(json.dumps({"lives": [[GOAL, CHANGE, END]]}))
    run(settings, operator, None, events.append, sleep=sleep)
    one = history(operator)[0]
    assert (one.number, one.outcome, one.trailers["Tries"]) == (1, "evolved", "5")
    assert int(one.trailers["Tokens-Aborted"]) > 0


@pytest.mark.parametrize(
    ("status", "says"),
    [(401, "key is not known; set the right one"), (402, "no credit; pay"), (403, "may not use this model; ask")],
)
def test_refusing_provider_stops_the_run(operator: Path, status: int, says: str) -> None:
    refused = {"error": {"status": status, "type": "authentication_error", "message": "invalid x-api-key"}}
    with pytest.raises(StoppedEarly, match=f"{status} .*{says}"):
        live(operator, [GOAL, refused])
    assert history(operator) == []


def test_overbilling_provider_stops_the_run(operator: Path) -> None:
    greedy = {"text": "", "usage": {"input_tokens": 10**6}}
    with pytest.raises(StoppedEarly, match="the bound is broken"):
        live(operator, [GOAL, greedy], generations_=2)
    assert [one.outcome for one in history(operator)] == ["history"]


def test_spent_budget_ends_life_then_run(operator: Path) -> None:
    with pytest.raises(StoppedEarly, match="budget of 2 calls is spent"):
        live(operator, [GOAL, CHANGE, END], generations_=2, calls=2)
    assert [one.outcome for one in history(operator)] == ["history"]


@pytest.mark.slow
def test_token_budget_is_never_exceeded(operator: Path) -> None:
    with pytest.raises(StoppedEarly, match="tokens is spent"):
        live(operator, [GOAL, CHANGE, END], generations_=20, budget=4000)
    spent = sum(int(one.trailers[name]) for one in history(operator) for name in ("Tokens-In", "Tokens-Out"))
    assert 0 < spent <= 4000


def test_killed_controller_resumes_the_same_run(operator: Path) -> None:
    mark = f"33{os.getpid()}{int(time.time())}"
    script = [[GOAL, CHANGE, END], [GOAL, bash(f"sleep {mark}"), END]]
    words = command(operator, script, "--generations", "2")
    with start(words) as process:
        first_event(process, "done")
        first_event(process, "live")
        wait_until(lambda: processes(mark))
        process.kill()
    wait_until(lambda: not processes(mark))
    assert [one.number for one in history(operator)] == [1]

    done = subprocess.run(
        command(operator, [script[0], [GOAL, END]], "--generations", "2"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = history(operator)
    assert [(one.number, one.outcome, one.trailers["Tries"]) for one in found] == [
        (1, "evolved", "1"),
        (2, "history", "2"),
    ]
    assert found[0].trailers["Run"] == found[1].trailers["Run"]
    assert leftovers(operator) == []


@pytest.mark.slow
@pytest.mark.quick(1)
@pytest.mark.parametrize("phase", ["fetch", "judge", "record"])
def test_pushed_life_is_recorded_once(operator: Path, phase: str) -> None:
    words = command(operator, [[GOAL, CHANGE, END]], "--generations", "1")
    with start(words) as process:
        first_event(process, phase)
        process.kill()
    for _ in range(2):
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    found = history(operator)
    assert (found[0].number, found[0].outcome, found[0].trailers["Tries"]) == (1, "evolved", "1")
    assert len(found) == 2
    assert leftovers(operator) == []


@pytest.mark.quick(1)
@pytest.mark.parametrize(("standing", "other"), [("neither", OTHER), ("operator", OTHER), ("both", {})])
def test_commit_is_made_again_alike(operator: Path, standing: str, other: dict[str, Any]) -> None:
    first = live(operator, [GOAL, CHANGE, END]).generations[0]
    state = operator / ".git" / "heirloom"
    with sqlite3.connect(state / "ledger.sqlite") as database:
        database.execute("UPDATE tries SET ended = NULL, outcome = NULL")
        database.execute("UPDATE runs SET ended = NULL, reason = NULL")
        database.execute("DELETE FROM generations")
        assert "commit" in {row[0] for row in database.execute("SELECT name FROM phases")}
    database.close()
    if standing != "both":
        git(state / "lineages" / "lineage%2Fmain" / "store.git", "update-ref", "refs/heads/lineage/main", first.parent)
    if standing == "neither":
        git(operator, "update-ref", "-d", "refs/heads/lineage/main")
    told = live(operator, [GOAL, END], **other)
    assert told.generations[0] == first
    assert [one.number for one in told.generations] in ([1], [1, 2])
    assert leftovers(operator) == []


@pytest.mark.slow
def test_moved_lineage_is_not_moved_back(operator: Path) -> None:
    live(operator, [GOAL, END], [END])
    with sqlite3.connect(operator / ".git" / "heirloom" / "ledger.sqlite") as database:
        database.execute("UPDATE tries SET ended = NULL WHERE generation = 1")
        database.execute("DELETE FROM phases WHERE name = 'commit'")
    database.close()
    assert live(operator, [END]).outcomes == ["history"] * 3
    assert leftovers(operator) == []


@pytest.mark.slow
def test_lost_state_ends_no_lineage(operator: Path) -> None:
    live(operator, [GOAL, CHANGE, END])
    shutil.rmtree(operator / ".git" / "heirloom")
    assert live(operator, [GOAL, CHANGE, END]).outcomes == ["evolved"] * 2


def test_lineage_begun_on_another_counts_on(operator: Path) -> None:
    live(operator, [GOAL, END])
    git(operator, "merge", "--quiet", "lineage/main")
    git(operator, "commit", "--quiet", "--allow-empty", "-m", "Mine")
    found = live(operator, [END], branch="lineage/two").generations
    assert [one.number for one in found] == [1, 2]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_full_disk_stops_the_run(operator: Path) -> None:
    state = operator / ".git" / "heirloom"
    state.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=264m", "tmpfs", str(state)], check=True)
    fill = bash("dd if=/dev/zero of=/life/tmp/fill bs=1M count=300; exit 0")
    try:
        with pytest.raises(StoppedEarly, match="disk is full"):
            live(operator, [GOAL, fill, END])
        assert (history(operator), leftovers(operator)) == ([], [])
        assert live(operator, [GOAL, END]).outcomes == ["history"]
    finally:
        subprocess.run(["umount", str(state)], check=True)


@pytest.mark.slow
def test_sha256_repository_is_lived_alike(operator: Path) -> None:
    shutil.rmtree(operator / ".git")
    git(operator, "init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    git(operator, "add", "-A")
    git(operator, "commit", "--quiet", "-m", "A genome")
    assert live(operator, [GOAL, CHANGE, END]).outcomes == ["evolved"]


def test_reader_that_leaves_stops_the_run(operator: Path) -> None:
    words = command(operator, [[GOAL, CHANGE, END]], "--generations", "1")
    with start(words) as process:
        first_event(process, "clone")
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said.count("\n"), "nobody reads" in said) == (3, 1, True), said
    assert leftovers(operator) == []
    assert live(operator, [GOAL, END]).outcomes == ["history"]


@pytest.mark.slow
@pytest.mark.quick(1)
@pytest.mark.parametrize("phase", ["clone", "judge"])
def test_two_signals_stop_the_run(operator: Path, phase: str) -> None:
    words = command(operator, [[GOAL, CHANGE, END]], "--generations", "1")
    with start(words) as process:
        first_event(process, phase)
        for number in (signal.SIGTERM, signal.SIGINT):
            process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said.count("\n"), "interrupted; run again" in said) == (3, 2, True), said
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, [one.outcome for one in history(operator)]) == (0, ["evolved"]), done.stderr


def test_second_interrupt_ends_the_life(operator: Path) -> None:
    mark = f"34{os.getpid()}{int(time.time())}"
    words = command(operator, [[GOAL, bash(f"sleep {mark}"), END]], "--generations", "1")
    with start(words) as process:
        first_event(process, "live")
        wait_until(lambda: processes(mark))
        interrupt_twice(process)
        _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said.count("\n"), "run again" in said) == (3, 1, True), said
    assert processes(mark) == []
    assert leftovers(operator) == []
    assert live(operator, [GOAL, END]).outcomes == ["history"]


def test_second_controller_is_refused(operator: Path) -> None:
    words = command(operator, [[GOAL, HOLD, END]], "--generations", "1")
    with start(words) as process:
        first_event(process, "live")
        with pytest.raises(RequestError, match=rf"another controller \(process {process.pid}\)"):
            live(operator, [GOAL])
        interrupt_twice(process)
        process.communicate(timeout=PATIENCE)


def test_rejected_push_changes_nothing(operator: Path, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    git(operator, "remote", "add", "away", str(remote))
    live(operator, [GOAL, CHANGE, END], push="away")
    assert git(remote, "rev-parse", "lineage/main") == git(operator, "rev-parse", "lineage/main")
    assert git(remote, "for-each-ref", "--format=%(refname)", "refs/heirloom") == "refs/heirloom/lineage/main/1.1"
    git(remote, "update-ref", "refs/heads/lineage/main", git(operator, "commit-tree", "main^{tree}", "-m", "Other"),
        check=False)  # fmt: skip
    git(operator, "push", "--quiet", "--force", "away", "main:refs/heads/lineage/main")
    git(operator, "commit", "--quiet", "--allow-empty", "-m", "Elsewhere")
    git(operator, "push", "--quiet", "--force", "away", "main:refs/heads/lineage/main")
    with pytest.raises(NotPushed, match=r"non-fast-forward|rejected"):
        live(operator, [GOAL, END], push="away")
    assert [one.outcome for one in history(operator)] == ["evolved", "history"]
    assert git(remote, "rev-parse", "lineage/main") == git(operator, "rev-parse", "main")
