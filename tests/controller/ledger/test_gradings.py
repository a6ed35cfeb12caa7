"""Comparisons, gradings and openings in the ledger."""

from dataclasses import replace
from pathlib import Path

import pytest

from controller.errors import LedgerError
from controller.ledger.database import Database
from controller.ledger.gradings import Comparison, Grading, Gradings

WANTED = Comparison(0, "lineage/main", "a" * 40, "b" * 40, "tasks", "select", 3, 7, {"model": "m"}, {"t": "1f"}, 0.0)
PASSED = Grading("pairs", 1, "a", "a" * 40, "t", "1f", 1, "passed", tokens=10, nanodollars=5, seconds=0.5, life=3)


@pytest.fixture
def gradings(tmp_path: Path) -> Gradings:
    """A ledger of its own, at second 9."""
    return Gradings(Database(tmp_path / "ledger.sqlite", clock=lambda: 9.0))


def test_comparison_comes_back_whole(gradings: Gradings) -> None:
    begun = gradings.begin(WANTED)
    assert begun == replace(WANTED, id=1, began=9.0)
    assert gradings.open_comparison("lineage/main", WANTED.a, WANTED.b, "tasks", "select") == begun
    assert gradings.open_comparison("lineage/main", WANTED.b, WANTED.a, "tasks", "select") is None


def test_ended_comparison_keeps_its_end(gradings: Gradings) -> None:
    begun = gradings.begin(WANTED)
    gradings.end(begun.id, "better")
    gradings.end(begun.id, "worse")
    assert gradings.comparisons() == [replace(begun, ended=9.0, verdict="better")]
    assert gradings.open_comparison("lineage/main", WANTED.a, WANTED.b, "tasks", "select") is None


def test_gradings_come_back_in_order(gradings: Gradings) -> None:
    begun = gradings.begin(WANTED)
    other = replace(PASSED, side="b", commit="b" * 40, state="void", reason="429", nanodollars=None, life=None)
    gradings.add(begun.id, PASSED, other)
    kept = [replace(one, id=n, comparison=1, at=9.0) for n, one in enumerate((PASSED, other), 1)]
    assert gradings.of(begun.id) == gradings.all() == kept


@pytest.mark.parametrize("wrong", [{"state": "maybe"}, {"side": "c"}])
def test_half_a_pair_is_never_written(gradings: Gradings, wrong: dict[str, str]) -> None:
    begun = gradings.begin(WANTED)
    with pytest.raises(LedgerError):
        gradings.add(begun.id, PASSED, replace(PASSED, **wrong))  # type: ignore[arg-type]
    assert gradings.all() == []


def test_results_by_commit_leave_voids_out(gradings: Gradings) -> None:
    begun = gradings.begin(WANTED)
    sealed = gradings.begin(replace(WANTED, split="sealed"))
    failed, void = replace(PASSED, state="failed"), replace(PASSED, state="void", commit="b" * 40)
    gradings.add(begun.id, PASSED, PASSED, failed, void)
    gradings.add(sealed.id, PASSED)
    assert gradings.results_by_commit("tasks") == {"a" * 40: (2, 1)}
    assert gradings.results_by_commit("tasks", "sealed") == {"a" * 40: (1, 0)}
    assert gradings.results_by_commit("mutants") == {}


def test_opening_is_counted_once_a_comparison(gradings: Gradings) -> None:
    first, second = gradings.begin(WANTED), gradings.begin(WANTED)
    assert gradings.open_sealed(first.id, "claim") == 0
    assert gradings.open_sealed(first.id, "claim") == 0
    assert gradings.open_sealed(second.id, "claim") == 1
    assert [one.comparison for one in gradings.openings()] == [1, 2]
