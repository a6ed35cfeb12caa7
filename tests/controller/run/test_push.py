"""`--push`: the remote has every generation, or the exit code says that it lacks one."""

import json
from pathlib import Path

import pytest

from controller.errors import NotPushed, StoppedEarly
from controller.events.kinds import RunResumed, RunStarted
from tests.controller.commands import command, first_event, heirloom, start
from tests.controller.conftest import git
from tests.controller.lives import END, GOAL, bash, history, live
from tests.waiting import PATIENCE

BRANCH = "lineage/main"
CHANGE = bash("echo 'changed = 1' >> agent/__init__.py")


@pytest.fixture
def remote(operator: Path, tmp_path: Path) -> Path:
    """A remote of the operator's, `away`."""
    folder = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", str(folder))
    git(operator, "remote", "add", "away", str(folder))
    return folder


def tips(operator: Path, remote: Path) -> tuple[str, str]:
    """Where the lineage stands, here and there."""
    return git(operator, "rev-parse", BRANCH), git(remote, "rev-parse", BRANCH, check=False)


def test_remote_that_was_away_gets_all(operator: Path, remote: Path) -> None:
    remote.rename(remote.with_name("gone"))
    with pytest.raises(NotPushed, match="away lacks the last of it"):
        live(operator, [GOAL, CHANGE, END], push="away")
    remote.with_name("gone").rename(remote)
    told = live(operator, [GOAL, END], push="away")
    assert [type(event) for event in told.events if isinstance(event, RunStarted | RunResumed)] == [RunResumed]
    assert [one.number for one in history(operator)] == [1]
    here, there = tips(operator, remote)
    assert here == there
    assert git(remote, "for-each-ref", "--format=%(refname)", "refs/heirloom") == f"refs/heirloom/{BRANCH}/1.1"


@pytest.mark.quick(1)
@pytest.mark.parametrize("phase", ["record", "judge"])
def test_killed_run_pushes_its_last_life(operator: Path, remote: Path, phase: str) -> None:
    words = command(operator, [[GOAL, CHANGE, END]], "--generations", "1", "--push", "away", "--json")
    with start(words) as process:
        first_event(process, phase)
        process.kill()
    with start(words) as process:
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    here, there = tips(operator, remote)
    assert (here, len(history(operator))) == (there, 1)


def test_stopped_run_pushes_what_it_lived(operator: Path, remote: Path) -> None:
    with pytest.raises(StoppedEarly, match="budget of 2 calls is spent"):
        live(operator, [GOAL, CHANGE, END], generations_=2, calls=2, push="away")
    here, there = tips(operator, remote)
    assert here == there


def test_commits_of_the_operator_are_pushed(operator: Path, remote: Path) -> None:
    live(operator, [GOAL, CHANGE, END], [GOAL, END])
    assert heirloom(operator, "rollback", "1").returncode == 0
    live(operator, [GOAL, END], push="away")
    assert git(remote, "rev-list", "--count", "--first-parent", BRANCH) == "5"


def test_exit_code_says_unpushed(operator: Path, remote: Path) -> None:
    remote.rename(remote.with_name("gone"))
    script = operator.parent / "script.json"
    script.write_text(json.dumps({"lives": [[GOAL, END]]}))
    words = ("run", "--generations", "1", "--model", f"script:{script}", "--push", "away", "--json")
    said = heirloom(operator, *words)
    assert (said.returncode, "lacks the last of it" in said.stderr) == (4, True), said.stderr
    reason = json.loads(said.stdout.splitlines()[-1])["reason"]
    assert "away lacks the last of it" in reason
