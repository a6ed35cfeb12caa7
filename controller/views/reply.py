"""`heirloom reply`: the newest request of a folder of `manual:DIR` that waits for an answer, and how to answer it."""

import shlex
from pathlib import Path

from rich.console import Console

from controller.errors import RequestError
from controller.gateway.upstreams.manual import letters
from controller.views.text import printable


def show(folder: Path, console: Console, as_json: bool) -> None:
    """Print the request's path, what was wrong with a reply so far, and the two ways to answer. Raises RequestError."""
    waiting = [letter for letter in letters(folder) if letter.open]
    if not waiting:
        raise RequestError(
            f"{folder}: no request waits for an answer; heirloom run --model manual:{folder} writes them"
        )
    letter = waiting[-1]
    page, text, answer = (letter.file(kind).absolute() for kind in ("request.md", "reply.txt", "reply.json"))
    wrong = letter.file("problem.txt")
    problem = wrong.read_text(encoding="utf-8", errors="replace").strip() if wrong.exists() else ""
    if as_json:
        told = {"request": str(page), "text": str(text), "json": str(answer), "problem": problem}
        console.print_json(data=told, indent=None)
        return
    lines = [
        str(page),
        *([f"The reply there is none yet: {problem}"] if problem else []),
        "Answer with text:   cat > " + shlex.quote(str(text)),
        'or call a tool:     echo \'{"calls": [{"name": "bash", "input": {"command": "ls"}}]}\' > '
        + shlex.quote(str(answer)),
    ]
    console.print(printable("\n".join(lines)))
