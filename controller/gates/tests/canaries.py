"""Tests that must fail, planted among the candidate's own: a run that does not report each of them red tells nothing.

Their names are made of the words of the tests around them and drawn anew for every run, so that none is known by its
name. What can still get through: a candidate that knows every test of its own and treats all others as planted; the
planted faults (`strength.py`) are there for that one.
"""

import ast
import random
import re
from pathlib import Path

from controller.gates.source import TESTS, is_test_file, parsed

AMONG = 2  # how many stand in files of the candidate's; one more has a file of its own
SLOW = ("pytestmark = pytest.mark.slow", "pytestmark = [pytest.mark.slow]")
WORDS = ("entry", "history", "keeps", "line", "names", "number", "order", "path", "size", "stays", "text", "word")
STATEMENTS = (
    "assert sorted([{more}, {less}]) == [{more}, {less}]",
    'assert "{word}".upper() == "{word}"',
    "assert max({less}, {more}) == {less}",
    'assert "{word}".count("{letter}") == {more}',
    "assert [{less}, {more}].index({more}) == 0",
)


def plant(tree: Path, draw: random.Random) -> tuple[str, ...]:
    """Write the canaries into a tree in which nothing of the candidate ever ran; their ids for pytest."""
    folder = tree / TESTS
    folder.mkdir(parents=True, exist_ok=True)
    files = {path: read(path) for path in sorted(folder.rglob("*.py")) if is_test_file(path.name) and path.is_file()}
    known = names([path.stem for path in files], *files.values())
    words = words_of(known)
    own = folder / f"{name_for(draw, words, known)}.py"
    own.write_text('"""' + " ".join(draw.choices(words, k=3)).capitalize() + '."""\n')
    roomy = [path for path, text in files.items() if places(text)]
    planted = []
    for path in (*draw.sample(roomy, min(AMONG, len(roomy))), own):
        name = name_for(draw, words, known)
        insert(path, draw, canary(draw, words, name))
        planted.append(f"{path.relative_to(tree).as_posix()}::{name}")
    return tuple(planted)


def insert(path: Path, draw: random.Random, function: list[str]) -> None:
    """Write a function's lines into a file, where one may stand."""
    lines = read(path).split("\n")
    at = draw.choice(places("\n".join(lines)) or [len(lines) - 1])
    lines[at:at] = ["", "", *function]
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogateescape")


def read(path: Path) -> str:
    """A file's text, whatever bytes it holds."""
    return path.read_text(encoding="utf-8", errors="surrogateescape")


def words_of(known: set[str]) -> list[str]:
    """The words that names are made of; a few of ours where there are none."""
    found = {word for name in known for word in name.split("_") if len(word) > 2}
    return sorted(found - {"test"}) or list(WORDS)


def canary(draw: random.Random, words: list[str], name: str) -> list[str]:
    """The lines of a test that fails."""
    less = draw.randint(2, 40)
    more = less + draw.randint(1, 40)
    word = draw.choice(words).lower()
    if word.upper() == word:  # of digits alone
        word = "word"
    statement = draw.choice(STATEMENTS).format(less=less, more=more + len(word), word=word, letter=word[0])
    return [f"def {name}() -> None:", f"    {statement}"]


def name_for(draw: random.Random, words: list[str], known: set[str]) -> str:
    """A name that none of the candidate's tests has, made of their words."""
    while True:
        name = "_".join(["test", *draw.choices(words, k=draw.randint(3, 7))])
        if name not in known:
            known.add(name)
            return name


def names(stems: list[str], *texts: str) -> set[str]:
    """The names of test files and test functions."""
    found = set(stems)
    for text in texts:
        found.update(re.findall(r"def (test_\w+)", text))
    return found


def places(text: str) -> list[int]:
    """After which lines of a file another function may stand: behind each of its own at the top level.

    Nowhere in a file that says in plain words that it is slow: nothing in it is run.
    """
    tree = parsed(text)
    if tree is None or any(ast.unparse(node) in SLOW for node in tree.body if isinstance(node, ast.Assign)):
        return []
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [node.end_lineno or 0 for node in functions]
