"""Which commit a life descends from: strategies are rows of one table."""

import ast
from pathlib import Path

from controller.archive.choice import STRATEGIES, choose
from controller.git.lineage import Lineage
from controller.git.repository import Repository
from tests.controller.conftest import ROOT, git
from tests.controller.lives import END, GOAL, bash, live


def standing(operator: Path) -> Lineage:
    """A lineage of two generations."""
    live(operator, [GOAL, bash("echo 'one = 1' >> agent/__init__.py"), END], [END])
    store = next((operator / ".git" / "heirloom").rglob("store.git"))
    return Lineage(Repository(operator), Repository(store, own=True), "lineage/main")


def test_the_newest_generation_is_chosen(operator: Path) -> None:
    lineage = standing(operator)
    assert choose(lineage) == git(operator, "rev-parse", "lineage/main")


def test_parents_are_chosen_here_alone() -> None:
    """A try of a lineage begins from what was chosen; the others are of scratch ledgers."""
    parents = {}
    for path in sorted((ROOT / "controller").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".begin_try"):
                parents[path.relative_to(ROOT / "controller").as_posix()] = ast.unparse(node.args[2])
    scratch = {"gates/reproduction/scratch_life.py", "gateway/live_check.py"}
    assert {name: parents[name] for name in set(parents) - scratch} == {
        "run/evolution.py": "choose(self.parts.lineage)"
    }


def test_a_strategy_is_one_row(operator: Path) -> None:
    lineage = standing(operator)
    STRATEGIES["parent"] = lambda lineage: str(lineage.store.resolve(f"{lineage.head()}^"))
    try:
        assert choose(lineage, "parent") == git(operator, "rev-parse", "lineage/main^")
    finally:
        del STRATEGIES["parent"]
