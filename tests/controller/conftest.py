"""Real repositories for the controller's tests: an operator's checkout that holds the minimal genome."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from nursery.ground import TYPES

ROOT = Path(__file__).resolve().parents[2]
MINIMAL = ROOT / "tests" / "fixtures" / "minimal"
IDENTITY = {
    "GIT_AUTHOR_NAME": "operator",
    "GIT_AUTHOR_EMAIL": "operator@localhost",
    "GIT_COMMITTER_NAME": "operator",
    "GIT_COMMITTER_EMAIL": "operator@localhost",
    "GIT_AUTHOR_DATE": "1700000000 +0000",
    "GIT_COMMITTER_DATE": "1700000000 +0000",
}


def git(folder: Path, *arguments: str, check: bool = True) -> str:
    """Run git in a folder and return what it printed."""
    environment = {**os.environ, **IDENTITY}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], check=check, capture_output=True, text=True, env=environment
    )
    return done.stdout.strip()


@pytest.fixture(scope="session")
def first_operator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What each test's `operator` is a copy of: git is slower than a copy."""
    return operator_in(tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="session")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small lineage with a fork, deaths, a ledger and recordings; no test writes to it."""
    from tests.controller.observed import build

    return build(tmp_path_factory.mktemp("observed") / "operator")


@pytest.fixture
def operator(tmp_path: Path, first_operator: Path) -> Path:
    """The operator's repository: one commit with the minimal genome, `main` checked out."""
    folder = tmp_path / "operator"
    shutil.copytree(first_operator, folder)
    return folder


def operator_in(parent: Path) -> Path:
    """The same, in a folder that lasts as long as is wanted."""
    folder = parent / "operator"
    shutil.copytree(MINIMAL, folder, ignore=shutil.ignore_patterns("__pycache__"))
    git(parent, "init", "--quiet", "--initial-branch=main", "--template=", str(folder))
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "-m", "A genome")
    return folder


def share_types(repository: Path) -> None:
    """Let the lives of a repository use the tests' one cache of types: making one takes seconds."""
    state = repository / ".git" / "heirloom"
    if state.is_dir() or not state.exists():
        TYPES.mkdir(parents=True, exist_ok=True)
        state.mkdir(exist_ok=True, mode=0o700)
        if not (state / "types").is_symlink():
            (state / "types").symlink_to(TYPES)
