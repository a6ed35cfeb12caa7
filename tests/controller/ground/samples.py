"""Small tasks that tests write: a folder each, right until a test breaks it."""

from collections.abc import Mapping
from pathlib import Path

SHEET = """version = "1.0"
[metadata]
kind = "{kind}"
level = 1
title = "The total of an order leaves out the last line"
[verifier]
timeout_sec = 20.0
{more}
[agent]
timeout_sec = 600.0
"""
WRONG = '"""Orders."""\n\n\ndef total(lines: list[int]) -> int:\n    """The sum."""\n    return sum(lines[:-1])\n'
RIGHT = (
    '"""Orders."""\n\n\ndef total(lines: list[int]) -> int:\n    """The sum, at most 100."""\n'
    '    if any(line < 0 for line in lines):\n        raise ValueError("a line is negative")\n'
    "    return min(sum(lines), 100)\n"
)
HIDDEN = """import pytest

from shop.orders import total

CASES = [([1, 2], 3), ([], 0), ([5], 5)]


@pytest.mark.parametrize(("lines", "expected"), [([1, 2], 3), ([0, 0, 4], 4), ([60, 60], 100), ([100], 100)])
def test_total_of_lines(lines, expected):
    assert total(lines) == expected


def test_totals_in_turn():
    for lines, expected in CASES:
        assert total(lines) == expected


def test_negative_line_is_refused():
    with pytest.raises(ValueError):
        total([1, -1])
"""
FILES = {
    "instruction.md": "`shop.orders.total` leaves out the last line of an order.\n",
    "start/shop/__init__.py": "",
    "start/shop/orders.py": WRONG,
    "start/tests/test_orders.py": "from shop.orders import total\n\n\ndef test_empty():\n    assert total([]) == 0\n",
    "solution/shop/orders.py": RIGHT,
    "tests/test_total.py": HIDDEN,
}


def make(place: Path, files: Mapping[str, str | None] | None = None, kind: str = "symptom", more: str = "") -> Path:
    """A task's folder, with other files than the usual; None: the file is not there."""
    chosen = {"task.toml": SHEET.format(kind=kind, more=more), **FILES, **(files or {})}
    for path, text in chosen.items():
        if text is not None:
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text(text)
    return place
