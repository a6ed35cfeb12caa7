"""Folders of others become tasks; what cannot is named."""

import json
from pathlib import Path

import pytest

from controller.errors import RequestError
from controller.ground.importers.registry import NOT_TAKEN, read
from controller.ground.task import load
from tests.controller.ground.samples import make

CONFIG = {
    "blurb": "Say how many bottles are left",
    "files": {"solution": ["bottles.py"], "test": ["bottles_test.py"], "example": [".meta/example.py"]},
}
SUITE = (
    "import unittest\n\nfrom bottles import left\n\n\nclass BottlesTest(unittest.TestCase):\n"
    "    def test_some(self):\n        self.assertEqual(left(9, 2), 7)\n"
)
MODULE = '"""How many bottles are left."""\n\n\ndef left(bottles: int, taken: int) -> int:\n    """The rest."""\n'


def write(folder: Path, **files: str) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def exercise(folder: Path, config: object = CONFIG, **more: str) -> Path:
    """A practice folder as a track has it, of our own."""
    files = {
        ".meta/config.json": json.dumps(config),
        ".meta/example.py": f"{MODULE}    return bottles - taken\n",
        ".docs/instructions.md": "# Instructions\n\nCount the bottles.\n",
        "bottles.py": "def left(bottles, taken):\n    pass\n",
        "bottles_test.py": SUITE,
    }
    return write(folder, **files, **more)


def modules(folder: Path) -> Path:
    """A folder of modules with their tests, of our own."""
    return write(
        folder,
        **{
            "bottles.py": f"{MODULE}    return bottles - taken\n",
            "test_bottles.py": "from bottles import left\n\n\ndef test_some():\n    assert left(9, 2) == 7\n",
            "cups.py": "def cups():\n    return 1\n",
        },
    )


def written(place: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)
    return place


def test_own_layout_is_taken(tmp_path: Path) -> None:
    (one,) = read(make(tmp_path / "order-total", {"proof.json": "{}"}))
    assert (one.name, one.problem) == ("order-total", "")
    assert "proof.json" not in one.files


def test_exercise_becomes_a_task(tmp_path: Path) -> None:
    (one,) = read(exercise(tmp_path / "some-bottles"))
    task = load(written(tmp_path / "set/some-bottles", dict(one.files)))
    assert task.title == CONFIG["blurb"]
    assert "Count the bottles." in task.instruction
    assert list(task.tests) == ["test_bottles.py"]
    assert b"return bottles - taken" in task.solved["bottles.py"]
    assert list(task.start) == ["bottles.py"]


def test_modules_become_tasks(tmp_path: Path) -> None:
    one, other = read(modules(tmp_path / "kitchen"))
    task = load(written(tmp_path / "set/bottles", dict(one.files)))
    assert b"raise NotImplementedError" in task.start["bottles.py"]
    assert b'"""The rest."""' in task.start["bottles.py"]
    assert (other.name, other.problem) == ("cups", "cups.py has no tests (test_cups.py or cups_test.py)")


BAD = {
    "config that is no JSON": ("{", ".meta/config.json: "),
    "config without example": ({"files": {"solution": ["a.py"], "test": ["b.py"]}}, "files.example"),
    "file that is not there": (
        {"files": {"solution": ["gone.py"], "test": ["bottles_test.py"], "example": [".meta/example.py"]}},
        "names gone.py, which is no plain file here",
    ),
    "two examples for one file": (
        {"files": {**CONFIG["files"], "example": [".meta/example.py", "bottles.py"]}},  # type: ignore[dict-item]
        "2 example files for 1 solution files",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_exercise_is_named(tmp_path: Path, name: str) -> None:
    config, told = BAD[name]
    folder = exercise(tmp_path / "some-bottles", config)
    if isinstance(config, str):
        (folder / ".meta/config.json").write_text(config)
    (one,) = read(folder)
    assert told in one.problem


def test_nothing_is_dropped_silently(tmp_path: Path) -> None:
    exercise(tmp_path / "some-bottles")
    make(tmp_path / "order-total")
    make(tmp_path / "no-tests", {"tests/test_total.py": None, "tests/rows.csv": "1,2\n"})
    (tmp_path / "pictures").mkdir()
    found = {one.name: one.problem for one in read(tmp_path)}
    assert found["order-total"] == found["some-bottles"] == ""
    assert found["no-tests"].startswith("tests/ holds no file")
    assert found["pictures"] == NOT_TAKEN


def test_link_to_elsewhere_is_refused(tmp_path: Path) -> None:
    folder = make(tmp_path / "order-total")
    (folder / "start/shop/prices.py").symlink_to("/etc/passwd")
    (one,) = read(folder)
    assert "start/shop/prices.py is no plain file" in one.problem


def test_folder_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="holds nothing that can be made a task"):
        read(tmp_path)
