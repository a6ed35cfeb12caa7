"""Planted tests that must fail."""

import ast
import random
from pathlib import Path

import pytest

from controller.gates.tests.canaries import places, plant
from tests.controller.gates.test_tests import TESTS


def test_canaries_are_named_like_their_neighbours(tmp_path: Path) -> None:
    folder = tmp_path / "tests" / "agent"
    folder.mkdir(parents=True)
    for name in ("sums", "more", "slow"):
        (folder / f"test_{name}.py").write_text(TESTS + ("pytestmark = pytest.mark.slow\n" if name == "slow" else ""))
    known = {"double", "half", "twice", "much", "sums", "more", "slow"}
    drawn_names = set()
    for salt in range(20):
        for node in plant(tmp_path, random.Random(salt)):
            path, _, name = node.partition("::")
            drawn_names.add(name)
            assert {word for word in name.split("_") if word != "test"} <= known, name
            assert f"def {name}() -> None:\n    assert " in (tmp_path / path).read_text()
            assert not path.endswith("/test_slow.py")
    assert len(drawn_names) == 60
    assert all(ast.parse(path.read_text()) for path in folder.iterdir())


def test_every_canary_fails(tmp_path: Path) -> None:
    for salt in range(40):
        for node in plant(tmp_path / str(salt), random.Random(salt)):
            path, _, name = node.partition("::")
            space: dict[str, object] = {}
            exec((tmp_path / str(salt) / path).read_text(), space)
            with pytest.raises(AssertionError):
                space[name]()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("line", "is_planted"),
    [
        ("pytestmark = pytest.mark.slow", False),
        ("pytestmark = [pytest.mark.slow]", False),
        ("pytestmark = getattr(pytest.mark, 'sl' + 'ow')", True),
        ("pytestmark = [pytest.mark.characterization]", True),
        ("WORD = 'pytestmark'", True),
        ("PACE = speed.slow", True),
    ],
)
def test_only_plain_slow_files_are_spared(line: str, is_planted: bool) -> None:
    assert bool(places(f"{line}\n\n\n{TESTS}")) is is_planted
