"""What an operator's own git may be set to, and clones that lack objects: lived, or refused in words."""

import os
from pathlib import Path

import pytest

from controller.errors import RequestError
from controller.state.place import locate
from controller.state.preflight import check_complete, starting_point
from tests.controller.cli.test_bad_input import heirloom
from tests.controller.commands import command
from tests.controller.conftest import git
from tests.controller.lives import END, GOAL, history, live

BRANCH = "lineage/main"
GLOBAL = {
    "bare repositories only where named": "[safe]\n\tbareRepository = explicit\n",
    "no fetch from a path": '[protocol "file"]\n\tallow = never\n[protocol]\n\tallow = never\n',
    "another order of things": "[fetch]\n\tprune = true\n[core]\n\tlogAllRefUpdates = always\n",
}


@pytest.mark.quick(2)
@pytest.mark.parametrize("name", GLOBAL)
def test_strict_git_lives_and_restores(operator: Path, name: str) -> None:
    home = operator.parent / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(GLOBAL[name])
    words = command(operator, [[GOAL, END]], "--generations", "1")
    words = words[words.index("run") :]
    run = heirloom(*words, HOME=str(home))
    assert run.returncode == 0, run.stderr
    git(operator, "branch", "-D", BRANCH)
    for words in (["restore"], ["verify"], ["log"]):
        said = heirloom(*words, "--repository", str(operator), HOME=str(home))
        assert said.returncode == 0, said.stdout + said.stderr
    assert [one.outcome for one in history(operator)] == ["history"]


def partial(operator: Path, kind: str) -> Path:
    """A clone with a filter, of a genome whose history has a file that is gone since."""
    git(operator, "config", "uploadpack.allowFilter", "true")
    clone = operator.parent / "partial"
    git(operator.parent, "clone", "--quiet", f"--filter={kind}", f"file://{operator}", str(clone))
    return clone


@pytest.mark.parametrize("kind", ["blob:none", "tree:0", "blob:limit=100"])
def test_partial_clone_says_what_helps(operator: Path, kind: str) -> None:
    (operator / "agent" / "old.txt").write_text("gone since" * 100)
    git(operator, "add", "-A")
    git(operator, "commit", "--quiet", "-m", "A file")
    git(operator, "rm", "--quiet", "agent/old.txt")
    git(operator, "commit", "--quiet", "-m", "Without it")
    clone = partial(operator, kind)
    with pytest.raises(RequestError, match=r"partial clone.*git fetch --refetch --no-filter"):
        starting_point(locate(clone, BRANCH), None)
    git(clone, "fetch", "--quiet", "--refetch", "--no-filter")
    check_complete(locate(clone, BRANCH).repository)
    assert starting_point(locate(clone, BRANCH), None) == git(clone, "rev-parse", "HEAD")


@pytest.mark.slow
def test_completed_partial_clone_lives(operator: Path) -> None:
    clone = partial(operator, "blob:none")
    git(clone, "fetch", "--quiet", "--refetch", "--no-filter")
    operator.rename(operator.with_name("gone"))
    assert live(clone, [GOAL, END]).outcomes == ["history"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away")
@pytest.mark.parametrize(
    "words", [["verify"], ["log"], ["show", "1"], ["budget"], ["status"], ["gate", "HEAD"]], ids=" ".join
)
def test_repository_of_another_is_said(operator: Path, words: list[str]) -> None:
    os.chown(operator, 12345, 12345)
    os.chown(operator / ".git", 12345, 12345)
    home = operator.parent / "home"
    home.mkdir()
    said = heirloom(*words, "--repository", str(operator), HOME=str(home))
    assert (said.returncode, said.stderr.count("\n")) == (2, 1), said.stderr
    assert "belongs to another user; to trust it: git config --global --add safe.directory" in said.stderr
