"""A life that works on a task: a folder that is not the genome."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.errors import NoAnswer
from agent.life import live
from agent.models.messages import Reply
from agent.workspace import Workspace, begin
from controller.contract import Birth, ExitCode, Limits, ModelInfo, Task
from tests.agent.fakes import Scripted, calls, git, says, texts

DONE = calls(("done", {"outcome": "code", "summary": "It counts."}))
GIVE_UP = calls(("done", {"outcome": "history", "summary": "I cannot."}))
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    **{f"GIT_{who}_{what}": "t@t" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


def edit(path: str, text: str) -> Reply:
    return calls(("str_replace_based_edit_tool", {"command": "create", "path": path, "file_text": text}))


def birth(root: Path, out: Path) -> Birth:
    """The birth of a life on this folder."""
    return Birth(
        contract=2, generation=0, try_number=1, run="r", parent="a" * 40, ref="", inbox="", out=str(out),
        models=(ModelInfo(id="m"),), limits=Limits(seconds=60, memory_bytes=1, output_bytes=1, tokens=9),
        task=Task(instruction="Let count.py print 2.", folder=str(root)),
    )  # fmt: skip


def task(folder: Path) -> Workspace:
    """A workspace on a folder with one file, which is told as a task."""
    root, out = folder / "task", folder / "out"
    root.mkdir()
    out.mkdir()
    (root / "count.py").write_text('"""Counts."""\nprint(1)\n')
    return Workspace(root, begin(root, birth(root, out), ENVIRONMENT), ENVIRONMENT)


ENDS: dict[str, tuple[Any, ExitCode]] = {
    "done": (DONE, ExitCode.CODE),
    "words alone": (says("It is done."), ExitCode.CODE),
    "given up": (GIVE_UP, ExitCode.HISTORY),
    "no answer": (NoAnswer("down"), ExitCode.HISTORY),
    "wind-down": (says("Not whole."), ExitCode.HISTORY),
}


@pytest.mark.parametrize("name", ENDS)
def test_task_ends_by_its_exit(tmp_path: Path, name: str) -> None:
    last, exit_code = ENDS[name]
    there = task(tmp_path)
    first = replace(edit("count.py", "print(2)\n"), wind_down=name == "wind-down")
    assert live(there, Scripted(first, last)) == exit_code
    assert (there.root / "count.py").read_text() == "print(2)\n"


def test_first_request_holds_what_is_asked(tmp_path: Path) -> None:
    model = Scripted(DONE)
    live(task(tmp_path), model)
    said = texts(model.asked[0])
    assert "Let count.py print 2." in said and "count.py 23 Counts." in said
    offered = {tool["name"] for tool in model.asked[0].tools}
    assert {"bash", "done", "outline", "plan", "search", "str_replace_based_edit_tool", "undo"} <= offered
    assert not {"check", "choose_goal"} & offered  # they are about the genome itself


def test_tools_stay_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.py").write_text("1\n")
    look = calls(
        ("str_replace_based_edit_tool", {"command": "view", "path": "../elsewhere.py"}),
        ("outline", {"path": ".."}),
        ("search", {"pattern": "1", "path": "../elsewhere.py"}),
    )
    model = Scripted(look, DONE)
    live(task(tmp_path), model)
    assert [block["is_error"] for block in model.asked[1].messages[-1]["content"]] == [True] * 3


def test_undo_goes_back_to_the_start(tmp_path: Path) -> None:
    there = task(tmp_path)
    live(there, Scripted(edit("more.py", "1\n"), edit("count.py", "print(3)\n"), calls(("undo", {})), DONE))
    assert (there.root / "count.py").read_text() == '"""Counts."""\nprint(1)\n'
    assert (there.root / "more.py").read_text() == "1\n"


@pytest.mark.parametrize("ignored", ["*", "count.py"])
def test_start_may_hold_anything(tmp_path: Path, ignored: str) -> None:
    (tmp_path / "empty").mkdir()
    root = tmp_path / "empty"
    (root / ".gitignore").write_text(f"{ignored}\n")
    (root / "count.py").write_text("1\n")
    begun = begin(root, birth(root, tmp_path), ENVIRONMENT)
    assert git(root, "ls-tree", "--name-only", begun.parent).split() == [".gitignore", "count.py"]
