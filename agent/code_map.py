"""The map of the code: what each file is for, by folders where there are many, and what a file defines. Pure."""

import ast
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath

from agent.text import clip, lines_of
from controller.contract import one_line

DEBT = re.compile(r"# ?(TODO|FIXME)\b|^\s*raise NotImplementedError|mark\.(skip|xfail)|pytest\.skip", re.MULTILINE)
SAYS_NOTHING = ("$", "{", " ", "}")  # how lines begin that do not say what a file is for


def map_of(sources: Mapping[str, str], room: int) -> str:
    """A line for each file; where that takes more than `room` characters, one for each folder, and files as fit."""
    whole = "\n".join(map_line(path, text) for path, text in sources.items())
    if len(whole) <= room:
        return whole
    lines = []
    for folder, count in sorted(Counter(str(PurePosixPath(path).parent) for path in sources).items()):
        purpose = first_line_of_purpose(sources.get(f"{folder}/__init__.py", ""))
        lines.append(f"{folder}/ {count} files {purpose}".strip())
    lines += [map_line(path, sources[path]) for path in sorted(sources, key=lambda path: path.count("/"))]
    return clip("\n".join(lines), room, rest="`outline` shows all of a folder")


def map_line(path: str, text: str) -> str:
    """A line of the map: path, bytes, what the file is for, and whether something in it is unfinished."""
    words = [path, f"{len(text.encode())}", first_line_of_purpose(text)]
    if unfinished(path, text):
        words.append("UNFINISHED")
    return " ".join(word for word in words if word)


def first_line_of_purpose(text: str) -> str:
    """The first line of a file that says something, as one short line; "" where none does."""
    for line in text.splitlines():
        about = line.strip('"# ')
        if about and not line.startswith(SAYS_NOTHING):
            return one_line(about)
    return ""


def unfinished(path: str, text: str) -> bool:
    """Whether a Python file holds a stub, a plan or a test that is left out."""
    return path.endswith(".py") and DEBT.search(text) is not None


def symbols(text: str) -> list[str]:
    """The lines of Python where a class or function is defined, with their numbers. Raises SyntaxError, ValueError."""
    lines = lines_of(text)
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno <= len(lines):
            found.append((node.lineno, lines[node.lineno - 1]))
    return [f"{number:3} {line}" for number, line in sorted(found)]
