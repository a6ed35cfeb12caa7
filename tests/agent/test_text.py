"""Text that is bounded, fenced and numbered."""

from pathlib import Path

import pytest

from agent.text import clip, fence, lazy, lines_of, numbered, readable, syntax_problem
from tests.agent.fakes import workspace


def test_a_long_text_keeps_both_ends_and_says_what_is_missing() -> None:
    assert clip("abcdef", 6) == "abcdef"
    assert clip("a" * 60 + "b" * 50, 4, rest="ask") == "aa\n[… 106 characters left out; ask …]\nbb"


def test_a_cut_text_is_never_longer_than_the_whole() -> None:
    for length in range(200):
        assert len(clip("x" * length, 10, rest="ask")) <= length


def test_a_text_is_cut_only_where_that_saves_a_quarter() -> None:
    assert clip("x" * 1250, 1000) == "x" * 1250
    assert len(clip("x" * 1251, 1000)) < 1100


def test_what_no_utf8_can_carry_is_replaced_wherever_it_stands() -> None:
    assert readable("caf\udce9 \U0001f40d") == "caf\ufffd \U0001f40d"
    assert readable({"a\ud800": ["\udfff", 1, None]}) == {"a\ufffd": ["\ufffd", 1, None]}


def test_only_a_line_feed_ends_a_line() -> None:
    assert lines_of("a\fb\x85c\u2028d\r\ne\n\nf") == ["a\fb\x85c\u2028d\r", "e", "", "f"]
    assert lines_of("") == lines_of("\n")[1:] == []


def test_fenced_text_cannot_leave_its_fence(tmp_path: Path) -> None:
    birth = workspace(tmp_path).birth
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
