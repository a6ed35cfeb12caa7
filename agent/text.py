"""Text that passes between the model, the tools and the memory: bounded, fenced, numbered. Pure."""

import ast
import hashlib
from collections.abc import Sequence


def clip(text: str, limit: int, rest: str = "") -> str:
    """A text of at most about `limit` characters: its head and tail, and how much was left out between.

    `rest` says where the whole can be found.
    """
    if len(text) <= limit:
        return text
    head, tail = text[: limit // 2], text[len(text) - (limit - limit // 2) :]
    where = f"; the whole: {rest}" if rest else ""
    return f"{head}\n[… {len(text) - limit} characters left out{where} …]\n{tail}"


def marker_of(run: str, generation: int) -> str:
    """A word that text written before this life cannot contain on purpose."""
    return "data-" + hashlib.sha256(f"{run} {generation}".encode()).hexdigest()[:12]


def fence(text: str, marker: str) -> str:
    """Text of unknown authors, set apart so that it reads as data."""
    return f"<{marker}>\n{text.replace(marker, 'data').strip()}\n</{marker}>"


def numbered(lines: Sequence[str], first: int = 1) -> str:
    """Lines with their numbers, as an editor shows them."""
    return "\n".join(f"{number:5}  {line}" for number, line in enumerate(lines, first))


def around(lines: Sequence[str], first: int, last: int, margin: int = 3) -> str:
    """The numbered lines `first` to `last`, counted from 1, with some on both sides."""
    start = max(first - margin, 1)
    return numbered(lines[start - 1 : last + margin], start)


def bullets(items: Sequence[str], none: str = "(none)") -> str:
    """One line an item."""
    return "\n".join(f"- {item}" for item in items) if items else none


def first_sentence(source: str) -> str:
    """What a file says that it is for: a module's docstring, or the first line of other text."""
    try:
        said = ast.get_docstring(ast.parse(source)) or ""
    except SyntaxError:
        said = source
    return said.strip().partition("\n")[0].strip()


def syntax_problem(path: str, source: str) -> str:
    """Where a Python file does not parse, or nothing."""
    if not path.endswith(".py"):
        return ""
    try:
        compile(source, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"{path} does not compile: line {error.lineno}: {error.msg}"
    except ValueError as error:
        return f"{path} does not compile: {error}"
    return ""
