"""A lineage whose branch is gone is not begun anew: whoever has it is named, and puts it back."""

import shutil
from pathlib import Path

import pytest

from controller.errors import RequestError
from controller.operations.restore import restore
from controller.run.start import run
from controller.settings.settings import Settings
from controller.state.place import locate
from controller.views.status import collect
from tests.controller.commands import heirloom
from tests.controller.conftest import git
from tests.controller.lives import END, GOAL, bash, history, live

BRANCH = "lineage/main"
CHANGE = bash("echo 'changed = 1' >> agent/__init__.py")


def start(folder: Path, branch: str = BRANCH, from_commit: str | None = None) -> None:
    """What `heirloom run` checks before it changes anything; it asks for a script that is not there."""
    run(Settings(branch=branch, model="script:/nowhere.json"), folder, from_commit, lambda _: None)


@pytest.mark.quick(1)
@pytest.mark.parametrize("ledger", ["whole", "lost"])
def test_deleted_branch_is_put_back(operator: Path, ledger: str) -> None:
    newest = live(operator, [GOAL, CHANGE, END], [END]).generations[-1]
    git(operator, "branch", "-D", BRANCH)
    git(operator, "update-ref", "-d", f"refs/heirloom/{BRANCH}/1.1")
    git(operator, "reflog", "expire", "--expire=now", "--all")
    git(operator, "gc", "--quiet", "--prune=now")
    git(operator, "commit", "--quiet", "--allow-empty", "-m", "Mine")
    if ledger == "lost":
        (operator / ".git" / "heirloom" / "ledger.sqlite").unlink()
    with pytest.raises(RequestError, match=r"has it up to generation 2 .*`heirloom restore`"):
        start(operator)
    for words in (("log",), ("show", "1"), ("report", "1"), ("rollback", "1"), ("adopt",)):
        said = heirloom(operator, *words)
        assert (said.returncode, "heirloom restore" in said.stderr) == (2, True), (words, said.stderr)
    said = heirloom(operator, "verify")
    assert (said.returncode, "heirloom restore" in said.stdout) == (3, True), said.stdout
    said = heirloom(operator, "restore")
    assert (said.returncode, "at generation 2 again" in said.stdout) == (0, True), said.stderr
    assert history(operator)[-1] == newest
    assert git(operator, "rev-parse", f"refs/heirloom/{BRANCH}/1.1") == history(operator)[0].trailers["Attempt"]


def test_branch_of_a_remote_is_put_back(operator: Path, tmp_path: Path) -> None:
    newest = live(operator, [GOAL, END]).generations[-1]
    git(tmp_path, "clone", "--quiet", "--branch", "main", f"file://{operator}", "clone")
    clone = tmp_path / "clone"
    with pytest.raises(RequestError, match=r"origin/lineage/main has it up to generation 1 .*`heirloom restore`"):
        start(clone)
    assert collect(locate(clone, BRANCH)).generation == 1
    assert restore(locate(clone, BRANCH)).newest.commit == newest.commit
    assert history(clone) == history(operator)
    with pytest.raises(RequestError, match="nothing to restore"):
        restore(locate(clone, BRANCH))
    assert heirloom(clone, "verify").returncode == 0


def test_nobody_has_a_lineage(operator: Path) -> None:
    with pytest.raises(RequestError, match="nobody here has a lineage"):
        restore(locate(operator, BRANCH))
    assert not (operator / ".git" / "heirloom").exists()


def test_merged_lineage_may_be_deleted(operator: Path) -> None:
    live(operator, [GOAL, END])
    git(operator, "merge", "--quiet", BRANCH)
    git(operator, "branch", "-d", BRANCH)
    assert [one.number for one in live(operator, [END]).generations] == [1, 2]


def test_unlived_fork_may_begin_elsewhere(operator: Path) -> None:
    one = live(operator, [GOAL, END]).generations[0]
    store = operator / ".git" / "heirloom" / "lineages"
    shutil.copytree(store / "lineage%2Fmain", store / "lineage%2Ffork")  # as a start that was killed leaves it
    git(store / "lineage%2Ffork" / "store.git", "update-ref", "refs/heads/lineage/fork", one.commit)
    with pytest.raises(RequestError, match=r"/nowhere\.json"):
        start(operator, "lineage/fork")
