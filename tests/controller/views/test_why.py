"""How a parent was chosen, told again."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from controller.errors import RequestError
from controller.state.place import locate
from controller.views.why import reason, show
from tests.controller.archive.test_choice import CHANGE, OTHER
from tests.controller.conftest import git
from tests.controller.lives import live

BRANCH = "lineage/main"


def said(operator: Path, number: int) -> str:
    console = Console(width=200, file=io.StringIO())
    show(locate(operator, BRANCH), number, console, as_json=False)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_a_choice_is_made_again(operator: Path) -> None:
    live(operator, CHANGE, OTHER, select="clade")
    found = reason(locate(operator, BRANCH), 2)
    assert found.same is True
    assert found.row is not None and found.row.strategy == "clade"
    assert "made once more, the choice comes out the same" in said(operator, 2)


def test_a_plain_line_was_not_chosen(operator: Path) -> None:
    live(operator, CHANGE)
    assert "the newest there was" in said(operator, 1)


@pytest.mark.slow
def test_a_clone_lacks_the_ledger(operator: Path, tmp_path: Path) -> None:
    live(operator, CHANGE, select="clade")
    git(tmp_path, "clone", "-q", "-b", BRANCH, str(operator), "copy")
    assert "the ledger in which it is written down is not here" in said(tmp_path / "copy", 1)


@pytest.mark.slow
def test_an_unknown_generation_is_refused(operator: Path) -> None:
    live(operator, CHANGE)
    with pytest.raises(RequestError, match="no generation 9"):
        reason(locate(operator, BRANCH), 9)
