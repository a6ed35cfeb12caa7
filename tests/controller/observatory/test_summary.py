"""`heirloom lessons`, `heirloom report` of a lineage and of a run."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from controller.errors import RequestError
from controller.observatory.lessons import lessons
from controller.observatory.summary import summary
from controller.state.place import locate
from controller.views import lessons as lessons_view
from controller.views.lineage_report import page
from tests.controller.conftest import git
from tests.controller.observed import MAIN, REASON


@pytest.fixture(scope="session")
def cloned(observed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the small lineage, which has no ledger."""
    folder = tmp_path_factory.mktemp("cloned")
    git(folder, "clone", "--quiet", str(observed), "clone")
    return folder / "clone"


def test_each_lesson_has_its_teacher(cloned: Path) -> None:
    found = {one.text: one for one in lessons(locate(cloned, MAIN), lambda text: None)}
    assert {text: (one.taught.number, one.last) for text, one in found.items()} == {
        "lesson 1": (1, None),
        "lesson 2": (2, 3),
        "lesson 3": (3, None),
    }
    assert found["lesson 2"].had == {"evolved": 2}
    assert found["lesson 3"].had == {"evolved": 5, "refused": 1, "killed": 1}
    assert found["lesson 3"].without == {"evolved": 3}


@pytest.mark.parametrize(("every", "count"), [(False, 2), (True, 3)])
def test_dropped_lessons_are_asked_for(cloned: Path, every: bool, count: int) -> None:
    found = lessons(locate(cloned, MAIN), lambda text: None)
    file = io.StringIO()
    lessons_view.show(found, Console(file=file), True, every)
    assert [json.loads(line)["text"] for line in file.getvalue().splitlines()] == [
        one.text for one in found if every or one.last is None
    ]
    assert file.getvalue().count("\n") == count


def test_a_lineage_is_one_page(observed: Path) -> None:
    text = page(summary(locate(observed, MAIN), ""))
    heads = [line for line in text.splitlines() if line.startswith("## ")]
    assert heads == [
        "## Goals", "## What came to nothing", "## Lessons that it hands on", "## Runs", "## Generations"
    ]  # fmt: skip
    assert "| outcomes | 8 evolved, 1 refused, 1 killed, 1 rolled-back |" in text
    assert "| tokens | 11,110 |" in text and "| usd | 2.750000 |" in text
    assert "| 7 | refused(tests) | tests: 1 of 2 tests fail: tests.agent.test\\_red::test\\_red |" in text
    assert "<script>" not in text and "\x1b" not in text and "\u202e" not in text


def test_a_run_is_one_page(observed: Path) -> None:
    text = page(summary(locate(observed, "lineage/elsewhere"), "run-1"))
    assert text.startswith("# Run run-1 of lineage/")


def test_a_clone_names_its_gaps(cloned: Path) -> None:
    text = page(summary(locate(cloned, MAIN), MAIN))
    assert "Not known here: there is no ledger" in text and REASON.replace("_", "\\_") in text


@pytest.mark.parametrize("what", ["nothing", "run-2", "lineage/nope", "--", "../x"])
def test_unknown_things_are_told(observed: Path, what: str) -> None:
    with pytest.raises(RequestError, match="newest runs: run-1"):
        summary(locate(observed, MAIN), what)
