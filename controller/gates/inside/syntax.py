"""Runs in the room: reads Python files in every way in which the controller is about to, within tighter bounds.

usage: syntax.py FILE...   Prints one line of JSON: {"file": its place among them, "problem": text}; {"problem": ""}.
Text can stop what parses it: by nesting that Python's own tools do not survive, or by more ways to read it than anybody
can wait for. What is read here in time is read so in the controller, too. Nothing of it is run.
"""

import ast
import io
import json
import sys
import tokenize
from collections.abc import Callable
from pathlib import Path
from typing import Any

FRAMES = 600  # of Python's; the controller has 1,000 and stands on some of them already
TOO_DEEP = "is nested too deep for Python's own tools"


def walked(tree: ast.AST) -> None:
    """Every node, as `ast.walk` comes to them."""
    for _ in ast.walk(tree):
        pass


def tokens(text: str) -> None:
    """Every token."""
    for _ in tokenize.generate_tokens(io.StringIO(text).readline):
        pass


def ends(read: Callable[[Any], object], given: object) -> object:
    """What a way of reading gives, None where it refuses. Raises RecursionError, MemoryError."""
    try:
        return read(given)
    except (SyntaxError, ValueError, tokenize.TokenError):
        return None


def problem_of(text: str) -> str:
    """What is wrong with a file, or nothing; that it does not parse is for another gate to say."""
    try:
        tree = ends(ast.parse, text)
        if tree is None:
            return ""
        for read in (ast.dump, ast.unparse, walked):
            ends(read, tree)
        ends(tokens, text)
    except (RecursionError, MemoryError):
        return TOO_DEEP
    return ""


if __name__ == "__main__":
    sys.setrecursionlimit(FRAMES)
    found: dict[str, object] = {"problem": ""}
    for place, name in enumerate(sys.argv[1:]):
        if problem := problem_of(Path(name).read_bytes().decode("utf-8", "replace")):
            found = {"file": place, "problem": problem}
            break
    print(json.dumps(found))  # noqa: T201
