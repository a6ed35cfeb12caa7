"""Our own layout: a folder with a task.toml."""

from pathlib import Path

from controller.errors import RequestError
from controller.ground.importers.imported import Imported, Importer
from controller.ground.task import PROOF, files_below, load


def fits(folder: Path) -> bool:
    """Whether a folder is a task."""
    return (folder / "task.toml").exists()


def read(folder: Path) -> list[Imported]:
    """The task as it is; its proof is left, for it is made anew."""
    try:
        load(folder)
    except RequestError as error:
        return [Imported(folder.name, problem=str(error).removeprefix(f"{folder.name}: "))]
    files = files_below(folder)
    return [Imported(folder.name, {path: data for path, data in files.items() if path != PROOF})]


OWN = Importer("a task: a folder with task.toml", fits, read)
