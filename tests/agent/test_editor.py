"""The editor: exact, inside the genome, and quick to say what is wrong."""

from pathlib import Path
from typing import Any

import pytest

from agent.errors import ToolError
from agent.tools.search import Search
from agent.tools.str_replace_based_edit_tool import Editor, inserted, replaced, view
from agent.workspace import Workspace
from tests.agent.fakes import workspace


def edit(there: Workspace, command: str, path: str, **arguments: Any) -> str:
    return Editor.model_validate({"command": command, "path": path, **arguments}).run(there).text


def test_a_file_is_created_viewed_and_changed(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    edit(there, "create", "agent/deep/new.py", file_text="a = 1\nb = 2\nc = 3\n")
    assert edit(there, "view", str(there.root / "agent/deep/new.py"), view_range=[2, -1]) == "  2 b = 2\n  3 c = 3"
    told = edit(there, "str_replace", "agent/deep/new.py", old_str="b = 2", new_str="b = 4\nd = 5")
    assert told == ("agent/deep/new.py is written, 4 lines.\n  1 a = 1\n  2 b = 4\n  3 d = 5\n  4 c = 3")
    edit(there, "insert", "agent/deep/new.py", insert_line=0, insert_text="# top")
    assert (there.root / "agent/deep/new.py").read_text() == "# top\na = 1\nb = 4\nd = 5\nc = 3\n"


def test_a_file_without_a_text_is_not_created(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with pytest.raises(ToolError, match="create needs file_text"):
        edit(there, "create", "agent/sums.py")
    assert (there.root / "agent/sums.py").read_text()
    edit(there, "create", "agent/empty.py", file_text="")
    assert (there.root / "agent/empty.py").read_text() == ""


def test_a_syntax_error_is_told_at_once(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with pytest.raises(ToolError, match="not written: agent/new"):
        edit(there, "create", "agent/new.py", file_text="a = (\n")
    assert not (there.root / "agent/new.py").exists()
    (there.root / "agent/sums.py").write_text("a = (\nb = (\n")
    told = edit(there, "str_replace", "agent/sums.py", old_str="a = (", new_str="a = 1")
    assert "BUT agent/sums.py does not compile: '(' was never closed" in told


@pytest.mark.parametrize(
    ("before", "old", "new", "after"),
    [
        ("a\r\nb\r\nc\r\n", "a\nb", "x\ny", "x\r\ny\r\nc\r\n"),
        ("a\nb", "b", "c", "a\nc"),
        ("\ta\n\t\tb\n", "\t\tb", "\t\tc", "\ta\n\t\tc\n"),
        ("grün\n字\n", "字", "é", "grün\né\n"),
        ("x" * 1_000_000 + "\nend\n", "end", "END", "x" * 1_000_000 + "\nEND\n"),
    ],
    ids=["CRLF", "no final newline", "tabs", "Unicode", "1 MB"],
)
def test_every_byte_that_was_not_named_stays(tmp_path: Path, before: str, old: str, new: str, after: str) -> None:
    there = workspace(tmp_path)
    file = there.root / "agent/data.md"
    file.write_bytes(before.encode())
    told = edit(there, "str_replace", "agent/data.md", old_str=old, new_str=new)
    assert file.read_bytes() == after.encode()
    assert len(told) < 5000


def test_a_lazy_edit_is_not_written(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    before = (there.root / "agent/sums.py").read_text()
    with pytest.raises(ToolError, match="unchanged' stands for code"):
        edit(
            there,
            "create",
            "agent/sums.py",
            file_text="def double():\n    # ... rest of the code unchanged\n    return 1\n",
        )
    assert (there.root / "agent/sums.py").read_text() == before


@pytest.mark.parametrize("path", ["/etc/passwd", "../out/x", "link/passwd", ".git/config"])
def test_a_path_outside_is_refused(tmp_path: Path, path: str) -> None:
    there = workspace(tmp_path)
    (there.root / "link").symlink_to("/etc")
    for command, arguments in (("view", {}), ("create", {"file_text": "x"})):
        with pytest.raises(ToolError, match="outside of this repository"):
            edit(there, command, path, **arguments)


@pytest.mark.parametrize("path", ["protected.txt", "agents/x.py", "tests/agentx.py", "."])
def test_only_the_genome_may_change(tmp_path: Path, path: str) -> None:
    with pytest.raises(ToolError, match="is protected; only agent/"):
        edit(workspace(tmp_path), "create", path, file_text="x")


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    with pytest.raises(ToolError, match="No such file"):
        edit(there, "view", "agent/no.py")
    (there.root / "agent" / "bytes").write_bytes(b"\xff")
    with pytest.raises(ToolError, match="not UTF-8"):
        edit(there, "view", "agent/bytes")


def test_a_text_is_replaced_only_where_it_occurs_once() -> None:
    assert replaced("a\r\nb\r\n", "b", "c") == ("a\r\nc\r\n", 2, 2)
    for old, count in (("x", 0), ("a", 2), ("", 0)):
        with pytest.raises(ToolError, match=f"occurs {count} times"):
            replaced("a a", old, "b")


def test_several_edits_of_a_file_are_made_in_one_call(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    edit(there, "create", "agent/new.py", file_text="a = 1\nb = 2\nc = 3\n")
    pairs = [["c = 3", "c = 4\nd = 5"], ["a = 1", "# a\na = 2"], ["a = 2\n", ""]]
    told = edit(there, "str_replace", "agent/new.py", edits=pairs)
    assert (there.root / "agent/new.py").read_text() == "# a\nb = 2\nc = 4\nd = 5\n"
    assert told == "agent/new.py is written, 4 lines.\n  1 # a\n  2 b = 2\n  3 c = 4\n  4 d = 5"


@pytest.mark.parametrize("last", [["c = 9", "c = 4"], ["a", "b"], ["c = 3", "c = ("]])
def test_of_several_edits_all_or_none_are_made(tmp_path: Path, last: list[str]) -> None:
    there = workspace(tmp_path)
    edit(there, "create", "agent/new.py", file_text="a = 1\na = 2\nc = 3\n")
    with pytest.raises(ToolError):
        edit(there, "str_replace", "agent/new.py", edits=[["a = 1", "x = 1"], ["a = 2", "a = a"], last])
    assert (there.root / "agent/new.py").read_text() == "a = 1\na = 2\nc = 3\n"


def test_lines_are_inserted_whole() -> None:
    assert inserted("a\nb\n", 1, "x\ny") == ("a\nx\ny\nb\n", 2, 3)
    assert inserted("a", 1, "x") == ("a\nx", 2, 2)
    with pytest.raises(ToolError, match="between 0 and 1"):
        inserted("a\n", 2, "x")


def test_a_range_that_does_not_fit_is_refused() -> None:
    assert view("a\nb", 1, 99) == "  1 a\n  2 b"
    assert view("", 1, -1) == "(empty)"
    with pytest.raises(ToolError, match="the file has 2 lines"):
        view("a\nb", 3, 4)


ODD = "a\fb\nc\x85d\ne\u2028f\ng\x1ch\nlast = 1\n"


def test_view_search_and_insert_count_lines_alike(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    (there.root / "agent/odd.md").write_text(ODD)
    assert edit(there, "view", "agent/odd.md", view_range=[5, 5]) == "  5 last = 1"
    assert Search(pattern="^last", path="agent/odd.md").run(there).text == "agent/odd.md:5:last = 1\n"
    edit(there, "insert", "agent/odd.md", insert_line=4, insert_text="new\u2028")
    assert (there.root / "agent/odd.md").read_text() == ODD.replace("last", "new\u2028\nlast")


MIXED = "a\r\nb\nc\r\n"


@pytest.mark.parametrize(
    ("edited", "expected"),
    [
        (replaced(MIXED, "b", "x\ny"), ("a\r\nx\ny\nc\r\n", 2, 3)),
        (replaced(MIXED, "c", "x\ny"), ("a\r\nb\nx\r\ny\r\n", 3, 4)),
        (replaced(MIXED, "a\nb\n", "x\ny\n"), ("x\r\ny\r\nc\r\n", 1, 3)),
        (replaced(MIXED, "a\r\nb", "x\r\ny"), ("x\r\ny\nc\r\n", 1, 2)),
        (inserted(MIXED, 1, "x"), ("a\r\nx\r\nb\nc\r\n", 2, 2)),
        (inserted(MIXED, 2, "x\ny\n"), ("a\r\nb\nx\ny\nc\r\n", 3, 4)),
        (inserted("a\r\nb", 2, "x"), ("a\r\nb\r\nx", 3, 3)),
        (inserted("", 0, "x"), ("x", 1, 1)),
        (inserted("a\n", 0, ""), ("\na\n", 1, 1)),
    ],
)
def test_each_line_keeps_its_end_and_new_ones_end_as_their_place_does(
    edited: tuple[str, int, int], expected: tuple[str, int, int]
) -> None:
    assert edited == expected
