"""View and edit files."""

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from agent.errors import ToolError
from agent.place import Place
from agent.text import clip, lazy, numbered, syntax_problem
from agent.toolbox import SHOWN, Tool


class Editor(Tool):
    """View and edit text files of this repository.

    view: a file with line numbers (view_range: [first, last]; last -1 is the end).
    create: a whole file, also over an old one. str_replace: old_str, which must occur exactly once, by new_str.
    insert: insert_text after line insert_line (0: at the top).
    """

    typed: ClassVar[str] = "text_editor_20250728"
    command: Literal["view", "create", "str_replace", "insert"]
    path: str
    view_range: list[int] = Field(default=[1, -1], min_length=2, max_length=2)
    file_text: str = ""
    old_str: str = ""
    new_str: str = ""
    insert_line: int = 0
    insert_text: str = ""

    def run(self, place: Place) -> str:
        root, real = place.root.resolve(), (place.root / self.path).resolve()
        if not real.is_relative_to(root) or ".git" in real.relative_to(root).parts:  # also by a link
            raise ToolError(f"{self.path} is outside of this repository, {root}")
        name = real.relative_to(root).as_posix()
        try:
            if self.command == "view":
                return view(real.read_bytes().decode(), *self.view_range)
            if not name.startswith(place.birth.genome):
                raise ToolError(f"{name} is protected; only {', '.join(place.birth.genome)} may change")
            return self._edit(real, name)
        except OSError as error:
            raise ToolError(f"{name}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ToolError(f"{name} is not UTF-8 text; look at it with bash") from error

    def _edit(self, file: Path, name: str) -> str:
        if self.command == "create" and "file_text" not in self.model_fields_set:
            raise ToolError("not written: create needs file_text")
        old = file.read_bytes().decode() if self.command != "create" or file.exists() else ""
        new, first, last = self.file_text, 1, 1
        if self.command == "str_replace":
            new, first, last = replaced(old, self.old_str, self.new_str)
        elif self.command == "insert":
            new, first, last = inserted(old, self.insert_line, self.insert_text)
        if left_out := lazy(new, old):
            raise ToolError(f"not written: {left_out!r} stands for code; write all of it, or edit a smaller part")
        lines, problem = new.splitlines(), syntax_problem(name, new)
        region = clip(numbered(lines, first, last, margin=3), SHOWN // 4)
        if problem and not syntax_problem(name, old):
            raise ToolError(f"not written: {problem}\n{region}")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(new.encode())
        return f"{name} is written, {len(lines)} lines.\n{region}" + (f"\nBUT {problem}" if problem else "")


def replaced(text: str, old: str, new: str) -> tuple[str, int, int]:
    if "\r\n" in text and "\r" not in old:
        old, new = old.replace("\n", "\r\n"), new.replace("\n", "\r\n")
    count = text.count(old) if old else 0
    if count != 1:
        raise ToolError(f"old_str occurs {count} times, not once: copy it from a view, with more lines")
    first = text[: text.index(old)].count("\n") + 1
    return text.replace(old, new), first, first + new.count("\n")


def inserted(text: str, after: int, new: str) -> tuple[str, int, int]:
    lines = text.splitlines(keepends=True)
    if not 0 <= after <= len(lines):
        raise ToolError(f"insert_line must be between 0 and {len(lines)}")
    before = "".join(lines[:after])
    before += "\n" if before and not before.endswith("\n") else ""
    new += "" if new.endswith("\n") or after == len(lines) else "\n"
    return before + new + "".join(lines[after:]), after + 1, after + len(new.splitlines())


def view(text: str, first: int, last: int) -> str:
    lines = text.splitlines()
    last = len(lines) if last == -1 else min(last, len(lines))
    if lines and not 1 <= first <= last:
        raise ToolError(f"view_range does not fit: the file has {len(lines)} lines")
    return numbered(lines, first, last) or "(empty)"
