"""A task's folder is read whole, and what is wrong with it is said by file and key."""

from collections.abc import Callable
from pathlib import Path

import pytest

from controller.errors import RequestError
from controller.ground.task import SPLITS, hash_of, load, load_all, split_of
from tests.controller.ground.samples import SHEET, make

Break = Callable[[Path], object]


def sheet(old: str, new: str) -> Break:
    """A task.toml that is wrong in one place."""

    def broken(folder: Path) -> object:
        text = SHEET.format(kind="symptom", more="")
        assert old in text
        return (folder / "task.toml").write_text(text.replace(old, new))

    return broken


def write(path: str, text: str) -> Break:
    return lambda folder: (folder / path).write_text(text)


BAD: dict[str, tuple[Break, str]] = {
    "no sheet": (lambda folder: (folder / "task.toml").unlink(), "task.toml is missing"),
    "bad toml": (sheet("level = 1", "level = ="), "task.toml: Invalid value"),
    "unknown kind": (sheet("symptom", "riddle"), "task.toml: metadata.kind"),
    "unknown key": (sheet("level = 1", "level = 1\nlevle = 2"), "task.toml: metadata.levle"),
    "level past bounds": (sheet("level = 1", "level = 6"), "task.toml: metadata.level"),
    "level as text": (sheet("level = 1", 'level = "1"'), "task.toml: metadata.level"),
    "no seconds": (sheet("timeout_sec = 20.0", ""), "task.toml: verifier.timeout_sec"),
    "endless seconds": (sheet("timeout_sec = 20.0", "timeout_sec = inf"), "task.toml: verifier.timeout_sec"),
    "no tests": (lambda folder: (folder / "tests/test_total.py").unlink(), "tests/ holds no file test_*.py"),
    "tests that do not parse": (write("tests/test_total.py", "def"), "tests/test_total.py: "),
    "shared code beside tests": (write("tests/shared.py", ""), "tests/shared.py: only test_*.py"),
    "empty instruction": (write("instruction.md", " \n"), "instruction.md is empty"),
    "removed file that never was": (write("solution/.removed", "shop/gone.py\n"), "'shop/gone.py' is not in start/"),
    "symlink": (lambda folder: (folder / "start/link").symlink_to("/etc/passwd"), "start/link is no plain file"),
    "a module of Python's own": (write("start/queue.py", ""), "queue is the name of a module"),
    "protected file that never was": (
        sheet("timeout_sec = 20.0", 'timeout_sec = 20.0\nprotected = ["shop/gone.py"]'),
        "task.toml: verifier.protected",
    ),
    "protected file that the solution changes": (
        sheet("timeout_sec = 20.0", 'timeout_sec = 20.0\nprotected = ["shop/orders.py"]'),
        "is protected, and the solution changes it",
    ),
    "refactoring without a bound": (sheet("symptom", "refactoring"), "verifier.max_tokens"),
    "tests without mutants": (sheet("symptom", "tests"), "tests/mutants.toml is missing"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_task_is_named(tmp_path: Path, name: str) -> None:
    folder = make(tmp_path / "order-total")
    load(folder)
    act, told = BAD[name]
    act(folder)
    with pytest.raises(RequestError) as found:
        load(folder)
    assert str(found.value).startswith("order-total: ")
    assert told in str(found.value)


@pytest.mark.parametrize("name", ["OrderTotal", "order_total", "order--total", "1-order", "order-"])
def test_name_must_be_kebab_case(tmp_path: Path, name: str) -> None:
    with pytest.raises(RequestError, match="kebab-case"):
        load(make(tmp_path / name))


def test_hash_covers_all_but_proof(tmp_path: Path) -> None:
    folder = make(tmp_path / "order-total")
    before = hash_of(folder)
    (folder / "proof.json").write_text("{}")
    assert hash_of(folder) == before
    for path in ("instruction.md", "start/shop/orders.py", "tests/test_total.py", "task.toml"):
        text = (folder / path).read_text()
        (folder / path).write_text(text + "\n")
        assert hash_of(folder) != before
        (folder / path).write_text(text)
    (folder / "start/new.txt").touch()
    assert hash_of(folder) != before


def test_split_hangs_on_name() -> None:
    found = [split_of(f"task-{number}") for number in range(1000)]
    assert {split: SPLITS.count(split) for split in SPLITS} == {"open": 2, "select": 4, "sealed": 4}
    assert 150 < found.count("open") < 250
    assert 350 < found.count("select") < 450


def test_bad_tasks_are_listed(tmp_path: Path) -> None:
    make(tmp_path / "order-total")
    make(tmp_path / "no-tests", {"tests/test_total.py": None})
    tasks, bad = load_all(tmp_path)
    assert [task.name for task in tasks] == ["order-total"]
    assert list(bad) == ["no-tests"]
