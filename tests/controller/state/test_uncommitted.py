"""What is not committed is named, with what will be lived or adopted instead."""

from collections.abc import Callable
from pathlib import Path

import pytest

from controller.git.repository import Repository
from controller.state.place import locate
from controller.state.uncommitted import not_adopted, not_lived, uncommitted
from tests.controller.conftest import git


def changed(operator: Path) -> str:
    (operator / "agent" / "__main__.py").write_text("")
    return "agent/__main__.py"


def staged(operator: Path) -> str:
    (operator / "agent" / "new.py").write_text("")
    git(operator, "add", "-A")
    return "agent/new.py"


def deleted(operator: Path) -> str:
    (operator / "agent_context.json").unlink()
    return "agent_context.json"


def renamed(operator: Path) -> str:
    git(operator, "mv", "agent_context.json", "other.json")
    return "agent_context.json"


def untracked(operator: Path) -> str:
    (operator / "agent" / "later ü.py").write_text("")
    return "agent/later ü.py"


@pytest.mark.parametrize("change", [changed, staged, deleted, renamed, untracked], ids=lambda one: one.__name__)
def test_uncommitted_files_are_named(operator: Path, change: Callable[[Path], str]) -> None:
    place, head = locate(operator, "lineage/main"), git(operator, "rev-parse", "HEAD")
    index = (operator / ".git" / "index").stat().st_mtime_ns
    assert (not_lived(place, head), not_adopted(place, head)) == ("", "")
    assert (operator / ".git" / "index").stat().st_mtime_ns == index
    path = change(operator)
    assert path in uncommitted(place.repository)
    said = not_lived(place, head)
    assert said.startswith("not committed, so not lived: ") and path in said
    assert said.endswith(f"the next life runs commit {head[:10]} of lineage/main")
    assert f"what is adopted is HEAD ({head[:10]})" in not_adopted(place, head)


def test_own_files_are_read_anyway(operator: Path) -> None:
    (operator / "heirloom.toml").write_text("")
    (operator / "goals.toml").write_text("")
    (operator / ".gitignore").write_text("build/\n.gitignore\n")
    (operator / "build").mkdir()
    (operator / "build" / "file").touch()
    assert uncommitted(Repository(operator)) == []


def test_many_files_are_counted(operator: Path) -> None:
    for number in range(5):
        (operator / f"{number}.txt").touch()
    assert "0.txt, 1.txt, 2.txt and 2 more;" in not_lived(locate(operator, "b"), git(operator, "rev-parse", "HEAD"))


def test_bare_repository_has_none(operator: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(operator), "bare.git")
    assert uncommitted(Repository(tmp_path / "bare.git")) == []
