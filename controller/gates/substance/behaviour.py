"""What of the changed files can make a difference when they run. Read, never run."""

import ast
from collections import Counter

from controller.contract import CONTEXT_FILE
from controller.gates.candidate import Candidate
from controller.gates.source import parsed, without_docstrings

FILE_BYTES = 512 * 1024  # as the shape gate lets through
TOOLS = "agent/tools/"  # the docstring of a tool's class is what a model reads of it, so it makes a difference


def texts(candidate: Candidate, commit: str) -> dict[str, str]:
    """The changed files of the genome as they are in a commit."""
    found = {}
    for change in candidate.changes:
        if change.path == CONTEXT_FILE:
            continue
        text = candidate.lineage.read(commit, change.path, FILE_BYTES)
        if text is not None:
            found[change.path] = text
    return found


def behaviour(path: str, text: str) -> str:
    """What of a file can make a difference: all of it, or of Python files what is left without docstrings and layout.

    "" where nothing can.
    """
    tree = syntax(path, text)
    if tree is None:
        return text
    dumped = without_docstrings(tree, keep_classes=path.startswith(TOOLS))
    return dumped if tree.body else ""


def units(path: str, text: str) -> Counter[str]:
    """The same, top-level statement by statement, however they are ordered; other files are one unit."""
    tree = syntax(path, text)
    if tree is None:
        return Counter([text] if text else [])
    without_docstrings(tree, keep_classes=path.startswith(TOOLS))
    return Counter(ast.dump(node) for node in tree.body)


def syntax(path: str, text: str) -> ast.Module | None:
    """The syntax tree of a Python file; None of any other."""
    return parsed(text) if path.endswith(".py") else None
