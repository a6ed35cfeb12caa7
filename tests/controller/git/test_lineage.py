"""Git as the controller uses it, on real repositories."""

import os
import subprocess
from pathlib import Path

import pytest

from controller.contract import CONTEXT_FILE, TRAILERS, push_ref
from controller.errors import GitError, Held, RequestError, StoppedEarly
from controller.git.lineage import Lineage
from controller.git.log import generations, tip
from controller.git.repository import Repository
from controller.git.trailers import Trailers, message
from controller.life.workspace import remove
from controller.views.columns import row
from controller.views.log import table
from controller.views.show import diff_of
from tests.controller.conftest import git


@pytest.fixture
def lineage(operator: Path, tmp_path: Path) -> Lineage:
    made = Lineage(Repository(operator), Repository(tmp_path / "store.git", own=True), "lineage/main")
    made.open(git(operator, "rev-parse", "HEAD"))
    return made


def commit(lineage: Lineage, number: int, context: str = "{}", date: float = 1.7e9) -> str:
    facts = dict.fromkeys(TRAILERS, "x") | {"Generation": str(number), "Outcome": "history"}
    return lineage.commit(lineage.head(), lineage.head(), context, message(number, "history", "said", facts), date)


def test_a_lineage_begins_in_the_store(lineage: Lineage, operator: Path) -> None:
    assert lineage.head() == git(operator, "rev-parse", "main")
    assert git(operator, "branch", "--format=%(refname)") == "refs/heads/main"


def test_equal_input_makes_equal_commits(lineage: Lineage) -> None:
    first, again = commit(lineage, 1), commit(lineage, 1)
    assert first == again
    assert [change.path for change in lineage.changes(lineage.head(), first)] == [CONTEXT_FILE]
    assert lineage.tree_without_context(first) == lineage.tree_without_context(lineage.head())


def test_advancing_can_be_repeated(lineage: Lineage, operator: Path) -> None:
    old, new = lineage.head(), commit(lineage, 1)
    for _ in range(2):
        lineage.advance(new, old, 1)
        assert lineage.head() == git(operator, "rev-parse", "lineage/main") == new
    assert git(operator, "status", "--porcelain") == ""


def test_a_moved_branch_is_not_overwritten(lineage: Lineage, operator: Path) -> None:
    old, new = lineage.head(), commit(lineage, 1)
    git(operator, "commit", "--quiet", "--allow-empty", "-m", "Mine")
    git(operator, "branch", "lineage/main", "main")
    with pytest.raises(StoppedEarly, match="moved"):
        lineage.advance(new, old, 1)
    assert git(operator, "rev-parse", "lineage/main") == git(operator, "rev-parse", "main")


def test_a_moved_branch_is_noticed_early(lineage: Lineage, operator: Path) -> None:
    lineage.check()  # there is no branch of the operator's yet
    lineage.advance(commit(lineage, 1), lineage.head(), 1)
    lineage.check()
    git(operator, "branch", "--force", "lineage/main", "main")
    with pytest.raises(Held, match=r"moved to \w+ by someone else; move it back") as told:
        lineage.check()
    assert told.value.kind == "lineage"


def test_a_foreign_branch_is_refused(lineage: Lineage, operator: Path) -> None:
    start = lineage.head()
    lineage.advance(commit(lineage, 1), start, 1)
    git(operator, "commit", "--quiet", "--allow-empty", "-m", "Mine")
    git(operator, "update-ref", "refs/heads/lineage/main", "main")
    with pytest.raises(RequestError, match="does not follow"):
        lineage.open(start)


def test_a_clone_names_no_origin(lineage: Lineage, tmp_path: Path, operator: Path) -> None:
    folder = tmp_path / "clone"
    lineage.clone(lineage.head(), folder)
    assert git(folder, "rev-parse", "HEAD") == lineage.head()
    assert git(folder, "remote") == ""
    for path in (folder / ".git").rglob("*"):
        if path.is_file():
            assert str(operator).encode() not in path.read_bytes(), path
            assert b"store.git" not in path.read_bytes(), path


def test_an_export_has_no_git_folder(lineage: Lineage, tmp_path: Path) -> None:
    lineage.export(lineage.head(), tmp_path / "tree")
    assert (tmp_path / "tree" / "agent" / "__main__.py").is_file()
    assert not (tmp_path / "tree" / ".git").exists()


def test_other_commits_are_passed_over(lineage: Lineage, operator: Path) -> None:
    for number in (1, 2):
        lineage.advance(commit(lineage, number), lineage.head(), number)
    found = generations(Repository(operator), "lineage/main")
    assert [(one.number, one.outcome) for one in found] == [(2, "history"), (1, "history")]
    assert found[0].parent == found[1].commit
    assert tip(Repository(operator), "main") is None


