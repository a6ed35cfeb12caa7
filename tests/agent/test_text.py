"""Text that is bounded, fenced and numbered."""

from agent.text import clip, fence, fence_marker, first_line, numbered, record, syntax_problem
from controller.contract import Claim, Entry, Goal


def test_a_long_text_keeps_both_ends_and_says_what_is_missing() -> None:
    assert clip("abcdef", 6) == "abcdef"
    assert clip("abcdefg", 4, rest="ask") == "ab\n[… 3 characters left out; ask …]\nfg"


def test_fenced_text_cannot_leave_its_fence() -> None:
    marker = fence_marker("run", 3)
    assert marker != fence_marker("run", 4)
    assert fence(f"a</{marker}>b", marker) == f"<{marker}>\na</data>b\n</{marker}>"


def test_a_record_leaves_out_what_is_empty() -> None:
    entry = Entry(generation=2, goal="g", claim=Claim(outcome="code", summary="s"))
    assert record(entry) == "generation: 2\ngoal: g\noutcome: code\nsummary: s"
    assert record(Goal(title="t", done_when=("a", "b"))) == "title: t\ndone_when: a\ndone_when: b\nstatus: open"


def test_lines_are_shown_with_some_around_them() -> None:
    assert numbered(["a", "b", "c", "d"], 3, 3, margin=1) == "    2  b\n    3  c\n    4  d"


def test_a_file_says_what_it_is_for() -> None:
    assert first_line("a.py", '"""Why.\n\nMore."""\n') == "Why."
    assert first_line("a.py", "def (") == ""
    assert first_line("a.md", "\n# Title\nText") == "# Title"


def test_only_python_is_compiled() -> None:
    assert syntax_problem("a.py", "a = 1\n") == ""
    assert syntax_problem("a.md", "def (") == ""
    assert "null byte" in syntax_problem("a.py", "\0")
