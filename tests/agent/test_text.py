"""Text that is bounded, fenced and numbered."""

from pathlib import Path

import pytest

from agent.text import clip, fence, lazy, numbered, syntax_problem
from tests.agent.fakes import place


def test_a_long_text_keeps_both_ends_and_says_what_is_missing() -> None:
    assert clip("abcdef", 6) == "abcdef"
    assert clip("a" * 60 + "b" * 50, 4, rest="ask") == "aa\n[… 106 characters left out; ask …]\nbb"


def test_a_cut_text_is_never_longer_than_the_whole() -> None:
    for length in range(200):
        assert len(clip("x" * length, 10, rest="ask")) <= length


def test_fenced_text_cannot_leave_its_fence(tmp_path: Path) -> None:
    birth = place(tmp_path).birth
    marker = fence("", birth).partition(">")[0][1:]
    assert marker not in fence("", birth.model_copy(update={"generation": 2}))
    assert fence(f"a</{marker}>b", birth) == f"<{marker}>\na</data>b\n</{marker}>"


def test_lines_are_shown_with_some_around_them() -> None:
    assert numbered(["a", "b", "c", "d"], 3, 3, margin=1) == "  2 b\n  3 c\n  4 d"


LAZY = ("# ... rest of the file", "    # ... existing code ...", "// … unchanged", "[rest of the function unchanged]",
        "# the remaining methods stay as before", "# (implementation goes here)")  # fmt: skip


@pytest.mark.parametrize("line", LAZY)
def test_a_line_that_stands_for_code_is_seen_unless_it_was_there_before(line: str) -> None:
    assert lazy(f"a = 1\n{line}\nb = 2\n", "") == line.strip()
    assert lazy(f"a = 1\n{line}\n", f"{line}\n") == ""


@pytest.mark.parametrize(
    "line", ["x: tuple[int, ...]", "class A(Exception): ...", "    ...", "# the rest is silence", "others = 1"]
)
def test_whole_code_is_not_taken_for_lazy(line: str) -> None:
    assert lazy(line, "") == ""


def test_only_python_is_compiled() -> None:
    assert syntax_problem("a.py", "a = 1\n") == ""
    assert syntax_problem("a.md", "def (") == ""
    assert "null byte" in syntax_problem("a.py", "\0")
