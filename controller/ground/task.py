"""A task as data: a folder with an instruction, the files that an agent gets, hidden tests and a reference solution.

task.toml        kind, level, title; seconds; what the grading holds
instruction.md   what a colleague would write
start/           the files that the agent gets
tests/           hidden tests (`test_*.py`) and their data; of the kind "tests": mutants.toml and mutants/
solution/        files laid over start/; `.removed` lists paths that the solution deletes, one a line
proof.json       made by `heirloom ground check`
"""

import hashlib
import os
import re
import stat
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Literal

from controller.errors import RequestError
from controller.ground.sheet import CAUGHT, Kind, caught, read_sheet, read_text

Split = Literal["open", "select", "sealed"]
SPLITS: tuple[Split, ...] = (*["open"] * 2, *["select"] * 4, *["sealed"] * 4)  # type: ignore[arg-type]
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
PROOF, REMOVED, MUTANTS = "proof.json", ".removed", "mutants"
PARTS = ("start", "tests", "solution")
TASK_BYTES, TASK_FILES = 8 * 2**20, 600
JUNK = ("__pycache__", ".pytest_cache", ".git")


@dataclass(frozen=True)
class Task:
    """One task. `seconds`: for one grading; `agent_seconds`: for the work on it. `hash`: sha256 of all but the proof.

    `protected`: files that must stay as start/ has them. `sized`: files that together hold at most `max_tokens` code
    tokens. `caught`: of the kind "tests", how many of the mutants must be caught.
    """

    name: str
    folder: Path
    kind: Kind
    level: int
    title: str
    instruction: str
    seconds: float
    agent_seconds: float
    hash: str
    protected: tuple[str, ...] = ()
    max_tokens: int | None = None
    sized: tuple[str, ...] = ()
    caught: int = 0

    @property
    def split(self) -> Split:
        """To which part of the ground it belongs: by its name alone."""
        return split_of(self.name)

    @cached_property
    def start(self) -> Mapping[str, bytes]:
        """The files that the agent gets, by path."""
        return files_below(self.folder / "start")

    @cached_property
    def solution(self) -> Mapping[str, bytes]:
        """What the reference answer lays over start/, and its list of what it deletes."""
        return files_below(self.folder / "solution")

    @cached_property
    def solved(self) -> Mapping[str, bytes]:
        """The files of the reference answer, by path."""
        laid = dict(self.solution)
        gone = removed(laid.pop(REMOVED, b""))
        return {path: data for path, data in {**self.start, **laid}.items() if path not in gone}

    @cached_property
    def tests(self) -> Mapping[str, str]:
        """The text of the hidden test files, by name."""
        found = files_below(self.folder / "tests")
        return {path: data.decode() for path, data in found.items() if is_test(path)}

    @cached_property
    def data(self) -> Mapping[str, bytes]:
        """What lies beside the hidden tests."""
        found = files_below(self.folder / "tests")
        apart = (f"{MUTANTS}/", CAUGHT)
        return {path: data for path, data in found.items() if not is_test(path) and not path.startswith(apart)}

    @cached_property
    def mutants(self) -> Mapping[str, Mapping[str, bytes]]:
        """Of the kind "tests": the files that each mutant lays over the right code."""
        found: dict[str, dict[str, bytes]] = {}
        for path, data in files_below(self.folder / "tests").items():
            parts = path.split("/", 2)
            if parts[0] == MUTANTS and len(parts) == 3:
                found.setdefault(parts[1], {})[parts[2]] = data
        return found


def split_of(name: str) -> Split:
    """The split of a task's name: two of ten are open, four select, four are sealed."""
    return SPLITS[int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % len(SPLITS)]


def is_test(path: str) -> bool:
    """Whether a path below tests/ is a hidden test file."""
    return re.fullmatch(r"test_\w+\.py", path) is not None


def removed(text: bytes) -> tuple[str, ...]:
    """The paths that a `.removed` lists."""
    return tuple(line.strip() for line in text.decode().splitlines() if line.strip())


def load(folder: Path) -> Task:
    """Read a task and check its form. Raises RequestError, which names the file and the key."""
    name = folder.name
    if not folder.is_dir():
        raise RequestError(f"{folder}: there is no such folder of a task")
    if not NAME.fullmatch(name):
        raise RequestError(f"{folder}: a task's name is of small letters, digits and single hyphens (kebab-case)")
    check_tree(folder)
    sheet = read_sheet(folder)
    text = read_text(folder, "instruction.md")
    for part in PARTS:
        if not (folder / part).is_dir():
            raise RequestError(f"{name}: the folder {part}/ is missing")
    known = sheet.verifier
    task = Task(
        name=name,
        folder=folder,
        kind=sheet.metadata.kind,
        level=sheet.metadata.level,
        title=sheet.metadata.title,
        instruction=text,
        seconds=known.timeout_sec,
        agent_seconds=sheet.agent.timeout_sec,
        hash=hash_of(folder),
        protected=tuple(known.protected),
        max_tokens=known.max_tokens,
        sized=tuple(known.sized),
        caught=caught(folder, sheet.metadata.kind),
    )
    check_contents(task)
    return task


