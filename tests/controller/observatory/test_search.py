"""Searching all lives: what is found where, an index that keeps itself up to date and mends itself, rude questions."""

import io
import shutil
import sqlite3
from pathlib import Path

import pytest
from rich.console import Console

from controller.errors import RequestError
from controller.ledger.search_index import FILE, quoted
from controller.observatory.search import Found, search
from controller.state.place import locate
from controller.views.search import show
from tests.controller.conftest import git
from tests.controller.observed import MAIN, generation, write

RUDE = [
    '"',
    "a OR (",
    "NEAR(a b",
    "x*y*",
    "kind:goal",
    "-- ; DROP TABLE documents",
    "\udcff x",
    "a\x00b",
    "^a",
    "é" * 5000,
]


@pytest.fixture(scope="session")
def searched(observed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small lineage whose index is made."""
    folder = tmp_path_factory.mktemp("searched") / "operator"
    shutil.copytree(observed, folder)
    find(folder, "anything")
    return folder


def find(folder: Path, *phrases: str, kind: str = "") -> Found:
    """What is found in a repository."""
    return search(locate(folder, MAIN), phrases, kind, 20, lambda text: None)


def places(found: Found) -> set[tuple[str, int, str]]:
    """Where it was found."""
    return {(one.lineage, one.generation, one.kind) for one in found.documents}


@pytest.mark.parametrize(
    ("phrases", "kind", "expected"),
    [
        (["giraffes"], "", {(MAIN, number, "goal") for number in (1, 3, 6, 9, 10)}),
        (["lesson 3"], "lesson", {(MAIN, 3, "lesson")}),
        (["test_red"], "", {(MAIN, 7, "verdict"), ("lineage/fork", 7, "verdict")}),
        (["number 5"], "claim", {(MAIN, 5, "claim")}),
        (["x6"], "diff", {(MAIN, 6, "diff"), (MAIN, 9, "diff"), ("lineage/fork", 7, "diff")}),
        (["okapis"], "", {(MAIN, 2, "transcript")}),
        (["rainfor*"], "", {(MAIN, 2, "transcript")}),
        (["needle"], "", {(MAIN, 9, "transcript")}),
        (["okapis", "needle"], "", set()),
    ],
)  # fmt: skip
def test_everything_said_is_found(searched: Path, phrases: list[str], kind: str, expected: object) -> None:
    assert places(find(searched, *phrases, kind=kind)) == expected


@pytest.mark.parametrize("phrase", RUDE)
def test_no_question_is_an_error(searched: Path, phrase: str) -> None:
    if phrase == '"':
        with pytest.raises(RequestError, match="no word"):
            find(searched, phrase)
        return
    find(searched, phrase)


@pytest.mark.parametrize(("kind", "limit", "says"), [("dream", 20, "goal, claim"), ("", 0, "at least one")])
def test_wrong_choices_are_told(searched: Path, kind: str, limit: int, says: str) -> None:
    with pytest.raises(RequestError, match=says):
        search(locate(searched, MAIN), ["x"], kind, limit, lambda text: None)


def test_a_broken_index_is_remade(searched: Path, tmp_path: Path) -> None:
    folder = tmp_path / "operator"
    shutil.copytree(searched, folder)
    file = folder / ".git" / "heirloom" / FILE
    for data in (b"no database", b"SQLite format 3\0" + bytes(5000)):
        file.write_bytes(data)
        assert places(find(folder, "okapis")) == {(MAIN, 2, "transcript")}
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    assert places(find(folder, "okapis")) == {(MAIN, 2, "transcript")}


def test_new_generations_are_added(searched: Path, tmp_path: Path) -> None:
    folder = tmp_path / "operator"
    shutil.copytree(searched, folder)
    tip = git(folder, "rev-parse", MAIN)
    write(folder, generation(MAIN, 12, tip))
    assert (MAIN, 12, "claim") in places(find(folder, "number 12"))
    assert len(find(folder, "number 5", kind="claim").documents) == 1


def test_dropped_text_is_forgotten(searched: Path, tmp_path: Path) -> None:
    folder = tmp_path / "operator"
    shutil.copytree(searched, folder)
    (file,) = folder.glob(".git/heirloom/lineages/*/recordings.sqlite")
    with sqlite3.connect(file) as database:
        database.execute("UPDATE bodies SET data = NULL, stored = 0 WHERE life <= 9")
    database.close()
    assert find(folder, "okapis").total == find(folder, "needle").total == 0
    assert find(folder, "giraffes").total


def test_a_clone_lacks_transcripts(observed: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(observed), "clone")
    found = find(tmp_path / "clone", "giraffes")
    assert found.documents and "transcripts are not here" in found.gaps[0]


def test_what_is_shown_is_escaped(searched: Path) -> None:
    file = io.StringIO()
    show(find(searched, "calc"), Console(file=file, width=100, force_terminal=True, no_color=True), False, MAIN)
    assert "\\x1b[31mred" in file.getvalue() and "\u202e" not in file.getvalue() and "9 claim" in file.getvalue()


@pytest.mark.parametrize(
    ("phrase", "query"), [('a "b', '"a ""b"'), ("be*", '"be"*'), ("a*b", '"a*b"'), ("\x02", '" "')]
)
def test_a_phrase_is_only_text(phrase: str, query: str) -> None:
    assert quoted(phrase) == query
