"""The sets of tasks of a repository: those that it brings, and those that the operator added.

What `heirloom ground add` brings lies beside the ledger, in the common git folder, and so in no clone that a life has.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from controller.errors import RequestError
from controller.ground.importers.imported import Imported
from controller.ground.proof import Checked, prove
from controller.ground.task import Task, load, load_all
from controller.sandbox.isolation import Isolation
from controller.state.place import Place

TASKS = "tasks"


def added(place: Place) -> Path:
    """The folder of the tasks that the operator added; it need not be there yet."""
    return place.state / TASKS


def load_sets(folders: Sequence[Path]) -> tuple[list[Task], dict[str, str]]:
    """Every task of some sets, and the reason of each folder that is none; a name may be used once."""
    tasks: dict[str, Task] = {}
    bad: dict[str, str] = {}
    for folder in folders:
        if not folder.is_dir():
            continue
        found, problems = load_all(folder)
        bad |= problems
        for task in found:
            if task.name in tasks:
                bad[task.name] = f"{task.name}: {tasks[task.name].folder} and {task.folder} have the same name"
            tasks.setdefault(task.name, task)
    return list(tasks.values()), bad


def add(one: Imported, target: Path, others: Sequence[Path], isolation: Isolation) -> Checked:
    """Prove a task that was read, and put it into a set; one that is bad is put nowhere. Raises IsolationError."""
    if one.problem:
        return Checked(one.name, None, one.problem)
    for folder in (target, *others):
        if (folder / one.name).exists():
            return Checked(one.name, None, f"there is a task of this name already: {folder / one.name}")
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".adding-", dir=target) as place:
        folder = Path(place) / one.name
        for path, data in one.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        try:
            task = load(folder)
        except RequestError as error:
            return Checked(one.name, None, str(error).removeprefix(f"{one.name}: "))
        checked = prove(task, isolation)
        if checked.proof is not None:
            folder.rename(target / one.name)
    return checked
