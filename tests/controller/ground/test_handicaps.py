"""The real genome under the scripted solver, sound and with a planted handicap: the handicap shows in the answer."""

import shutil
from pathlib import Path

import pytest

from controller.gateway.upstreams.solver import Known, Solver
from nursery.ground import LEFT_OUT, Change, swap
from tests.controller.conftest import ROOT, git
from tests.controller.gateway.test_solver import INSTRUCTION, NEW, tasks
from tests.controller.ground.working import bench

EDITOR = "agent/tools/str_replace_based_edit_tool.py"
LOSES = swap(EDITOR, "file.write_bytes(new.encode())", 'file.write_bytes(new.rstrip().rpartition("\\n")[0].encode())')
HANGS = swap("agent/tools/bash.py", "self.command, self.timeout", "self.command, 10**6")


def genome(folder: Path, change: Change) -> Path:
    """An operator's repository with this project's genome, changed."""
    operator = folder / "operator"
    for name in ("agent", "controller", "tests/agent"):
        shutil.copytree(ROOT / name, operator / name, ignore=LEFT_OUT)
    shutil.copy(ROOT / "agent_context.json", operator)
    change(operator)
    git(folder, "init", "--quiet", "--initial-branch=main", "--template=", str(operator))
    git(operator, "add", "-A")
    git(operator, "commit", "--quiet", "-m", "A genome")
    return operator


def sound(root: Path) -> None:
    """No handicap."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "ended", "solved"),
    [(sound, "done", True), (LOSES, "done", False), (HANGS, "limit", False)],
    ids=["sound", "its editor loses a line", "its shell has no timeout"],
)
def test_handicap_shows_in_the_answer(tmp_path: Path, change: Change, ended: str, solved: bool) -> None:
    name = next(name for name in (f"count-{number}" for number in range(99)) if Known(tmp_path / name).hangs)
    ground_tasks = tasks(tmp_path / "tasks", name)
    with bench(genome(tmp_path, change), upstream=Solver(1, [ground_tasks])) as ground:
        given = ground.assignment()
        seconds = 30.0 if ended == "limit" else 120.0
        limits = given.limits.model_copy(update={"seconds": seconds})
        worked = ground.work(instruction=INSTRUCTION, start=ground_tasks / name / "start", limits=limits)
        assert worked.ended == ended, worked
        assert worked.answer is not None
        assert ((worked.answer / "count.py").read_bytes() == NEW) == solved
