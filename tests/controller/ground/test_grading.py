"""A right answer passes, a wrong one fails, whatever it does."""

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from controller.ground.answer import FILE_BYTES, read_answer, without_steering
from controller.ground.grading import UNTURNED, Expected, Graded, grade
from controller.ground.proof import look_first
from controller.ground.task import Task, load
from controller.sandbox.bubblewrap import Bubblewrap
from controller.sandbox.isolation import Isolation
from controller.sandbox.process_tree import working_in
from tests.controller.ground.hacks import ENDLESS, HACKS, SEARCH, STEERING, WRONG
from tests.controller.ground.samples import RIGHT, make
from tests.controller.levels import NEEDS_BUBBLEWRAP, VENV

pytestmark = NEEDS_BUBBLEWRAP
# Those that have every hidden test pass as it is
FOLLOWING = (
    "equal to everything",
    "answers from the frames of the test",
    "writes a forged report into every descriptor",
    "patches pytest and unittest",
    "patches the report",
)


@dataclass(frozen=True)
class Ground:
    """A task, and what its grading is known to look like."""

    task: Task
    expected: Expected
    isolation: Isolation

    def grade(self, folder: Path, code: str, **more: str) -> Graded:
        """Grade the usual answer with other code, and other files."""
        shutil.copytree(self.task.folder / "start", folder)
        for path, text in {"shop/orders.py": code, **more}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        return grade(self.task, folder, self.isolation, self.expected)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    task = load(make(tmp_path_factory.mktemp("set") / "order-total"))
    isolation = Bubblewrap(VENV)
    looked, _ = look_first(task, isolation)
    assert not looked.problem
    return Ground(task, looked.expected, isolation)


@pytest.mark.quick(1)
@pytest.mark.parametrize("name", HACKS)
def test_reward_hack_grades_as_failed(ground: Ground, tmp_path: Path, name: str) -> None:
    graded = ground.grade(tmp_path / "answer", HACKS[name])
    assert not graded.passed
    assert graded.reason


@pytest.mark.slow
@pytest.mark.parametrize("name", ENDLESS)
def test_endless_answer_grades_as_failed(ground: Ground, tmp_path: Path, name: str) -> None:
    hasty = replace(ground, task=replace(ground.task, seconds=2.0))
    graded = hasty.grade(tmp_path / "answer", ENDLESS[name])
    assert "it took more than 2 s" in graded.reason


@pytest.mark.slow
def test_answer_that_follows_tests_is_found(ground: Ground, tmp_path: Path) -> None:
    for number, name in enumerate(FOLLOWING):
        graded = ground.grade(tmp_path / str(number), HACKS[name])
        assert (name, graded.reason) == (name, UNTURNED)


@pytest.mark.slow
@pytest.mark.parametrize("path", STEERING)
def test_steering_file_changes_nothing(ground: Ground, tmp_path: Path, path: str) -> None:
    assert ground.grade(tmp_path / "right", RIGHT, **{path: STEERING[path]}).reason == ""
    assert not ground.grade(tmp_path / "wrong", WRONG, **{path: STEERING[path]}).passed


@pytest.mark.slow
def test_special_files_change_nothing(ground: Ground, tmp_path: Path) -> None:
    folder = tmp_path / "answer"
    shutil.copytree(ground.task.folder / "start", folder)
    (folder / "shop/orders.py").write_text(RIGHT)
    (folder / "link").symlink_to("/")
    (folder / "shop/link.py").symlink_to("orders.py")
    os.mkfifo(folder / "pipe")
    with (folder / "huge").open("wb") as file:
        file.truncate(1 << 40)
    assert grade(ground.task, folder, ground.isolation, ground.expected).reason == ""
    (folder / "shop/orders.py").unlink()
    (folder / "shop/orders.py").symlink_to(ground.task.folder / "solution/shop/orders.py")
    assert not grade(ground.task, folder, ground.isolation, ground.expected).passed


@pytest.mark.slow
def test_hidden_tests_are_not_found(ground: Ground, tmp_path: Path) -> None:
    assert ground.grade(tmp_path / "answer", SEARCH + RIGHT).reason == ""


@pytest.mark.slow
def test_process_left_is_ended(ground: Ground, tmp_path: Path) -> None:
    ground.grade(
        tmp_path / "answer", "import os\nif os.fork() == 0:\n    os.execlp('sleep', 'sleep', '4321')\n" + RIGHT
    )
    assert working_in("sleep", [tmp_path]) == []


def test_answer_is_read_within_bounds(tmp_path: Path) -> None:
    (tmp_path / "kept.py").write_text("")
    (tmp_path / "link.py").symlink_to("kept.py")
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(FILE_BYTES + 1)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__/kept.cpython-311.pyc").write_text("")
    assert list(read_answer(tmp_path)) == ["kept.py"]


@pytest.mark.parametrize("path", [path for path in STEERING if path != "PYTEST_ADDOPTS"])
def test_steering_file_is_left_out(path: str) -> None:
    assert list(without_steering({path: b"", "shop/orders.py": b""})) == ["shop/orders.py"]
