"""Python that stops what parses it is refused before anything of the controller's parses it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from controller.gates.candidate import Candidate
from controller.gates.shape import shape
from controller.gates.syntax import problem_of_syntax
from tests.controller.conftest import IDENTITY
from tests.controller.gates.judging import candidate as made

DEEP: Mapping[str, str] = {
    "attributes": "A" + ".b" * 500,
    "sums": "x = " + "1 + " * 2_000 + "1",
    "negations": "not " * 5_000 + "1",
    "minuses": "-" * 100_000 + "1",
    "lambdas": "lambda: " * 3_000 + "1",
    "choices": "a if b else " * 3_000 + "c",
    "branches": "if a:\n    b\n" + "elif a:\n    b\n" * 600,
    "calls": "f" + "()" * 2_000,
    "subscripts": "a" + "[0]" * 2_000,
    "no Python at all": "print " * 5_000,
}
BRANCHES = "if a:\n    b\n" + "elif a:\n    b\n" * 60
HONEST = ["MORE = 1\n", "def f(:\n", "(" * 90 + ")" * 90, "a = " * 900 + "1\n", BRANCHES]


@pytest.fixture
def candidate(operator: Path) -> Candidate:
    """Any candidate that brings a file of Python."""
    return made(operator, {}, {"agent/more.py": "MORE = 1\n"})


def with_text(candidate: Candidate, text: str) -> Candidate:
    """The candidate, whose file has this text; nothing but the file itself is made anew."""
    store = candidate.lineage.store
    blob = store.run("hash-object", "-w", "--stdin", text=text).strip()
    tree = store.exchange(candidate.commit, f"100644 {blob}\tagent/more.py\0")
    commit = store.run("commit-tree", tree, "-p", candidate.parent, "-m", "Another", environment=IDENTITY).strip()
    changes = tuple(candidate.lineage.changes(candidate.parent, commit))
    return replace(candidate, commit=commit, changes=changes, findings={})


def test_deep_code_is_refused_by_shape(candidate: Candidate) -> None:
    for name, text in DEEP.items():
        problem = problem_of_syntax(with_text(candidate, text))
        assert problem == "agent/more.py is nested too deep for Python's own tools", name
    report = shape(with_text(candidate, DEEP["attributes"]))
    assert (report.result, "nested too deep" in report.reason) == ("refuse", True)


def test_what_can_be_read_passes(candidate: Candidate) -> None:
    for text in HONEST:
        assert problem_of_syntax(with_text(candidate, text)) == ""


def test_reading_without_end_is_stopped(candidate: Candidate) -> None:
    long = with_text(candidate, "a," * 100_000 + "b")
    bounds = replace(long.room.bounds, seconds=0.2)
    assert "(wall)" in problem_of_syntax(replace(long, room=replace(long.room, bounds=bounds)))


def test_a_file_is_read_once(candidate: Candidate) -> None:
    assert problem_of_syntax(candidate) == ""
    bounds = replace(candidate.room.bounds, seconds=0.0)
    assert problem_of_syntax(replace(candidate, room=replace(candidate.room, bounds=bounds))) == ""