def check_tree(folder: Path) -> None:
    """Raise RequestError where a task holds anything but plain files, or too many."""
    size = count = 0
    for place, folders, files in os.walk(folder):
        for name in sorted((*folders, *files)):
            path = Path(place, name)
            shown = f"{folder.name}: {path.relative_to(folder).as_posix()}"
            found = path.lstat()
            if not (stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode)):
                raise RequestError(f"{shown} is no plain file (a symlink, pipe or device); put the file itself there")
            if name in JUNK or name.endswith(".pyc"):
                raise RequestError(f"{shown} does not belong to a task; delete it")
            size += found.st_size * stat.S_ISREG(found.st_mode)
            count += 1
    if size > TASK_BYTES or count > TASK_FILES:
        raise RequestError(f"{folder.name}: {count} files of {size:,} bytes; at most {TASK_FILES} of {TASK_BYTES:,}")


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path there; `check_tree` has seen that they are plain and few."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def hash_of(folder: Path) -> str:
    """sha256 over the paths and bytes of all files but the proof."""
    digest = hashlib.sha256()
    for path, data in files_below(folder).items():
        if path != PROOF:
            digest.update(f"{path}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def check_contents(task: Task) -> None:
    """Raise RequestError where what the sheet names is not there, or there is nothing to grade by."""
    problems = [*problems_of_paths(task), *problems_of_tests(task), *problems_of_names(task)]
    if task.kind == "refactoring" and (task.max_tokens is None or not task.sized):
        problems.append("task.toml: verifier.max_tokens, verifier.sized: a refactoring needs both")
    if task.kind != "refactoring" and (task.max_tokens is not None or task.sized):
        problems.append("task.toml: verifier.max_tokens, verifier.sized: only a refactoring has them")
    if not task.start:
        problems.append("start/ holds no file")
    if not task.solution:
        problems.append("solution/ holds no file")
    if problems:
        raise RequestError(f"{task.name}: {problems[0]}")


def problems_of_paths(task: Task) -> Iterable[str]:
    """Paths that are named and are not there, or are no plain relative paths."""
    for key, named, there in (
        ("verifier.protected", task.protected, task.start),
        ("verifier.sized", task.sized, task.solved),
    ):
        for path in named:
            if path not in there:
                yield f"task.toml: {key}: there is no file {path!r}"
    for path in removed(task.solution.get(REMOVED, b"")):
        if path not in task.start:
            yield f"solution/{REMOVED}: {path!r} is not in start/, so it cannot be removed"
    for path in task.protected:
        if task.solved.get(path) != task.start.get(path):
            yield f"solution/: {path} is protected, and the solution changes it"


def problems_of_tests(task: Task) -> Iterable[str]:
    """What is wrong with the hidden tests' form."""
    if task.kind == "tests":
        if not task.mutants:
            yield f"tests/{MUTANTS}/ holds no mutant"
        elif task.caught > len(task.mutants):
            yield f"tests/{CAUGHT}: caught: {task.caught} of {len(task.mutants)} mutants cannot be caught"
        for name, files in task.mutants.items():
            for path in files:
                if path not in task.start:
                    yield f"tests/{MUTANTS}/{name}/{path}: there is no such file in start/"
        if task.tests:
            yield 'tests/: a task of the kind "tests" has mutants, and no hidden test files'
        return
    if not task.tests:
        yield "tests/ holds no file test_*.py: there is nothing to grade by"
    for path in task.data:
        if path.endswith(".py"):
            yield f"tests/{path}: only test_*.py may be Python there; put what tests share into each of them"
    for path, text in task.tests.items():
        try:
            compile(text, path, "exec", dont_inherit=True)
        except SyntaxError as error:
            yield f"tests/{path}: {error}"


def problems_of_names(task: Task) -> Iterable[str]:
    """Names in start/ or solution/ that an answer cannot have: they would hide a module of Python's own."""
    for path in sorted({*task.start, *task.solved}):
        top = PurePosixPath(path).parts[0].removesuffix(".py")
        if path.endswith(".py") and (top in sys.stdlib_module_names or top in RESERVED):
            yield f"{path}: {top} is the name of a module that tests need; choose another"


RESERVED = frozenset({"pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments", "hypothesis", "xdist", "py"})


def load_all(folder: Path) -> tuple[list[Task], dict[str, str]]:
    """Every task of a set, by name, and the reason of each folder that is none. Raises RequestError: no such set."""
    if not folder.is_dir():
        raise RequestError(f"{folder}: there is no such folder of tasks")
    tasks, bad = [], {}
    for place in sorted(folder.iterdir()):
        if place.name.startswith(".") or place.name in JUNK or place.is_file():
            continue
        try:
            tasks.append(load(place))
        except RequestError as error:
            bad[place.name] = str(error)
    return tasks, bad
