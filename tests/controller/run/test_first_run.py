"""What a newcomer does: a fresh clone, no key, no network, the embedded upstream."""

import subprocess
import sys
from pathlib import Path

import pytest

from controller.contract import TRAILERS
from tests.controller.cli.test_bad_input import heirloom
from tests.controller.conftest import ROOT, git
from tests.controller.lives import history


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone of what is committed here."""
    folder = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(ROOT), str(folder))
    return folder


@pytest.mark.slow
def test_fresh_clone_lives_three_generations(clone: Path) -> None:
    before = git(clone, "rev-parse", "HEAD")
    done = heirloom("run", "--repository", str(clone))
    assert done.returncode == 0, done.stderr
    found = history(clone)
    assert [one.number for one in found] == [1, 2, 3]  # what a run is without words; five are in the README
    assert [one.outcome for one in found] == ["evolved"] * 3
    assert all(set(one.trailers) == set(TRAILERS) for one in found)
    assert (git(clone, "status", "--porcelain"), git(clone, "rev-parse", "HEAD")) == ("", before)
    added = git(clone, "diff", "--name-only", before, "lineage/main").split()
    assert all(path == "agent_context.json" or path.startswith("tests/agent/") for path in added)
    git(clone, "checkout", "--quiet", "--detach", "lineage/main")
    words = ("check", "--quiet", "tests/agent")
    ruff = subprocess.run(
        [sys.executable, "-m", "ruff", *words], cwd=clone, capture_output=True, text=True, check=False
    )
    assert ruff.returncode == 0, ruff.stdout
