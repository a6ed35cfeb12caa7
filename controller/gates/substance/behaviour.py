"""What of the changed files can make a difference when they run. Read, never run."""

import ast
from collections import Counter

from controller.contract import CONTEXT_FILE
from controller.gates.candidate import Candidate
from controller.gates.source import parsed, without_docstrings

FILE_BYTES = 512 * 1024  # as the shape gate lets through


def texts(candidate: Candidate, commit: str) -> dict[str, str]:
    """The changed files of the genome as they are in a commit."""
    found = {}
    for change in candidate.changes:
        text = candidate.lineage.read(commit, change.path, FILE_BYTES) if change.path != CONTEXT_FILE else None
        if text is not None:
            found[change.path] = text
    return found


def behaviour(path: str, text: str) -> str:
    """What of a file can make a difference: all of it, or of Python files what is left without docstrings and layout.

    The docstring of a tool's class is what a model reads of it.
    """
    tree = parsed(text) if path.endswith(".py") else None
    if tree is None:
        return text
    told = without_docstrings(tree, keep_classes=path.startswith("agent/tools/"))
    return told if tree.body else ""


def units(path: str, text: str) -> Counter[str]:
    """The same, top-level statement by statement, however they are ordered; other files are one unit."""
    tree = parsed(text) if path.endswith(".py") else None
    if tree is None:
        return Counter([text] if text else [])
    without_docstrings(tree, keep_classes=path.startswith("agent/tools/"))
    return Counter(ast.dump(node) for node in tree.body)
