"""View and edit files."""

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from agent.errors import ToolError
from agent.place import Place
from agent.text import clip, numbered, syntax_problem
from agent.toolbox import Tool

SHOWN = 16_000  # characters
NEEDED = {"create": ("file_text",), "str_replace": ("old_str",), "insert": ("insert_line", "insert_text")}


class Editor(Tool):
    """View and edit text files of this repository.

    view: a file with line numbers (view_range: [first, last]; last -1 is the end).
    create: a whole file, also over an old one. str_replace: old_str, which must occur exactly once, by new_str.
    insert: insert_text after line insert_line (0: at the top).
    """

    typed: ClassVar[str] = "text_editor_20250728"
    command: Literal["view", "create", "str_replace", "insert"]
    path: str
    view_range: list[int] = Field(default=[], max_length=2)
    file_text: str = ""
    old_str: str = ""
    new_str: str = ""
    insert_line: int = 0
    insert_text: str = ""

    def run(self, place: Place) -> str:
        name = inside(place.root, self.path)
        file = place.root / name
        if missing := [field for field in NEEDED.get(self.command, ()) if field not in self.model_fields_set]:
            raise ToolError(f"{self.command} needs {', '.join(missing)}")
        try:
            if self.command == "view":
                return view(file.read_bytes().decode(), self.view_range)
            if not editable(name, place.birth.genome):
                raise ToolError(f"{name} is protected; only {', '.join(place.birth.genome)} may change")
            return self._edit(file, name)
        except OSError as error:
            raise ToolError(f"{name}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ToolError(f"{name} is not UTF-8 text; look at it with bash") from error

    def _edit(self, file: Path, name: str) -> str:
        new, first, last = self.file_text, 1, 1
        if self.command == "str_replace":
            new, first, last = replaced(file.read_bytes().decode(), self.old_str, self.new_str)
        elif self.command == "insert":
            new, first, last = inserted(file.read_bytes().decode(), self.insert_line, self.insert_text)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(new.encode())
        lines, problem = new.splitlines(), syntax_problem(name, new)
        region = clip(numbered(lines, first, last, margin=3), SHOWN // 4)
        return f"{name} is written, {len(lines)} lines.\n{region}" + (f"\nBUT {problem}" if problem else "")


def inside(root: Path, path: str) -> str:
    """The path below the root. Raises ToolError where it leads out, also by a link."""
    root, real = root.resolve(), (root / path).resolve()
    if not real.is_relative_to(root) or ".git" in real.relative_to(root).parts:
        raise ToolError(f"{path} is outside of this repository; use a path below {root}")
    return real.relative_to(root).as_posix()


def editable(name: str, genome: tuple[str, ...]) -> bool:
    return any(name == part or (part.endswith("/") and name.startswith(part)) for part in genome)


def replaced(text: str, old: str, new: str) -> tuple[str, int, int]:
    """The text with its one `old` exchanged, and the first and last line of the new. Raises ToolError."""
    count = text.count(old) if old else 0
    if count != 1:
        raise ToolError(
            f"old_str occurs {count} times, it must occur exactly once: copy it from a view, with more lines"
        )
    first = text[: text.index(old)].count("\n") + 1
    return text.replace(old, new), first, first + new.count("\n")


def inserted(text: str, after: int, new: str) -> tuple[str, int, int]:
    """The text with whole lines put in after a line, and the first and last of them. Raises ToolError."""
    lines = text.splitlines(keepends=True)
    if not 0 <= after <= len(lines):
        raise ToolError(f"insert_line must be between 0 and {len(lines)}")
    if after and not lines[after - 1].endswith("\n"):
        lines[after - 1] += "\n"
    added = new if new.endswith("\n") or after == len(lines) else new + "\n"
    return "".join([*lines[:after], added, *lines[after:]]), after + 1, after + len(added.splitlines())


def view(text: str, wanted: list[int]) -> str:
    """Numbered lines, all or a range. Raises ToolError."""
    lines = text.splitlines()
    first, last = [*wanted, 1, -1][:2] if len(wanted) != 1 else [wanted[0], -1]
    last = len(lines) if last == -1 else min(last, len(lines))
    if wanted and not 1 <= first <= last:
        raise ToolError(f"view_range {wanted} does not fit: the file has {len(lines)} lines")
    return clip(numbered(lines, first, last), SHOWN, rest="view it by ranges") or "(empty)"
