"""The secret by which mutants are drawn."""

from pathlib import Path

import pytest

from controller.errors import RequestError
from controller.ground.draw import FILE, Draw, draw_of

MANY = [f"mutant {number}" for number in range(1000)]


def test_secret_is_made_once(tmp_path: Path) -> None:
    first, second = draw_of(tmp_path), draw_of(tmp_path)
    assert first.name == second.name and first.chosen(MANY, 30) == second.chosen(reversed(MANY), 30)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_other_secret_draws_others() -> None:
    one, other = Draw(b"1" * 32), Draw(b"2" * 32)
    assert set(one.chosen(MANY, 30)) != set(other.chosen(MANY, 30))
    assert one.alias("m") != other.alias("m")


def test_draw_keeps_what_both_have() -> None:
    draw = Draw(b"1" * 32)
    mine = draw.chosen(MANY, 300)
    both = [one for one in mine if one in MANY[100:]]
    assert both == draw.chosen(MANY[100:], 300)[: len(both)]


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_altered_secret_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(RequestError, match=r"was altered\. Put it back from a backup"):
        draw_of(tmp_path)
