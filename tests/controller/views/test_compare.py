"""`heirloom compare` and `heirloom blame`: two commits beside each other, and where each line is from."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from controller.errors import RequestError
from controller.observatory.blame import blame
from controller.observatory.comparison import pair
from controller.state.place import locate
from controller.views import blame as blame_view
from controller.views import compare as compare_view
from tests.controller.conftest import git

MAIN = "lineage/main"


def compared(observed: Path, a: str, b: str, **more: Any) -> dict[str, Any]:
    """The comparison as JSON data."""
    file = io.StringIO()
    compare_view.show(pair(locate(observed, MAIN), a, b, **more), Console(file=file), as_json=True)
    found: dict[str, Any] = json.loads(file.getvalue())
    return found


def test_two_generations_stand_together(observed: Path) -> None:
    found = compared(observed, "2", "6")
    assert (found["a"]["generation"], found["b"]["generation"], found["common"]) == (2, 6, found["a"]["commit"])
    assert found["b"]["code_tokens"] - found["a"]["code_tokens"] == 12
    assert found["files"] == [{"path": "agent/mind.py", "added": 4, "deleted": 0}]
    assert (found["b"]["tokens"], found["b"]["usd"], found["b"]["outcomes"]) == (6060, 1.5, {"evolved": 6})
    assert found["a"]["lessons"] == ["lesson 1", "lesson 2"] and found["b"]["lessons"] == ["lesson 1", "lesson 3"]


@pytest.mark.parametrize(("a", "b"), [("6", "9"), ("9", "6")])
def test_evidence_is_for_the_second(observed: Path, a: str, b: str) -> None:
    file = io.StringIO()
    compare_view.show(pair(locate(observed, MAIN), a, b), Console(file=file), as_json=False)
    won = "B alone passed 1, A alone 0" if b == "9" else "B alone passed 0, A alone 1"
    assert won in file.getvalue() and "of 2 pairs" in file.getvalue() and "\x1b" not in file.getvalue()


@pytest.mark.parametrize("name", ["lineage/fork", "lineage/fork:7", "main", "lineage/main~1"])
def test_many_names_are_understood(observed: Path, name: str) -> None:
    assert compared(observed, "1", name)["b"]["name"] == name


@pytest.mark.parametrize(
    ("a", "b", "path", "says"),
    [
        ("1", "99", "", "has no generation 99; it has 1 to 11"),
        ("1", "banana", "", "nothing here that 'banana' names"),
        ("1", "--output=x", "", "nothing here"),
        ("1", "lineage/nope:3", "", "there is no lineage lineage/nope"),
        ("1", "2", "agent/nope.py", "there is no 'agent/nope.py'"),
        ("1", "2", ":(exclude)agent", "there is no"),
        ("1", "2", "../x", "there is no"),
    ],
)
def test_wrong_names_are_told(observed: Path, a: str, b: str, path: str, says: str) -> None:
    with pytest.raises(RequestError) as caught:
        pair(locate(observed, MAIN), a, b, path)
    assert says in str(caught.value)


def test_path_and_diff_narrow_it(observed: Path) -> None:
    found = compared(observed, "5", "6", path="agent", with_diff=True)
    assert "+x6 = 6" in found["diff"] and "agent_context" not in found["diff"]


def test_without_ledger_evidence_is_unknown(observed: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(observed), "clone")
    assert compared(tmp_path / "clone", "6", "9")["comparisons"] is None


def blamed(observed: Path, where: str, at: str = "", as_json: bool = True) -> list[str]:
    """The printed lines."""
    file = io.StringIO()
    blame_view.show(blame(locate(observed, MAIN), where, at), Console(file=file), as_json)
    return file.getvalue().splitlines()


def test_each_line_names_its_generation(observed: Path) -> None:
    rows = [json.loads(line) for line in blamed(observed, "agent/mind.py")]
    assert [row["generation"] for row in rows] == [1, 1, 2, 3, 4, 5, 6, 9, 9, 9, 11, 11]
    assert (rows[2]["text"], rows[2]["goal"], rows[2]["outcome"]) == ("x2 = 2", "Goal 0", "evolved")


def test_goals_of_others_are_escaped(observed: Path) -> None:
    (line,) = blamed(observed, "agent/mind.py:9", as_json=False)
    assert " 9 evolved: =cmd|" in line and not {"\x1b", "\u202e"} & set(line)


@pytest.mark.parametrize(
    ("where", "at", "says"),
    [
        ("agent/mind.py:99", "", "has 12 lines"),
        ("agent/mind.py:0", "", "counted from 1"),
        ("agent/mind.py:5-2", "", "counted from 1"),
        ("agent/nope.py", "", "there is no 'agent/nope.py'"),
        ("agent", "", "is no file"),
        ("agent/mind.py", "99", "has no generation 99"),
    ],
)
def test_wrong_lines_are_told(observed: Path, where: str, at: str, says: str) -> None:
    with pytest.raises(RequestError) as caught:
        blame(locate(observed, MAIN), where, at)
    assert says in str(caught.value)