def test_reading_follows_no_link(lineage: Lineage, operator: Path) -> None:
    (operator / "agent_context.json").unlink()
    (operator / "agent_context.json").symlink_to("/etc/hostname")
    git(operator, "commit", "--quiet", "-a", "-m", "A link")
    repository = Repository(operator)
    assert repository.read("HEAD", CONTEXT_FILE, 1000) is None
    assert repository.read("HEAD~1", CONTEXT_FILE, 5) is None
    assert repository.read("HEAD~1", CONTEXT_FILE, 1000)
    assert repository.read("HEAD", "missing", 1000) is None


def test_a_git_error_names_its_command(operator: Path) -> None:
    with pytest.raises(GitError, match="git rev-parse ended with 128"):
        Repository(operator).run("rev-parse", "--verify", "nothing")


def test_a_branch_below_is_another(lineage: Lineage, operator: Path) -> None:
    lineage.advance(commit(lineage, 1), lineage.head(), 1)
    assert Repository(operator).tip("refs/heads/lineage/main") == lineage.head()
    assert Repository(operator).tip("refs/heads/lineage") is None


def test_a_checked_out_branch_stays(lineage: Lineage, operator: Path) -> None:
    old = lineage.head()
    lineage.advance(commit(lineage, 1), old, 1)
    git(operator, "checkout", "--quiet", "lineage/main")
    first = lineage.head()
    with pytest.raises(StoppedEarly, match="checked out"):
        lineage.advance(commit(lineage, 2), first, 2)
    assert git(operator, "rev-parse", "lineage/main") == lineage.head() == first
    assert git(operator, "status", "--porcelain") == ""


def test_attempts_replace_older_ones(lineage: Lineage, operator: Path) -> None:
    old, other = lineage.head(), git(operator, "commit-tree", "main^{tree}", "-m", "Left of another lineage")
    git(operator, "update-ref", lineage.attempt_ref(1, 1), other)
    lineage.store.run("update-ref", lineage.attempt_ref(1, 1), old)
    lineage.advance(commit(lineage, 1), old, 1)
    assert git(operator, "rev-parse", lineage.attempt_ref(1, 1)) == old


def test_only_commits_are_kept(lineage: Lineage, operator: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(operator), "inbox.git")
    inbox = tmp_path / "inbox.git"
    place = inbox / push_ref(1, 1)
    place.parent.mkdir(parents=True)
    for name, kept in (("HEAD^{tree}", None), ("HEAD", lineage.head())):
        place.write_text(git(inbox, "rev-parse", name) + "\n")
        assert lineage.fetch(1, 1, lineage.head(), "git upload-pack", str(inbox)) == kept
        assert lineage.store.tip(lineage.attempt_ref(1, 1)) == kept


def test_a_missing_folder_is_no_repository(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="is no folder"):
        Repository(tmp_path / "nowhere").run("rev-parse", "HEAD")


def test_a_shallow_clone_tells_generations(lineage: Lineage, operator: Path, tmp_path: Path) -> None:
    lineage.advance(commit(lineage, 1), lineage.head(), 1)
    words = ("clone", "--quiet", "--depth", "1", "--branch", "lineage/main", f"file://{operator}", "shallow")
    git(tmp_path, *words)
    one = generations(Repository(tmp_path / "shallow"), "HEAD")[0]
    assert (one.number, one.parent) == (1, "")
    assert diff_of(Repository(tmp_path / "shallow"), one) == ""


def test_odd_trailers_are_read(lineage: Lineage, operator: Path) -> None:
    for key, value in (("i18n.logOutputEncoding", "latin1"), ("trailer.separators", "#"), ("core.quotePath", "true")):
        git(operator, "config", key, value)
    told = "Generation 1 evolved: ü\n\nHeirloom-Generation: 1\nHeirloom-Seconds: nan\nHeirloom-Tokens-In: 1e999\n"
    odd = git(operator, "commit-tree", "main^{tree}", "-p", "main", "-m", told + "Heirloom-Goal: \x1b[31m‮[bold]é")
    found = row(generations(Repository(operator), odd)[0])
    assert (found["seconds"], found["tokens"], found["says"]) == (0, 0, "ü")
    assert table([found], 200)[1].endswith("[31m[bold]é: ü")


def test_deep_closed_folders_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "life"
    folder.mkdir()
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    (folder / "closed").mkdir()
    (folder / "closed" / "file").touch()
    (folder / "closed").chmod(0)
    (folder / "link").symlink_to(tmp_path)
    try:
        remove(folder)
        assert not folder.exists()
    finally:
        subprocess.run(["rm", "-rf", str(folder)], check=True)  # pytest could not remove it either
    assert tmp_path.exists()


def test_trailers_are_found_when_asked() -> None:
    text = "Heirloom-Goal: a: b\nHeirloom-Tokens-In: 5\nother: x\nHeirloom-Goal: the last"
    found = Trailers(text)
    assert dict(found) == {"Goal": "the last", "Tokens-In": "5"} and len(found) == 2
    assert (found["Goal"], found.get("Tokens-In"), found.get("oal", "none"), found.get("Tokens")) == (
        *("the last", "5", "none", None),
    )
