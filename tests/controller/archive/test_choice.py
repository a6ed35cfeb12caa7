"""Which commit a life descends from, and how a lineage is told whose parents are chosen."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.archive.choice import Chooser, Measured
from controller.archive.strategies import STRATEGIES, Choice, StrategyRow
from controller.errors import RequestError
from controller.git.lineage import Lineage
from controller.git.log import generations
from controller.git.repository import Repository
from tests.controller.conftest import ROOT, git
from tests.controller.lives import END, GOAL, bash, live

CHANGE = [GOAL, bash("echo 'one = 1' >> agent/__init__.py"), END]
OTHER = [GOAL, bash("echo 'two = 2' >> agent/__init__.py"), END]


def standing(operator: Path) -> Lineage:
    """The lineage of a repository in which lives were lived."""
    store = next((operator / ".git" / "heirloom").rglob("store.git"))
    return Lineage(Repository(operator), Repository(store, own=True), "lineage/main")


def chooser(lineage: Lineage, strategy: str, **results: tuple[int, int]) -> Chooser:
    return Chooser(lineage, strategy, 0, lambda: Measured(results, 0))


def test_the_newest_generation_is_chosen(operator: Path) -> None:
    live(operator, CHANGE, [END])
    chosen = chooser(standing(operator), "latest").choose(3)
    assert (chosen.start, chosen.head, chosen.row) == (git(operator, "rev-parse", "lineage/main"), "", None)


def test_parents_are_chosen_here_alone() -> None:
    """A try of a lineage begins from what was chosen; the others are of scratch ledgers, or of tasks."""
    parents = {}
    for path in sorted((ROOT / "controller").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".begin_try"):
                parents[path.relative_to(ROOT / "controller").as_posix()] = ast.unparse(node.args[2])
    scratch = {"gates/reproduction/scratch_life.py", "gateway/live_check.py", "ground/work.py"}
    assert {name: parents[name] for name in set(parents) - scratch} == {"run/evolution.py": "chosen.start"}


@pytest.fixture
def oldest_but_one() -> Iterator[str]:
    """A strategy of one row: the second node."""
    STRATEGIES["second"] = StrategyRow(lambda archive, draw: Choice(archive.nodes[1]))
    yield "second"
    del STRATEGIES["second"]


def test_a_strategy_is_one_row(operator: Path, oldest_but_one: str) -> None:
    live(operator, CHANGE, OTHER, [END])
    lineage = standing(operator)
    first = generations(lineage.store, lineage.head())[-1]
    chosen = chooser(lineage, oldest_but_one).choose(4)
    assert chosen.start == first.commit
    assert chosen.head == lineage.head()


def test_independent_tries_descend_from_the_root(operator: Path) -> None:
    root = git(operator, "rev-parse", "HEAD")
    told = live(operator, CHANGE, CHANGE, CHANGE, select="iid")
    assert told.outcomes == ["evolved"] * 3
    assert [one.parent for one in told.generations] == [root] * 3
    assert [one.joins[1] for one in told.generations] == [one.commit for one in told.generations]


def test_the_log_reads_as_a_line(operator: Path) -> None:
    live(operator, CHANGE, CHANGE, select="iid")
    subjects = git(operator, "log", "--first-parent", "--format=%s", "lineage/main").splitlines()
    assert [subject.split(":")[0] for subject in subjects[:2]] == ["Generation 2 evolved", "Generation 1 evolved"]
    assert git(operator, "rev-parse", "lineage/main^{tree}") == git(operator, "rev-parse", "HEAD^{tree}")


def test_a_plain_line_goes_on_as_an_archive(operator: Path) -> None:
    root = git(operator, "rev-parse", "HEAD")
    live(operator, CHANGE)
    plain = git(operator, "rev-parse", "lineage/main")
    told = live(operator, CHANGE, OTHER, select="iid")
    again = live(operator, CHANGE, select="latest")
    lived = again.generations
    assert [one.parent for one in lived] == [root, root, root, told.generations[-1].commit]
    assert lived[1].joins[0] == plain
    assert git(operator, "rev-list", "--count", "--first-parent", "lineage/main", f"^{root}") == "4"


def test_memory_of_a_failure_is_kept(operator: Path) -> None:
    """A life that changes nothing goes on from the same node, and the next one knows what it tried."""
    told = live(operator, CHANGE, [GOAL, END], CHANGE, select="best")
    root, failed, last = told.generations[0].parent, told.generations[1], told.generations[2]
    assert failed.parent == root
    assert last.parent == failed.commit


def test_a_choice_can_be_made_again(operator: Path) -> None:
    live(operator, CHANGE, OTHER)
    lineage = standing(operator)
    first, second = reversed(generations(lineage.store, lineage.head()))
    known = {first.commit: (9, 1), second.commit: (2, 8)}
    one = Chooser(lineage, "clade", 7, lambda: Measured(known, 5))
    assert one.choose(3) == one.choose(3)
    row = one.choose(3).row
    assert row is not None and (row.strategy, row.newest, row.gradings, len(row.scores)) == ("clade", 2, 5, 3)


def test_an_unknown_strategy_is_named(operator: Path) -> None:
    from controller.operations.checked_settings import load_checked

    with pytest.raises(RequestError, match="there is no strategy 'x'; choose one of latest, best, iid, dgm, clade"):
        load_checked({"select": "x"}, {}, operator)


def test_the_operator_changes_no_chosen_lineage(operator: Path) -> None:
    from controller.operations.rollback import find_target

    live(operator, CHANGE, select="iid")
    lineage = standing(operator)
    with pytest.raises(RequestError, match="parents of lineage/main are chosen"):
        find_target(lineage.store, lineage.branch, lineage.head(), 0)
