"""What a property test draws in a gate depends on the tree alone."""

from pathlib import Path

import pytest

from controller.gates.inside import pins, suite

STEADY = """from hypothesis import settings


def test_draws_are_steady() -> None:
    assert settings.default.derandomize
    assert settings.default.deadline is None
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with one test, which fails where hypothesis draws at random or counts a test's seconds."""
    (tmp_path / "test_steady.py").write_text(STEADY)
    return tmp_path


def test_a_suite_draws_the_same(tree: Path) -> None:
    done = suite.run(tree, ["test_steady.py"], tree / "junit.xml", tree / "calls.json")
    assert done.returncode == 0, done.stdout


def test_evidence_draws_the_same(tree: Path) -> None:
    with pins.start(tree, ["test_steady.py"], [0, "UTC", 0], tree / "junit.xml") as process:
        assert process.wait() == 0
