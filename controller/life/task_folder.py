"""A life that works on a task: what lies in its folder, and its answer, taken out when it has ended.

What runs is the genome's own files and the controller's, without git: the commit's other files, and its history, hold
tasks with their hidden tests and solutions.
"""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from controller.contract import Task
from controller.git.lineage import Lineage
from controller.ledger.life import Try
from controller.ledger.phases import Newborn
from controller.life import workspace
from controller.life.workspace import birth_of
from controller.sandbox import child
from controller.sandbox.isolation import Command, Isolation, plain_environment
from controller.sandbox.limits import Bounds

TASK = "task"  # the folder that is worked on, in the life's
RUNS = ("controller/",)  # what runs beside the genome; it imports controller.contract of it
ANSWER = "answer"
PROGRAM = Path(__file__).parent / "inside" / "copy_answer.py"
MOST_ENTRIES, MOST_BYTES = 4_000, 64 * 2**20  # of an answer
TAKING = Bounds(seconds=60.0, memory_bytes=2**30, output_bytes=2**16, file_bytes=MOST_BYTES)


@dataclass(frozen=True)
class Answer:
    """What was taken out. `problem`: why nothing was; `left_out`: entries that are no files or folders, or of a tool's.

    `folder`: plain files and folders alone.
    """

    folder: Path | None = None
    files: int = 0
    size: int = 0  # bytes
    left_out: int = 0
    problem: str = ""


def prepare(folder: Path, lineage: Lineage, isolation: Isolation, tried: Try, newborn: Newborn, start: Path) -> None:
    """Make the folder of a life that works on a task. No child has been in it yet. Raises GitError, OSError.

    `start`: the operator's folder, of which the life gets a copy.
    """
    for name in ("home", "tmp", "out"):
        (folder / name).mkdir(parents=True)
    lineage.export(tried.parent, folder / "repo", (*newborn.genome, *RUNS))
    shutil.copytree(start, folder / TASK, symlinks=True)
    task = Task(instruction=newborn.instruction, folder=f"{isolation.root(folder)}/{TASK}")
    birth = birth_of(isolation.root(folder), tried, newborn)
    told = birth.model_copy(update={"ref": "", "inbox": "", "task": task})
    (folder / "birth.json").write_text(told.model_dump_json(indent=1))
    isolation.hand_over(folder)


def take_answer(folder: Path, isolation: Isolation, answer: Path) -> Answer:
    """Take the answer out of an ended life's folder into `answer`, which is not there. Raises IsolationError, OSError.

    With the child's rights, by a program of ours in a room that no child was in, beside `answer` and on the same disk:
    what the child left may be anything, and is only ever read by that program.
    """
    task, room = folder / TASK, room_of(answer)
    if task.is_symlink() or not task.is_dir():
        return Answer(problem="the task's folder is gone")
    (room / ANSWER).mkdir(parents=True)
    isolation.hand_over(room)
    try:
        task.rename(room / TASK)  # the entry itself, wherever it leads
        found = copied(room, isolation)
        if not found.problem:
            (room / ANSWER).rename(answer)
            found = replace(found, folder=answer)
        return found
    finally:
        workspace.remove(room)


def room_of(answer: Path) -> Path:
    """The folder beside an answer in which it is taken out."""
    return answer.with_name(f"{answer.name}.room")


def copied(room: Path, isolation: Isolation) -> Answer:
    """Run our program in the room: what it copied, still in there. Raises IsolationError."""
    root = isolation.root(room)
    words = (f"{root}/{TASK}", f"{root}/{ANSWER}", str(MOST_ENTRIES), str(MOST_BYTES))
    shown = plain_environment(isolation, root, root)
    argv = ("python", "-I", "-c", PROGRAM.read_text(encoding="utf-8"), *words)
    ending = child.run(isolation, Command(argv, room, shown, cwd="."), TAKING)
    if ending.exit_code != 0:
        return Answer(problem=f"the answer could not be taken out: {ending.limit or ending.output[-200:]}")
    told = json.loads(ending.output.splitlines()[-1])
    return Answer(None, told["files"], told["bytes"], told["left_out"], told["problem"])
