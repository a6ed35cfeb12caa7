"""Which commit a life descends from: strategies are rows of one table."""

from pathlib import Path

from controller.archive.choice import STRATEGIES, choose
from controller.git.lineage import Lineage
from controller.git.repository import Repository
from tests.controller.conftest import git
from tests.controller.lives import END, GOAL, bash, live


def standing(operator: Path) -> Lineage:
    """A lineage of two generations."""
    live(operator, [GOAL, bash("echo 'one = 1' >> agent/__init__.py"), END], [END])
    store = next((operator / ".git" / "heirloom").rglob("store.git"))
    return Lineage(Repository(operator), Repository(store, own=True), "lineage/main")


def test_the_newest_generation_is_chosen(operator: Path) -> None:
    lineage = standing(operator)
    assert choose(lineage) == git(operator, "rev-parse", "lineage/main")


def test_a_strategy_is_one_row(operator: Path) -> None:
    lineage = standing(operator)
    STRATEGIES["parent"] = lambda lineage: str(lineage.store.resolve(f"{lineage.head()}^"))
    try:
        assert choose(lineage, "parent") == git(operator, "rev-parse", "lineage/main^")
    finally:
        del STRATEGIES["parent"]
