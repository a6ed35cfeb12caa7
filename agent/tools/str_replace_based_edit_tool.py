"""View and edit files."""

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from agent.errors import ToolError
from agent.text import clip, lazy, lines_of, numbered, syntax_problem
from agent.toolbox import SHOWN, Result, Tool
from agent.workspace import Workspace

Pair = Annotated[list[str], Field(min_length=2, max_length=2)]


class Editor(Tool):
    """View and edit text files of this repository.

    view: a file with line numbers (view_range: [first, last]; last -1 is the end).
    create: a whole file, also over an old one. str_replace: old_str, which must occur exactly once, by new_str; or
    several `edits` of the file one after the other, all or none: pairs of old_str and new_str.
    insert: insert_text after line insert_line (0: at the top).
    """

    typed: ClassVar[str] = "text_editor_20250728"
    command: Literal["view", "create", "str_replace", "insert"]
    path: str
    view_range: list[int] = Field(default=[1, -1], min_length=2, max_length=2)
    file_text: str = ""
    old_str: str = ""
    new_str: str = ""
    edits: tuple[Pair, ...] = ()
    insert_line: int = 0
    insert_text: str = ""

    def run(self, workspace: Workspace) -> Result:
        """The lines that are looked at, or what was written. Raises ToolError."""
        root, real = workspace.root.resolve(), (workspace.root / self.path).resolve()
        if not real.is_relative_to(root) or ".git" in real.relative_to(root).parts:  # also by a link
            raise ToolError(f"{self.path} is outside of this repository, {root}")
        name = real.relative_to(root).as_posix()
        try:
            if self.command == "view":
                return Result(view(real.read_bytes().decode(), *self.view_range))
            if not workspace.birth.task and not name.startswith(workspace.birth.genome):
                raise ToolError(f"{name} is protected; only {', '.join(workspace.birth.genome)} may change")
            return Result(self._edit(real, name))
        except OSError as error:
            raise ToolError(f"{name}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ToolError(f"{name} is not UTF-8 text; look at it with bash") from error

    def _edit(self, file: Path, name: str) -> str:
        """Write the file anew: what was written. Raises ToolError, OSError, UnicodeDecodeError."""
        if self.command == "create" and "file_text" not in self.model_fields_set:
            raise ToolError("not written: create needs file_text")
        old = ""
        if self.command != "create" or file.exists():
            old = file.read_bytes().decode()
        new, first, last = self._edited(old)
        if left_out := lazy(new, old):
            raise ToolError(f"not written: {left_out!r} stands for code; write all of it, or edit a smaller part")
        lines, problem = lines_of(new), syntax_problem(name, new)
        region = clip(numbered(lines, first, last, margin=3), SHOWN // 4)
        if problem and not syntax_problem(name, old):
            raise ToolError(f"not written: {problem}\n{region}")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(new.encode())
        written = f"{name} is written, {len(lines)} lines.\n{region}"
        if problem:
            return f"{written}\nBUT {problem}"
        return written

    def _edited(self, text: str) -> tuple[str, int, int]:
        """The new text, and the first and last line of what changed. Raises ToolError."""
        if self.command == "create":
            return self.file_text, 1, 1
        if self.command == "insert":
            return inserted(text, self.insert_line, self.insert_text)
        firsts, last = [], 0
        for old, new in self.edits or [[self.old_str, self.new_str]]:
            lines = text.count("\n")
            text, first, end = replaced(text, old, new)
            firsts.append(first)
            last = max(last + text.count("\n") - lines, end)
        return text, min(firsts), last


def ending_near(lines: list[str], index: int) -> str:
    r"""How the line of this index ends, or where it has no end the one before it: `\n` or `\r\n`."""
    if index == len(lines) - 1:  # what follows the last line feed: it ends with nothing
        index -= 1
    if index >= 0 and lines[index].endswith("\r"):
        return "\r\n"
    return "\n"


def replaced(text: str, old: str, new: str) -> tuple[str, int, int]:
    r"""The text with `new` for `old`, and the first and last line of it. Raises ToolError where `old` is not unique.

    `old` is found whether its lines end with `\n` or `\r\n`. New lines end as the first that they replace; every
    other keeps its end.
    """
    flat, sought = text, old
    if "\r" not in old:
        flat = text.replace("\r\n", "\n")
    count = flat.count(sought) if sought else 0
    if count != 1:
        raise ToolError(f"old_str occurs {count} times, not once: copy it from a view, with more lines")
    lines = text.split("\n")
    start, first = offset_in(text, flat, flat.index(sought))
    end, _ = offset_in(text, flat, flat.index(sought) + len(sought))
    if "\r" not in new:
        new = new.replace("\n", ending_near(lines, first))
    return text[:start] + new + text[end:], first + 1, first + 1 + new.count("\n")


def offset_in(text: str, flat: str, offset: int) -> tuple[int, int]:
    r"""Where an offset in `flat`, the text with `\n` for `\r\n`, lies in the text itself; and the index of its line."""
    line = flat.count("\n", 0, offset)
    column = offset - (flat.rfind("\n", 0, offset) + 1)
    before = sum(len(one) + 1 for one in text.split("\n")[:line])
    return before + column, line


def inserted(text: str, after: int, new: str) -> tuple[str, int, int]:
    """The text with new lines after that line, ending as it does; the first and last of them. Raises ToolError."""
    lines = lines_of(text)
    if not 0 <= after <= len(lines):
        raise ToolError(f"insert_line must be between 0 and {len(lines)}")
    ending = ending_near(text.split("\n"), max(after - 1, 0))
    before = "".join(f"{line}\n" for line in lines[:after])
    rest = text[len(before) :]
    if after == len(lines) and text and text[-1] != "\n":  # the last line gets an end, whole where it has half of one
        before, rest = text + ending.removeprefix(text[-1]), ""
    count = len(lines_of(new)) or 1
    if "\r" not in new:
        new = new.replace("\n", ending)
    if after < len(lines) and not new.endswith("\n"):
        new += ending
    return before + new + rest, after + 1, after + count


def view(text: str, first: int, last: int) -> str:
    """Some lines with their numbers. Raises ToolError where the range does not fit."""
    lines = lines_of(text)
    if last == -1 or last > len(lines):
        last = len(lines)
    if lines and not 1 <= first <= last:
        raise ToolError(f"view_range does not fit: the file has {len(lines)} lines")
    return numbered(lines, first, last) or "(empty)"
