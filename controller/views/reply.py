"""`heirloom reply`: the newest request of a folder of `manual:DIR` that waits for an answer, and how to answer it."""

import shlex
from pathlib import Path

from rich.console import Console

from controller.errors import RequestError
from controller.gateway.upstreams.manual import letters
from controller.views.text import json_line, printable

CALL = '{"calls": [{"name": "bash", "input": {"command": "ls"}}]}'


def show(folder: Path, console: Console, as_json: bool) -> None:
    """Print the request's path, what was wrong with a reply so far, and the two ways to answer. Raises RequestError."""
    waiting = [letter for letter in letters(folder) if letter.open]
    if not waiting:
        raise RequestError(
            f"{folder}: no request waits for an answer; heirloom run --model manual:{folder} writes them"
        )
    letter = waiting[-1]
    page, text, answer = (letter.file(kind).absolute() for kind in ("request.md", "reply.txt", "reply.json"))
    problem = problem_in(letter.file("problem.txt"))
    if as_json:
        json_line(console, {"request": str(page), "text": str(text), "json": str(answer), "problem": problem})
        return
    lines = [str(page)]
    if problem:
        lines.append(f"The reply there is none yet: {problem}")
    lines.append(f"Answer with text:   cat > {shlex.quote(str(text))}")
    lines.append(f"or call a tool:     echo '{CALL}' > {shlex.quote(str(answer))}")
    console.print(printable("\n".join(lines)))


def problem_in(file: Path) -> str:
    """What was wrong with the last reply; "" where there was none or nothing was wrong."""
    if not file.exists():
        return ""
    return file.read_text(encoding="utf-8", errors="replace").strip()
