"""The upstream that knows the solutions: what it does to a folder through a genome's tools, and how often."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.life import live
from agent.models.messages import Reply as Answered
from agent.models.messages import Request
from controller.contract import ExitCode
from controller.errors import RequestError
from controller.gateway.admission import Admission
from controller.gateway.upstreams.registry import make
from controller.gateway.upstreams.solver import WAIT, Known, Solver, chance_at, changed_part
from controller.gateway.upstreams.upstream import JSON
from tests.agent.test_solve import task

INSTRUCTION = "Let count.py print 2.\n"
OLD = b'"""Counts."""\nprint(1)\n'
NEW = b'"""Counts."""\nprint(2)\n'
SOLUTION = {"count.py": NEW, "more/data.bin": b"\xff\x00\r\n", "more/new.txt": b"a\r\nb"}
BASH = {"name": "bash", "input_schema": {"properties": {"command": {"type": "string"}}, "required": ["command"]}}
FIELDS = {key: {"type": "string"} for key in ("command", "path", "file_text", "old_str", "new_str")}
EDITOR = {"name": "edit", "input_schema": {"properties": FIELDS, "required": ["command", "path"]}}
LIFE = Admission(1, 0, "t", instruction=INSTRUCTION)


def tasks(folder: Path, name: str = "count-more", level: int = 3) -> Path:
    """A folder of one task."""
    for path, data in SOLUTION.items():
        file = folder / name / "solution" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    (folder / name / "solution" / ".removed").write_text("gone.txt\n")
    (folder / name / "start").mkdir()
    (folder / name / "start" / "count.py").write_bytes(OLD)
    (folder / name / "start" / "gone.txt").write_text("x")
    (folder / name / "instruction.md").write_text(INSTRUCTION)
    (folder / name / "task.toml").write_text(f'[metadata]\nlevel = {level}\nkind = "symptom"\n')
    return folder


def plain_edit(folder: Path, given: JSON) -> None:
    """What an editor does."""
    file = folder / given["path"]
    if given["command"] == "create":
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(given["file_text"].encode())
    else:
        text = file.read_bytes().decode()
        assert text.count(given["old_str"]) == 1
        file.write_bytes(text.replace(given["old_str"], given["new_str"]).encode())


def losing_edit(folder: Path, given: JSON) -> None:
    """An editor that loses the last line of what it writes."""
    name = "file_text" if given["command"] == "create" else "new_str"
    plain_edit(folder, {**given, name: "".join(given[name].splitlines(keepends=True)[:-1])})


def drive(solver: Solver, folder: Path, tools: list[JSON], edit: Callable[[Path, JSON], None], life: Admission) -> int:
    """A genome in a few lines: it does what the model says until there are only words; the number of calls."""
    messages: list[JSON] = [{"role": "user", "content": INSTRUCTION}]
    for count in range(20):
        reply = solver.reply({"messages": messages, "tools": tools}, life)
        (block,) = reply.content
        if block["type"] == "text":
            return count
        error = False
        if block["name"] == "edit":
            try:
                edit(folder, block["input"])
            except AssertionError:
                error = True
        elif block["input"]["command"] != WAIT:
            subprocess.run(["bash", "-c", block["input"]["command"]], cwd=folder, check=True, capture_output=True)
        messages = [*messages, {"role": "user", "content": [{"type": "tool_result", "is_error": error}]}]
    raise AssertionError("it never ends")


def begun(folder: Path) -> Path:
    """The start of the task."""
    folder.mkdir()
    (folder / "count.py").write_bytes(OLD)
    (folder / "gone.txt").write_text("x")
    return folder


def left(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refusing(folder: Path, given: JSON) -> None:
    """An editor that refuses everything."""
    raise AssertionError


@pytest.mark.parametrize(
    ("tools", "edit"),
    [([BASH], plain_edit), ([BASH, EDITOR], plain_edit), ([EDITOR, BASH], refusing)],
    ids=["shell", "editor", "broken editor"],
)
def test_solution_stands_afterwards(tmp_path: Path, tools: list[JSON], edit: Callable[[Path, JSON], None]) -> None:
    folder = begun(tmp_path / "task")
    drive(Solver(1, [tasks(tmp_path / "tasks")]), folder, tools, edit, LIFE)
    assert left(folder) == SOLUTION


def test_editor_that_loses_lines_fails(tmp_path: Path) -> None:
    folder = begun(tmp_path / "task")
    drive(Solver(1, [tasks(tmp_path / "tasks")]), folder, [BASH, EDITOR], losing_edit, LIFE)
    assert left(folder)["count.py"] != NEW


def test_without_luck_nothing_changes(tmp_path: Path) -> None:
    folder = begun(tmp_path / "task")
    drive(Solver(0, [tasks(tmp_path / "tasks")]), folder, [BASH], plain_edit, LIFE)
    assert left(folder) == {"count.py": OLD, "gone.txt": b"x"}


def test_unknown_task_is_only_looked_at(tmp_path: Path) -> None:
    folder = begun(tmp_path / "task")
    other = replace(LIFE, instruction="Something else.")
    assert drive(Solver(1, [tasks(tmp_path / "tasks")]), folder, [BASH], plain_edit, other) == 1
    assert left(folder)["count.py"] == OLD


def test_chance_is_the_stated_one(tmp_path: Path) -> None:
    known = Known(tasks(tmp_path) / "count-more")
    found = [known.succeeds(0.7, 5, repeat) for repeat in range(2000)]
    assert 0.66 < sum(found) / 2000 < 0.74
    assert found == [known.succeeds(0.7, 5, repeat) for repeat in range(2000)]
    assert found != [known.succeeds(0.7, 6, repeat) for repeat in range(2000)]


@pytest.mark.parametrize("bound", [True, False])
def test_some_tasks_meet_endless_commands(tmp_path: Path, bound: bool) -> None:
    name = next(name for name in (f"count-{number}" for number in range(99)) if Known(tmp_path / name).hangs)
    solver = Solver(1, [tasks(tmp_path, name)])
    fields = {"command": {"type": "string"}, **({"timeout": {"type": "number"}} if bound else {})}
    asked = {"messages": [{"role": "user", "content": INSTRUCTION}]}
    tools = [{"name": "bash", "input_schema": {"properties": fields}}]
    _, second = [solver.reply({**asked, "tools": tools}, LIFE).content[0]["input"] for _ in range(2)]
    assert second == {"command": WAIT, **({"timeout": 1} if bound else {})}


def test_harder_levels_have_less_chance() -> None:
    assert [round(chance_at(0.5, level), 2) for level in range(1, 6)] == [0.71, 0.59, 0.5, 0.42, 0.35]
    assert [chance_at(chance, 5) for chance in (0, 1)] == [0, 1]


@pytest.mark.parametrize("chance", ["", "x", "-0.1", "1.1", "nan"])
def test_only_a_chance_is_taken(chance: str) -> None:
    with pytest.raises(RequestError, match="solver"):
        make(f"solver:{chance}", {})


TEXTS = {
    "one of equals": ("a\na\na\n", "a\nb\na\n"),
    "an insertion": ("a\nb\n", "a\nx\nb\n"),
    "at the end": ("a\n", "a\nb"),
    "all of it": ("a\n", "b\n"),
    "from nothing": ("", "a\n"),
    "to nothing": ("a\nb\n", ""),
    "with returns": ("a\r\nb\r\n", "a\r\nc\r\n"),
    "blank lines": ("\n\n\n", "\n\n\n\n"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_one_replacement_makes_the_change(name: str) -> None:
    old, new = TEXTS[name]
    before, after = changed_part(old, new)
    if before:
        assert old.count(before) == 1 and old.replace(before, after) == new
    else:
        assert not old.strip()  # then it is written whole


class Answering:
    """The solver as the genome's own model."""

    def __init__(self, solver: Solver) -> None:
        self._solver = solver

    def reply(self, request: Request) -> Answered:
        found = self._solver.reply({"messages": request.messages, "tools": request.tools}, LIFE)
        return Answered(found.content, found.stop_reason)


@pytest.mark.slow
def test_real_genome_solves_by_it(tmp_path: Path) -> None:
    there = task(tmp_path)
    (there.root / "gone.txt").write_text("x")
    assert live(there, Answering(Solver(1, [tasks(tmp_path / "tasks")]))) == ExitCode.CODE
    assert {path: data for path, data in left(there.root).items() if not path.startswith(".git/")} == SOLUTION


def test_plan_is_given_where_asked() -> None:
    shape = {"type": "object", "properties": {"steps": {"type": "array", "items": {"type": "string"}}}}
    tool = {"name": "plan", "input_schema": {**shape, "required": ["steps"]}}
    reply = Solver(1, []).reply({"messages": [{"role": "user", "content": "Plan."}], "tools": [tool]}, LIFE)
    assert reply.content[0]["input"] == {"steps": ["What is asked"]}
