"""Generations are measured where results choose parents; a fault of measuring stops no run."""

from contextlib import closing
from pathlib import Path

import pytest

from controller.ground.draw import CHAMPION, HELD_OUT, SPLITS, Draw
from controller.ledger.database import Database
from controller.ledger.gradings import SELECT, Gradings
from tests.controller.archive.test_choice import CHANGE, OTHER
from tests.controller.lives import live


def test_no_mutant_is_in_two_splits() -> None:
    names = [f"mutant {number}" for number in range(600)]
    drawn = [set(Draw(b"s" * 32, split).chosen(names, 600)) for split in SPLITS]
    assert sum(len(one) for one in drawn) == len(set.union(*drawn)) == 600
    assert all(len(one) > 150 for one in drawn)
    assert Draw(b"s" * 32).split_of(next(iter(drawn[0]))) == HELD_OUT


@pytest.mark.slow
def test_evolved_generations_are_measured(operator: Path) -> None:
    told = live(operator, CHANGE, OTHER, select="clade", no_ground=False)
    assert told.outcomes == ["evolved", "evolved"]
    with closing(Database(operator / ".git" / "heirloom" / "ledger.sqlite", to_read=True)) as database:
        begun = Gradings(database).comparisons()
    root, nodes = told.generations[0].parent, [one.commit for one in told.generations]
    assert [one.b for one in begun if one.split == SELECT] == nodes
    assert [(one.a, one.b) for one in begun if one.split == CHAMPION] == [(root, node) for node in nodes]
