"""`heirloom tree`: each generation in its place, what died beside the line with why, and what went on folded."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from controller.errors import RequestError
from controller.observatory.forest import forest
from controller.state.place import Place, locate
from controller.views.lineage_tree import show
from tests.controller.conftest import git

MAIN, FORK = "lineage/main", "lineage/fork"


def drawn(place: Place, *branches: str, width: int = 100, as_json: bool = False, unfolded: bool = False) -> list[str]:
    """The lines of the tree."""
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=True)
    show(forest(place, branches), console, as_json, unfolded)
    return file.getvalue().splitlines()


def test_one_line_is_folded(observed: Path) -> None:
    assert drawn(locate(observed, MAIN), MAIN)[:4] == [
        "┊ 1–4  4 evolved",
        "● 5 evolved  wrote number 5",
        "├╴ aborted, try 1: the provider was away",
        "● 6 evolved  wrote number 6",
    ]


def test_deaths_are_leaves_with_reasons(observed: Path) -> None:
    shown = drawn(locate(observed, MAIN), MAIN)
    assert "├─ ✗ 7 refused(tests)  tests: 1 of 2 tests fail: tests.agent.test_red::test_red" in shown
    assert "├─ ✗ 8 killed(wall)  wall I was still thinking" in shown


def test_a_rollback_leaves_a_branch(observed: Path) -> None:
    shown = drawn(locate(observed, MAIN), MAIN)
    (ended,) = [line for line in shown if "9 evolved" in line]
    assert ended.startswith("├─ ● 9 ") and "\x1b" not in ended and "\u202e" not in ended
    assert shown[-2:] == ["↩ 10 rolled-back  wrote number 10", "● 11 evolved [lineage/main]  wrote number 11"]


def test_two_lineages_share_their_beginning(observed: Path) -> None:
    shown = drawn(locate(observed, MAIN), MAIN, FORK, unfolded=True)
    assert len([line for line in shown if " 3 evolved" in line]) == 1
    assert any("7 evolved [lineage/fork]" in line for line in shown)


@pytest.mark.parametrize("width", [1, 20, 60])
def test_no_line_is_too_wide(observed: Path, width: int) -> None:
    assert max(map(len, drawn(locate(observed, MAIN), MAIN, FORK, width=width))) <= width


def test_json_names_each_generation(observed: Path) -> None:
    rows = [json.loads(line) for line in drawn(locate(observed, MAIN), MAIN, as_json=True)]
    assert sorted(row["generation"] for row in rows) == list(range(1, 12))
    by = {row["generation"]: row for row in rows}
    assert by[9]["goes_on_from"] == by[10]["goes_on_from"] == by[6]["commit"]
    assert by[5]["aborted"] == [{"try": 1, "reason": "the provider was away"}] and by[11]["tips"] == [MAIN]


def test_a_clone_tells_its_gap(observed: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(observed), "clone")
    shown = drawn(locate(tmp_path / "clone", MAIN), MAIN)
    assert "├─ ✗ 7 refused(tests)  tests: 1 of 2 tests fail: tests.agent.test_red::test_red" in shown
    assert shown[-1].startswith("There is no ledger here") and "ledger.sqlite" in shown[-1]


def test_unknown_lineage_names_the_known(observed: Path) -> None:
    with pytest.raises(RequestError, match="lineage/fork, lineage/main"):
        forest(locate(observed, MAIN), ["lineage/nowhere"])
