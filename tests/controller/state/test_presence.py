"""What of a lineage is here: an unknown name is said, and never looked at as if it were there."""

from pathlib import Path

import pytest

from controller.state.place import locate, make_state, sole_controller
from tests.controller.commands import heirloom
from tests.controller.conftest import git, operator_in
from tests.controller.lives import END, GOAL, live

READERS = [
    ("verify",),
    ("verify", "--repair"),
    ("budget",),
    ("status",),
    ("log",),
    ("show", "1"),
    ("report", "1"),
    ("transcript", "1"),
]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one lineage of one generation."""
    folder = operator_in(tmp_path_factory.mktemp("lived"))
    live(folder, [GOAL, END])
    return folder


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_unknown_branch_is_refused(lived: Path, words: tuple[str, ...]) -> None:
    said = heirloom(lived, *words, "--branch", "typo/nope")
    assert (said.returncode, said.stdout, said.stderr.count("\n")) == (2, "", 1), said.stderr
    assert "typo/nope" in said.stderr
    assert words[0] == "transcript" or "lineage/main" in said.stderr


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_folder_without_repository_is_said(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = heirloom(tmp_path, *words)
    assert (said.returncode, said.stdout, "is not a git repository; make one" in said.stderr) == (2, "", True)


def test_plain_branch_is_no_lineage(lived: Path) -> None:
    said = heirloom(lived, "verify", "--branch", "main")
    assert (said.returncode, "no generation on it" in said.stderr) == (2, True)


def test_clone_says_what_is_unchecked(lived: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--branch", "main", f"file://{lived}", "clone")
    said = heirloom(tmp_path / "clone", "verify")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "1 generations of refs/remotes/origin/lineage/main" in said.stdout
    assert "unchecked ledger" in said.stdout and "unchecked attempts" in said.stdout
    said = heirloom(tmp_path / "clone", "verify", "--repair")
    assert (said.returncode, "no ledger of it to mend" in said.stderr) == (2, True)


@pytest.mark.parametrize("request_", ["panic", "pause", "stop", "resume"])
def test_silent_lineage_names_the_lived_one(operator: Path, request_: str) -> None:
    place = locate(operator, "lineage/other")
    make_state(place)
    with sole_controller(place):
        said = heirloom(operator, request_)
    assert (said.returncode, "--branch lineage/other (process" in said.stderr) == (2, True), said.stderr
