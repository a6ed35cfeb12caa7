"""A lineage whose parents are chosen, held against itself."""

from collections.abc import Callable
from pathlib import Path

import pytest

from controller.audit.verify import verify
from controller.state.place import locate
from tests.controller.archive.test_choice import CHANGE, OTHER
from tests.controller.conftest import git
from tests.controller.lives import END, GOAL, live

BRANCH = "lineage/main"


def wrong(operator: Path) -> list[str]:
    """What is wrong with the branch."""
    (found,) = [one for one in verify(locate(operator, BRANCH)) if one.name == "branch"]
    return list(found.wrong)


def other_tree(operator: Path) -> str:
    return git(operator, "rev-parse", f"{BRANCH}^2^{{tree}}")


def told_again(operator: Path, tree: str, message: str, *parents: str) -> None:
    """Put another commit of the log in the place of the newest."""
    words = [word for parent in parents for word in ("-p", parent)]
    made = git(operator, "commit-tree", tree, *words, "-m", message)
    git(operator, "update-ref", f"refs/heads/{BRANCH}", made)


def plant_tree(operator: Path, message: str) -> None:
    told_again(operator, other_tree(operator), message, f"{BRANCH}^1", f"{BRANCH}^2")


def plant_node(operator: Path, message: str) -> None:
    told_again(operator, f"{BRANCH}^{{tree}}", message, f"{BRANCH}^1", f"{BRANCH}^1")


def plant_parent(operator: Path, message: str) -> None:
    root = git(operator, "rev-parse", "HEAD")
    told_again(operator, f"{BRANCH}^{{tree}}", message.replace(root, "0" * 40), f"{BRANCH}^1", f"{BRANCH}^2")


def plant_number(operator: Path, message: str) -> None:
    changed = message.replace("Heirloom-Generation: 2", "Heirloom-Generation: 3")
    told_again(operator, f"{BRANCH}^{{tree}}", changed, f"{BRANCH}^1", f"{BRANCH}^2")


def test_a_chosen_lineage_is_verified(operator: Path) -> None:
    live(operator, CHANGE, [GOAL, END], select="iid")
    assert wrong(operator) == []
    assert all(not one.wrong for one in verify(locate(operator, BRANCH)))


@pytest.mark.parametrize(
    ("plant", "says"),
    [
        (plant_tree, "another tree than its champion's"),
        (plant_node, "is not told behind generation 1"),
        (plant_parent, "is not what the log tells of it"),
        (plant_number, "generation 3 follows generation 1"),
    ],
)
@pytest.mark.quick(1)
def test_what_the_log_tells_is_checked(operator: Path, plant: Callable[[Path, str], None], says: str) -> None:
    live(operator, CHANGE, OTHER, select="iid")
    plant(operator, git(operator, "log", "-1", "--format=%B", BRANCH))
    assert any(says in line for line in wrong(operator)), wrong(operator)
