"""The whole hunt, sent as the program that a life's bash runs, on a package with one planted hole."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from controller.gateway.upstreams.embedded.program import MARK, program
from controller.run.compose import VENV
from tests.controller.conftest import git

SOURCE = '''"""Sizes of things."""


def size(count: int, limit: int = 10) -> str:
    """A size in words."""
    return "big" if count > limit else "small"
'''
WEAK = """from agent.size import size


def test_a_much_larger_count_is_big() -> None:
    assert size(count=40, limit=10) == "big"


def test_a_much_smaller_count_is_small() -> None:
    assert size(count=3, limit=10) == "small"
"""
FULL = (
    WEAK
    + """

def test_the_limit_itself_is_small() -> None:
    assert size(count=10, limit=10) == "small"
"""
)
UGLY = '''"""Times of things."""


def age(days: int) -> str:
    """An age in words."""
    if days > 364:
        rest = None if days % 365 else 0
        return f"{days // 365} years and {rest} days"
    return f"{days}"
'''
AGE_TEST = """from agent.age import age


def test_a_week() -> None:
    assert age(days=7) == "7"


def test_a_decade() -> None:
    assert age(days=4000).startswith("10 years")
"""


def package(folder: Path, **files: str) -> Path:
    """A clone with these files of agent/ (a name) and tests/agent/ (test_ and a name)."""
    for name, text in {"agent/__init__": '"""It."""\n', **files}.items():
        path = folder / (
            f"tests/agent/{name}.py" if name.startswith("test_") else f"agent/{name.removeprefix('agent/')}.py"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(folder.parent, "init", "--quiet", str(folder))
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "-m", "A genome")
    return folder


def bash(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run it as a life would: in the clone, with a place for what is temporary."""
    (folder.parent / "tmp").mkdir(exist_ok=True)
    environment = {
        "PATH": f"{VENV / 'bin'}:{os.environ['PATH']}",
        "TMPDIR": str(folder.parent / "tmp"),
        "HOME": str(folder),
    }
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=1200
    )


def hunt(folder: Path, draw: str = "0 t 1") -> dict[str, Any]:
    done = bash(folder, program(draw, seconds=30, wall=1100))
    assert done.stdout.startswith(MARK), done
    assert len(done.stdout.encode()) < 6 * 1024
    assert done.stdout.count("\n") == 1
    found: dict[str, Any] = json.loads(done.stdout.removeprefix(MARK))
    return found


def runs(folder: Path) -> int:
    return bash(
        folder, "python -m pytest -q -p no:cacheprovider tests/agent -o markers='characterization: x'"
    ).returncode


@pytest.fixture(scope="module")
def weak(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A package with a hole, and what the hunt found."""
    folder = package(tmp_path_factory.mktemp("weak") / "repo", size=SOURCE, test_size=WEAK)
    return folder, hunt(folder)["find"]


def test_planted_hole_is_found_as_diff(weak: tuple[Path, dict[str, Any]]) -> None:
    folder, find = weak
    assert (find["function"], find["what"]) == (
        "agent.size.size",
        '`…if count > limit else "small"` becomes `…if count >= limit else "small"`',
    )
    assert len(find["mutant"].encode()) <= 1400
    (folder.parent / "mutant").write_text(find["mutant"])
    git(folder, "apply", "--check", str(folder.parent / "mutant"))


def test_hunt_leaves_the_clone_clean(weak: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = weak
    assert git(folder, "status", "--porcelain", "--ignored") == ""
    assert list((folder.parent / "tmp").iterdir()) == []


def test_pin_reads_as_written_by_hand(weak: tuple[Path, dict[str, Any]]) -> None:
    assert weak[1]["path"] == "tests/agent/pinned/test_size_size.py"
    head, _, body = weak[1]["test"].partition("@pytest")
    said = '"""Behaviour of agent.size that the other tests leave open."""'
    assert head == f"{said}\n\nimport pytest\n\nfrom agent.size import size\n\n\n"
    lines = body.splitlines()
    assert lines[0] == ".mark.characterization"
    assert lines[1] == "def test_size_gives_small() -> None:"
    assert lines[2].startswith("    # No other test notices when `…if count > limit")
    assert lines[3].startswith("    assert size(count=")


def test_the_test_passes_and_kills_the_mutant(weak: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    folder, find = tmp_path / "repo", weak[1]
    shutil.copytree(weak[0], folder)
    (folder / find["path"]).parent.mkdir()
    (folder / find["path"]).write_text(find["test"])
    assert runs(folder) == 0
    (tmp_path / "mutant").write_text(find["mutant"])
    git(folder, "apply", str(tmp_path / "mutant"))
    assert runs(folder) == 1


@pytest.mark.slow
def test_second_pin_has_its_own_file(weak: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    folder, find = tmp_path / "repo", weak[1]
    shutil.copytree(weak[0], folder)
    (folder / find["path"]).parent.mkdir()
    (folder / find["path"]).write_text("def test_nothing() -> None:\n    assert True\n")
    assert hunt(folder)["find"]["path"] == "tests/agent/pinned/test_size_size_2.py"


@pytest.mark.slow
def test_failing_without_a_change_notices_nothing(tmp_path: Path) -> None:
    once = "\n\nran = []\n\n\ndef test_once() -> None:\n    ran.append(size(count=1))\n    assert len(ran) == 1\n"
    assert hunt(package(tmp_path / "repo", size=SOURCE, test_size=WEAK + once))["find"]["function"] == "agent.size.size"


@pytest.mark.slow
def test_one_failure_ends_no_hunt(tmp_path: Path) -> None:
    late = (
        "\n\ndef test_late() -> None:\n    from pathlib import Path\n    ran = Path(__file__).with_suffix('.ran')\n"
        "    there = ran.exists()\n    ran.touch()\n    assert there\n"
    )
    assert hunt(package(tmp_path / "repo", size=SOURCE, test_size=WEAK + late))["find"]["function"] == "agent.size.size"


def test_noticing_every_change_says_exhausted(tmp_path: Path) -> None:
    told = hunt(package(tmp_path / "repo", size=SOURCE, test_size=FULL))
    assert told["exhausted"] is True
    assert told["numbers"]["mutants"] > 3


@pytest.mark.slow
def test_mistakes_are_handed_down_not_pinned(tmp_path: Path) -> None:
    told = hunt(package(tmp_path / "repo", age=UGLY, test_age=AGE_TEST))
    assert "None in a text" in told["suspicions"][0]
    assert "and None days" not in json.dumps(told.get("find", {}))


@pytest.mark.parametrize(
    ("test", "problem"),
    [
        ("def test_it() -> None:\n    assert 1 == 2\n", "a test fails before anything was changed"),
        ("import nowhere\n", "could not be collected"),
    ],
)
def test_red_suite_is_no_find(tmp_path: Path, test: str, problem: str) -> None:
    assert problem in hunt(package(tmp_path / "repo", size=SOURCE, test_size=test))["problem"]


def test_nothing_to_hunt_without_tests(tmp_path: Path) -> None:
    assert "no agent/" in hunt(package(tmp_path / "repo", size=SOURCE))["problem"]
