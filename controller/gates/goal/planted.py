"""Canaries for a run of pytest that selects tests: planted where its paths, its -k and its -m select them, too."""

import ast
import random
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from controller.errors import RequestError
from controller.gates.source import is_test_file
from controller.gates.tests.canaries import AMONG, canary, insert, name_for, names, read, words_of
from controller.gates.tests.suite import SUITE
from controller.settings.pytest_command import Pytest

WORD, JOINING = re.compile(r"[^\s()]+"), ("and", "or", "not")
DRAWS = 50  # of a name, until -k selects it
WORDS = 6  # of a -k or -m, that are tried together
FAST = "not slow"  # the marks that are run where a check names none, as the gates run them


@dataclass(frozen=True)
class Planted:
    """`arguments`: of pytest. `canaries`: the ids of the planted tests."""

    arguments: tuple[str, ...]
    canaries: tuple[str, ...]


def plant(tree: Path, run: Pytest, draw: random.Random) -> Planted:
    """Plant canaries in a tree. Raises RequestError where what is to run is not there, or nothing can be planted."""
    wanted = [path for stated in run.paths for path in matching(tree, stated)]
    if not run.paths:
        wanted = [path for path in SUITE if (tree / path).exists()]
    files = {path: read(path) for path in sorted(tree.rglob("*.py")) if is_test_file(path.name) and path.is_file()}
    known = names([path.stem for path in files], *files.values())
    words = words_of(known)
    marks = fitting(run.marks or FAST, "")
    if marks is None:
        raise RequestError(f"-m {run.marks} selects no test that could be planted")
    arguments, canaries = list(wanted), []
    for file in files_of(tree, wanted, draw, words, known):
        path = file.relative_to(tree).as_posix()
        name = selected_name(run.keyword, path, lambda: name_for(draw, words, known))
        if not name:
            continue
        insert(file, draw, [*(f'@__import__("pytest").mark.{mark}' for mark in marks), *canary(draw, words, name)])
        canaries.append(f"{path}::{name}")
        if path not in wanted and not any(f"{path}/".startswith(f"{one}/") for one in wanted):
            arguments.append(canaries[-1])
    if not canaries:
        raise RequestError("nothing that it selects could hold a planted test")
    for option, expression in (("-k", run.keyword), ("-m", run.marks)):
        if expression:
            arguments += [option, expression]
    return Planted((*arguments, *run.left_out), tuple(canaries))


def selected_name(keyword: str, path: str, draw_name: Callable[[], str]) -> str:
    """A name that -k selects in a file, for a test that nobody knows; "" where there is none."""
    parts = fitting(keyword, path)
    if parts is None:
        return ""
    for _ in range(DRAWS):
        name = "_".join([draw_name(), *parts])
        if name.isidentifier() and selects(keyword, f"{path} {name}"):
            return name
    return ""


def matching(tree: Path, stated: str) -> list[str]:
    """The paths that a stated one names, as a shell would expand it. Raises RequestError where none is there."""
    path, separator, test = stated.partition("::")
    if (tree / path).exists():
        return [f"{path.rstrip('/')}{separator}{test}"]
    found: list[str] = []
    with suppress(ValueError):  # of two stars within a name
        found = sorted(one.relative_to(tree).as_posix() for one in tree.glob(path))
    if not found:
        raise RequestError(f"there is no {path}")
    return found


def files_of(tree: Path, wanted: list[str], draw: random.Random, words: list[str], known: set[str]) -> list[Path]:
    """The test files that get a canary: each that is named, some of each folder, and one of its own in it."""
    found: list[Path] = []
    for one in wanted:
        path = tree / one.partition("::")[0]
        if path.is_file():
            found.append(path)
            continue
        files = [file for file in sorted(path.rglob("*.py")) if is_test_file(file.name) and file.is_file()]
        own = path / f"{name_for(draw, words, known)}.py"
        own.write_text('"""' + " ".join(draw.choices(words, k=3)).capitalize() + '."""\n')
        found += [*draw.sample(files, min(AMONG, len(files))), own]
    return list(dict.fromkeys(found))


def fitting(expression: str, path: str) -> tuple[str, ...] | None:
    """The fewest words with which a test of a file is selected by an expression of -k or -m; None: by none.

    Raises RequestError where it is no such expression.
    """
    known = dict.fromkeys(word for word in WORD.findall(expression) if word not in JOINING)
    for count in range(min(len(known), WORDS) + 1):
        for words in combinations(known, count):
            if selects(expression, f"{path} {' '.join(words)}"):
                return words
    return None


def selects(expression: str, text: str) -> bool:
    """Whether an expression of -k or -m is true of a text: its words stand in it, whatever their case.

    Raises RequestError where it is no such expression.
    """

    def truth(word: re.Match[str]) -> str:
        return word[0] if word[0] in JOINING else str(word[0].lower() in text.lower())

    def value(node: ast.expr) -> bool:
        if isinstance(node, ast.BoolOp):
            found = [value(one) for one in node.values]
            return any(found) if isinstance(node.op, ast.Or) else all(found)
        if isinstance(node, ast.UnaryOp):
            return not value(node.operand)
        if isinstance(node, ast.Constant):
            return bool(node.value)
        raise RequestError(f"`{expression}` is no expression of pytest's")

    if not expression.strip():
        return True
    try:
        return value(ast.parse(WORD.sub(truth, expression).strip(), mode="eval").body)
    except SyntaxError as error:
        raise RequestError(f"`{expression}` is no expression of pytest's: {error.msg}") from error
