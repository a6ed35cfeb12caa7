"""A goal's check as steps: what runs pytest is told from what a shell runs, for pytest is run by our own means. Pure.

The exit code of pytest is the word of a process that the candidate shares; a report, with planted tests in it, is not.
Of a pytest command counts what selects tests; how it reports, and what would configure it, is ours.
"""

import argparse
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from controller.errors import RequestError

NAMES = {"pytest", "py.test"}
MENTIONED = re.compile(r"(?:\b|m)py\.?test\b")  # `python -mpytest`, too
READERS = {"[", "cat", "cmp", "diff", "echo", "egrep", "fgrep", "find", "git", "grep", "head", "ls", "sed", "tail",
           "test", "wc"}  # fmt: skip
SHELL_OWN = ("cd", "pushd", "export", "set", "source", ".", "alias", "unset")
PYTHON = re.compile(r"python[\d.]*")
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
PIECES = re.compile(r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.|&&|.""", re.DOTALL)  # of a command line: a text in quotes is one
REDIRECTIONS = {">", ">>", ">&", "&>", "<"}
EXPANDED = re.compile(r"[$`~{]")  # of what a shell expands, only names of files are
FLAGS = (
    "-q --quiet -v --verbose -s -x --exitfirst -l --showlocals --no-header --no-summary --strict --strict-markers "
    "--strict-config --disable-warnings --disable-pytest-warnings --noconftest --full-trace --cache-clear "
    "--continue-on-collection-errors"
)
VALUES = (
    "--tb --maxfail --color --durations --durations-min -r --rootdir -c --config-file --junitxml --junit-xml --capture "
    "-W --pythonwarnings --show-capture --log-level --verbosity --basetemp --import-mode --confcutdir -p -o "
    "--override-ini -n --numprocesses --dist --timeout"
)


@dataclass(frozen=True)
class Shell:
    """A command for a shell."""

    command: str


@dataclass(frozen=True)
class Pytest:
    """A run of pytest: what it selects. `paths`: files, folders and tests below the tree; none: the genome's suite.

    `left_out`: options of pytest that leave tests out. `environment`: NAME=VALUE each.
    """

    paths: tuple[str, ...] = ()
    keyword: str = ""
    marks: str = ""
    left_out: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()


class Options(argparse.ArgumentParser):
    """Pytest's options that we know. Raises RequestError instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        """Raise it."""
        raise RequestError(message)


def steps_of(check: str) -> tuple[Shell | Pytest, ...]:
    """A check's steps, all of which have to succeed. Raises RequestError where it runs pytest in a form we cannot read.

    Commands joined by `&&` are a step each where one of them runs pytest; else the check is one step, as it is.
    """
    if not runs_pytest(check):
        return (Shell(check),)
    steps: list[Shell | Pytest] = []
    for command in commands(check):
        if not runs_pytest(command):
            if not command or changes_its_shell(command):
                raise unread(check)
            steps.append(Shell(command))
            continue
        words = words_of(command)
        if any(is_operator(word) for word in words):
            raise unread(check)
        run = pytest_of(words)
        if run is None:
            raise unread(check)
        steps.append(run)
    return tuple(steps)


def runs_pytest(check: str) -> bool:
    """Whether a command may run pytest; where only what reads files is given the word, it does not."""
    if not MENTIONED.search(check):
        return False
    simple: list[list[str]] = [[]]
    for word in words_of(check):
        if is_operator(word):
            simple.append([])
        else:
            simple[-1].append(word)
    return any(words[0] not in READERS for words in simple if MENTIONED.search(" ".join(words)))


def unread(check: str) -> RequestError:
    """What is wrong with a check that may run pytest and is not read as that."""
    return RequestError(
        f"`{check}` runs pytest in a form that cannot be checked; state `python -m pytest PATHS`, with -k and -m where "
        "needed, alone or joined to other commands by &&"
    )


def commands(check: str) -> list[str]:
    """The commands that `&&` joins, as they are written."""
    found = [""]
    for piece in PIECES.findall(check):
        if piece == "&&":
            found.append("")
        else:
            found[-1] += piece
    return [command.strip() for command in found]


def words_of(command: str) -> list[str]:
    """A command's words, and the shell's operators among them. Raises RequestError where a quotation does not end."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError as error:
        raise RequestError(f"`{command}` cannot be read: {error}") from error


def is_operator(word: str) -> bool:
    """Whether a word joins commands; where the output goes does not."""
    return word == "!" or (set(word) <= set("();<>|&") and word not in REDIRECTIONS)


def changes_its_shell(command: str) -> bool:
    """Whether a command changes the shell, in which a later step is not run."""
    return words_of(command)[:1] in [[name] for name in SHELL_OWN]


def pytest_of(words: Sequence[str]) -> Pytest | None:
    """The run of pytest that a command is; None where it is none. Raises RequestError."""
    left = list(words)
    environment: list[str] = []
    while left and (skipped := wrapper(left)):
        environment += [word for word in left[:skipped] if ASSIGNMENT.match(word) and not word.startswith("PYTEST_")]
        left = left[skipped:]
    if not left:
        return None
    name = left[0].rpartition("/")[2]
    if name in NAMES:
        return selection(left[1:], environment)
    if not PYTHON.fullmatch(name):
        return None
    for at, word in enumerate(left[1:], 1):
        if not word.startswith("-"):
            return None
        module = re.fullmatch(r"-[bBdEiIOPqsSuvx]*m(.*)", word)
        if module is None:
            continue
        rest = left[at + 1 :]
        if not module[1]:
            rest = left[at + 2 :]
        named = module[1] or "".join(left[at + 1 : at + 2])
        return selection(rest, environment) if named in NAMES else None
    return None


def wrapper(words: Sequence[str]) -> int:
    """How many words at the front only say how the rest is run."""
    first = words[0].rpartition("/")[2]
    if ASSIGNMENT.match(words[0]) or first in {"env", "time", "exec", "command", "nohup"}:
        return 1
    if words[:2] == ["uv", "run"] or words[:2] == ["poetry", "run"]:
        return 2
    if first == "timeout":
        count = 1
        while count < len(words) and re.fullmatch(r"-.*|[\d.]+[smh]?", words[count]):
            count += 1
        return count
    return 0


def selection(words: Sequence[str], environment: Sequence[str]) -> Pytest:
    """What pytest is to select by its arguments. Raises RequestError where one could make it run no test, or others."""
    parser = Options(add_help=False, allow_abbrev=False)
    for flag in FLAGS.split():
        parser.add_argument(flag, action="count", dest="unused")
    for option in VALUES.split():
        parser.add_argument(option, action="append", dest="values")
    parser.add_argument("-k", dest="keyword", default="")
    parser.add_argument("-m", dest="marks", default="")
    for option in ("--deselect", "--ignore", "--ignore-glob"):
        parser.add_argument(option, action="append", default=[], dest=option)
    parser.add_argument("paths", nargs="*")
    found, unknown = parser.parse_known_intermixed_args(without_redirections(words))
    if unknown:
        raise RequestError(f"pytest's {unknown[0]} cannot be checked; leave it out")
    for path in found.paths:
        if path.startswith("/") or ".." in path.split("/") or EXPANDED.search(path.partition("[")[0]):
            raise RequestError(f"{path}: what pytest is to run is stated as a path below the repository")
    left_out = tuple(
        f"{option}={value}"
        for option in ("--deselect", "--ignore", "--ignore-glob")
        for value in getattr(found, option)
    )
    return Pytest(tuple(found.paths), found.keyword, found.marks, left_out, tuple(environment))


def without_redirections(words: Sequence[str]) -> list[str]:
    """The words without where the output goes."""
    kept: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word not in REDIRECTIONS:
            kept.append(word)
            continue
        if kept and kept[-1] in ("1", "2"):
            kept.pop()
        left = left[1:]
    return kept
