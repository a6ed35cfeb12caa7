"""Text that passes between model, tools and memory: bounded, fenced, numbered. Pure."""

import ast
import hashlib

from pydantic import BaseModel


def clip(text: str, limit: int, rest: str = "") -> str:
    """Head and tail of a text that is longer than `limit`; `rest` says where the whole is."""
    if len(text) <= limit:
        return text
    head, tail = text[: limit // 2], text[len(text) - (limit - limit // 2) :]
    where = f"; {rest}" if rest else ""
    return f"{head}\n[… {len(text) - limit} characters left out{where} …]\n{tail}"


def fence_marker(run: str, generation: int) -> str:
    """A word that text written before this life cannot hold on purpose."""
    return "data-" + hashlib.sha256(f"{run} {generation}".encode()).hexdigest()[:12]


def fence(text: str, marker: str) -> str:
    """Text of unknown authors, set apart so that it reads as data."""
    return f"<{marker}>\n{text.replace(marker, 'data').strip() or '(none)'}\n</{marker}>"


def record(shape: BaseModel) -> str:
    """What a record says, a line each; what is empty is left out."""
    lines = []
    for name, value in shape:
        for one in value if isinstance(value, list | tuple) else [value]:
            if isinstance(one, BaseModel):
                lines.append(record(one))
            elif one:
                lines.append(f"{name}: {one}")
    return "\n".join(lines)


def numbered(lines: list[str], first: int, last: int, margin: int = 0) -> str:
    """The lines `first` to `last`, counted from 1, with some on both sides."""
    start = max(first - margin, 1)
    return "\n".join(f"{number:5}  {line}" for number, line in enumerate(lines[start - 1 : last + margin], start))


def bullets(items: tuple[str, ...]) -> str:
    return "\n".join(f"- {item}" for item in items)


def first_line(path: str, source: str) -> str:
    """What a file is for: the first line of its docstring, or of itself where it is not Python."""
    if path.endswith(".py"):
        source = "" if syntax_problem(path, source) else ast.get_docstring(ast.parse(source)) or ""
    return source.strip().partition("\n")[0]


def syntax_problem(path: str, source: str) -> str:
    """Where a Python file does not compile, or nothing."""
    try:
        if path.endswith(".py"):
            compile(source, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return f"{path} does not compile: {error}"
    return ""
