"""View and edit files."""

from pathlib import Path
from typing import ClassVar, Literal, TypeVar

from pydantic import Field

from agent.errors import ToolError
from agent.place import Place
from agent.text import around, clip, numbered, syntax_problem
from agent.tools.base import Tool

VIEW_CHARS = 16_000
T = TypeVar("T")


class Editor(Tool):
    """View and edit text files of this repository.

    view: a file with line numbers (view_range [first, last], last -1 = to the end), or a folder.
    create: a whole file, also over an old one. str_replace: old_str, which must occur exactly once, by new_str.
    insert: insert_text after line insert_line (0 = at the top).
    """

    typed: ClassVar[str] = "text_editor_20250728"
    command: Literal["view", "create", "str_replace", "insert"]
    path: str
    view_range: list[int] = Field(default=[], max_length=2)
    file_text: str | None = None
    old_str: str | None = None
    new_str: str = ""
    insert_line: int | None = None
    insert_text: str | None = None

    def run(self, place: Place) -> str:
        """Do it, or say what is missing."""
        name = inside(place.root, self.path)
        file = place.root / name
        if self.command == "view":
            return listing(file) if file.is_dir() else view(read(file, name), self.view_range)
        if not editable(name, place.genome):
            raise ToolError(f"{name} is protected; only {', '.join(place.genome)} may change")
        if self.command == "create":
            new, first, last = given(self.file_text, "file_text"), 1, 5
        elif self.command == "str_replace":
            new, first, last = replaced(read(file, name), given(self.old_str, "old_str"), self.new_str)
        else:
            text = given(self.insert_text, "insert_text")
            new, first, last = inserted(read(file, name), given(self.insert_line, "insert_line"), text)
        return write(file, name, new, first, last)


def given(value: T | None, name: str) -> T:
    """An argument that this command needs."""
    if value is None:
        raise ToolError(f"this command needs {name}")
    return value


def inside(root: Path, path: str) -> str:
    """The path below the root. Raises ToolError where it leads out, also by a link."""
    real = (root / path).resolve()
    if not real.is_relative_to(root.resolve()) or ".git" in real.relative_to(root.resolve()).parts:
        raise ToolError(f"{path} is outside of this repository ({root}); use a path below it")
    return real.relative_to(root.resolve()).as_posix()


def editable(name: str, genome: tuple[str, ...]) -> bool:
    """Whether a life may change this file."""
    return any(name == part or (part.endswith("/") and name.startswith(part)) for part in genome)


def read(file: Path, name: str) -> str:
    """A text file, its line ends as they are."""
    try:
        return file.read_bytes().decode()
    except OSError as error:
        raise ToolError(f"{name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ToolError(f"{name} is not UTF-8 text; look at it with bash") from error


def write(file: Path, name: str, text: str, first: int, last: int) -> str:
    """Write it; returns the changed region, and what keeps it from compiling."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    except OSError as error:
        raise ToolError(f"{name}: {error.strerror}") from error
    problem = syntax_problem(name, text)
    region = clip(around(text.splitlines(), first, last), VIEW_CHARS // 4)
    return f"{name} is written, {len(text.splitlines())} lines.\n{region}" + (f"\nBUT {problem}" if problem else "")


def replaced(text: str, old: str, new: str) -> tuple[str, int, int]:
    """The text with its one `old` exchanged, and the first and last line of the new. Raises ToolError."""
    count = text.count(old) if old else 0
    if count != 1:
        what = "is empty" if not old else "does not occur; view the file" if not count else f"occurs {count} times"
        raise ToolError(f"old_str {what}; it must occur exactly once: give more of the lines around it")
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
    return "".join([*lines[:after], added, *lines[after:]]), after + 1, after + max(len(added.splitlines()), 1)


def view(text: str, wanted: list[int]) -> str:
    """Numbered lines, all or a range. Raises ToolError."""
    lines = text.splitlines()
    if not wanted:
        return clip(numbered(lines), VIEW_CHARS, rest="view it by ranges") or "(empty)"
    first, last = wanted[0], wanted[-1] if len(wanted) == 2 and wanted[-1] != -1 else len(lines)
    if not 1 <= first <= last or first > len(lines):
        raise ToolError(f"view_range {wanted} does not fit; the file has {len(lines)} lines")
    return clip(numbered(lines[first - 1 : last], first), VIEW_CHARS, rest="view a smaller range")


def listing(folder: Path) -> str:
    """What is in a folder, two levels deep."""
    found = [path for pattern in ("*", "*/*") for path in folder.glob(pattern)]
    names = [path.relative_to(folder).as_posix() + ("/" if path.is_dir() else "") for path in found]
    return clip("\n".join(sorted(name for name in names if not name.startswith((".git", ".venv")))), VIEW_CHARS // 2)
