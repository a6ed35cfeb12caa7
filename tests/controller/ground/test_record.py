"""The notes: a clone that fetches them has every table that the ledger has."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from controller.git.repository import Repository
from controller.ground.record import NOTES, Record, add, kept, note, noted, together
from controller.ledger.database import Database
from controller.ledger.gradings import Comparison, Grading, Gradings
from tests.controller.conftest import git

FOREIGN = ("no JSON", "[1]", '{"kind": "grading", "of": "x"}', '{"kind": "comparison"}', "[" * 9000)


@pytest.fixture
def gradings(tmp_path: Path, operator: Path) -> Gradings:
    """A ledger with two comparisons of the operator's commit with itself; the second opened the sealed tasks."""
    clock = iter(range(100, 200))
    found = Gradings(Database(tmp_path / "ledger.sqlite", clock=lambda: float(next(clock))))
    commit = git(operator, "rev-parse", "HEAD")
    for split in ("select", "sealed"):
        wanted = Comparison(0, "lineage/main", commit, commit, "tasks", split, 1, 7, {"model": "m"}, {"t": "1f"}, 0.0)
        begun = found.begin(wanted)
        one = Grading("pairs", 1, "a", commit, "t", "1f", 1, "passed", tokens=3, nanodollars=None, seconds=0.25)
        found.add(begun.id, one, replace(one, side="b", state="failed", reason='it "fails"\nhere'))
        if split == "sealed":
            found.open_sealed(begun.id, "claim")
        found.end(begun.id, "undecided")
    return found


def test_fresh_clone_has_equal_tables(tmp_path: Path, operator: Path, gradings: Gradings) -> None:
    for number in (2, 1):
        note(Repository(operator), gradings, number)
    git(tmp_path, "clone", "--quiet", str(operator), "clone")
    git(tmp_path / "clone", "fetch", "--quiet", "origin", f"{NOTES}:{NOTES}")
    found = noted(Repository(tmp_path / "clone"))
    assert found == kept(gradings)
    assert [len(rows) for rows in found.gradings.values()] == [2, 2] and len(found.openings) == 1


def test_noting_twice_changes_nothing(operator: Path, gradings: Gradings) -> None:
    repository = Repository(operator)
    note(repository, gradings, 1)
    before = repository.tip(NOTES)
    note(repository, gradings, 1)
    assert repository.tip(NOTES) == before


def test_each_grading_is_one_line(operator: Path, gradings: Gradings) -> None:
    note(Repository(operator), gradings, 1)
    lines = git(operator, "notes", f"--ref={NOTES}", "show", "HEAD").splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["comparison", "grading", "grading"]


@pytest.mark.parametrize("line", FOREIGN)
def test_foreign_lines_are_passed_over(operator: Path, gradings: Gradings, line: str) -> None:
    repository = Repository(operator)
    add(repository, "HEAD", [line])
    note(repository, gradings, 1)
    assert len(noted(repository).comparisons) == 1


def test_ledger_and_notes_make_one_record(operator: Path, gradings: Gradings) -> None:
    note(Repository(operator), gradings, 1)
    both = together(kept(gradings), noted(Repository(operator)))
    assert both == together(noted(Repository(operator)), kept(gradings)) == kept(gradings)


def test_repository_without_notes_holds_nothing(operator: Path) -> None:
    assert noted(Repository(operator)) == Record()
