"""The operator's protected files come into a lineage as one commit, where the genome's tests pass on them."""

from pathlib import Path

import pytest

from controller.contract import CONTEXT_FILE
from controller.operations.adopt import ASKED
from tests.controller.commands import heirloom
from tests.controller.conftest import git, share_types
from tests.controller.lives import END, GOAL, bash, history, live

pytestmark = pytest.mark.slow  # every gate that runs code is asked
LINEAGE = "lineage/main"


@pytest.fixture
def ahead(operator: Path) -> Path:
    """A lineage that changed its genome, and an operator who changed both halves since."""
    assert live(operator, [GOAL, bash("echo own=1 > agent/own.py"), END]).outcomes == ["evolved"]
    (operator / "docs").mkdir()
    (operator / "docs" / "page.md").write_text("The operator's.\n")
    (operator / "agent" / "theirs.py").write_text("theirs = 1\n")
    git(operator, "add", "-A")
    git(operator, "commit", "--quiet", "-m", "Both halves")
    return operator


def test_adopt_keeps_genome_and_memory(ahead: Path) -> None:
    before = git(ahead, "rev-parse", f"{LINEAGE}:{CONTEXT_FILE}")
    said = heirloom(ahead, "adopt")
    assert (said.returncode, "generation 2 has the operator's files" in said.stdout) == (0, True), said.stderr
    assert git(ahead, "rev-parse", f"{LINEAGE}:{CONTEXT_FILE}") == before
    names = git(ahead, "ls-tree", "-r", "--name-only", LINEAGE).split()
    assert ("docs/page.md" in names, "agent/own.py" in names, "agent/theirs.py" in names) == (True, True, False)
    assert [one.outcome for one in history(ahead)] == ["evolved", "adopted"]
    assert (said := heirloom(ahead, "verify")).returncode == 0, said.stdout
    assert "page.md" in heirloom(ahead, "show", "2").stdout
    assert live(ahead, *[[GOAL, END]] * 3, generations_=1).outcomes == ["evolved", "adopted", "history"]
    assert (again := heirloom(ahead, "adopt")).returncode == 2
    assert "already" in again.stderr


def test_adopt_asks_for_no_evidence() -> None:
    assert [gate.name for gate in ASKED] == ["builds", "tests", "reproduction"]  # the operator makes no claim


def test_files_that_break_the_build_stay_out(ahead: Path) -> None:
    (ahead / "json.py").write_text("raise ImportError('of the operator')\n")
    git(ahead, "add", "-A")
    git(ahead, "commit", "--quiet", "-m", "In the way")
    before = git(ahead, "for-each-ref", "refs/heads")
    said = heirloom(ahead, "adopt")
    assert (said.returncode, "adopted nothing" in said.stderr) == (3, True), said.stdout
    assert git(ahead, "for-each-ref", "refs/heads") == before


def test_adopt_brings_an_older_contract_forward(ahead: Path) -> None:
    share_types(ahead)
    message = git(ahead, "log", "-1", "--format=%B", LINEAGE).replace("Contract: 2", "Contract: 0")
    parent = git(ahead, "rev-parse", f"{LINEAGE}^")
    older = git(ahead, "commit-tree", f"{LINEAGE}^{{tree}}", "-p", parent, "-m", message)
    git(ahead, "update-ref", "refs/heads/lineage/old", older)
    said = heirloom(ahead, "run", "--branch", "lineage/old")
    assert (said.returncode, "`heirloom adopt` brings" in said.stderr) == (2, True), said.stderr
    assert heirloom(ahead, "adopt", "--branch", "lineage/old").returncode == 0
    assert history(ahead, "lineage/old")[-1].trailers["Contract"] == "2"
    assert live(ahead, *[[GOAL, END]] * 3, generations_=1, branch="lineage/old").outcomes[-1] == "history"
