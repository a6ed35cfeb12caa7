"""Held-out mutants in the room: what tests notice, what is asked again, and what a life could see of the secret."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from controller.gates.candidate import Room
from controller.git.lineage import Lineage
from controller.ground.draw import Draw
from controller.ground.genome_files import is_test
from controller.ground.mutants import FEW, WIDE, Suite, narrow
from controller.run.compose import VENV
from controller.sandbox.bubblewrap import Bubblewrap
from controller.sandbox.limits import Bounds
from controller.state.place import locate, make_state
from tests.controller.conftest import git

CODE = '"""Counts."""\n\n\ndef more(number: int) -> int:\n    """One more."""\n    return number + 1\n'
WEAK = "from agent.count import more\n\n\ndef test_counts() -> None:\n    assert more(1) > 0\n"
STRONG = "from agent.count import more\n\n\ndef test_exact() -> None:\n    assert more(1) == 2\n"


def commit(operator: Path, **files: str) -> str:
    """A genome with these tests and a function to be mutated."""
    tests = {f"tests/agent/{name}.py": text for name, text in files.items()}
    for name, text in {"agent/count.py": CODE, **tests}.items():
        (operator / name).parent.mkdir(parents=True, exist_ok=True)
        (operator / name).write_text(text)
    git(operator, "add", "-A")
    git(operator, "commit", "--quiet", "-m", "A genome")
    return git(operator, "rev-parse", "HEAD")


def suite(operator: Path, folder: Path, known: dict[str, Any]) -> Suite:
    """A suite over the operator's repository, in a room of its own."""
    place = locate(operator, "lineage/main")
    make_state(place)
    lineage = Lineage(place.repository, place.store, place.branch)
    lineage.open(git(operator, "rev-parse", "HEAD"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    room = Room(Bubblewrap(VENV), folder / "room", Bounds(300, 2 * 2**30, 2**24))
    return Suite(lineage, room, Draw(b"1" * 32), known, "these gates")


@pytest.mark.slow
def test_stronger_tests_gain_mutants(operator: Path, tmp_path: Path) -> None:
    known: dict[str, Any] = {}
    first = commit(operator, test_weak=WEAK)
    second = commit(operator, test_strong=STRONG)
    found = suite(operator, tmp_path / "rooms", known).compare(first, second)
    assert len(found) > 2
    assert sum(new and not old for old, new in found.values()) > 0
    assert not any(old and not new for old, new in found.values())
    again = suite(operator, tmp_path / "rooms", known)
    assert again.compare(first, second) == found
    assert not (tmp_path / "rooms" / "room").exists()  # all was known: nothing was unpacked
    third = commit(operator, test_other=STRONG.replace("== 2", "< 3"))
    later = suite(operator, tmp_path / "rooms", known).compare(second, third)  # the code is known, these tests are not
    assert {name: (old, old) for name, (_, old) in found.items()} == later


def test_wide_tests_are_asked_last() -> None:
    touching = {f"f{number}": ["wide"] for number in range(WIDE + 1)}
    several = [f"t{number}" for number in range(FEW)]
    touching["f0"] = ["wide", *several]
    found = narrow(touching)
    assert found["f0"] == several  # enough others are about it
    assert found["f1"] == ["wide"]  # nothing else is


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/agent/test_x.py", True),
        ("tests/agent/deep/test_x.py", True),
        ("tests/agent/fakes.py", False),
        ("tests/agent/test_x.txt", False),
        ("tests/test_contract.py", False),
    ],
)
def test_only_test_files_are_asked_anew(path: str, expected: bool) -> None:
    assert is_test(path) is expected
