"""The importers, a row each, and what they make of a folder."""

from pathlib import Path

from controller.errors import RequestError
from controller.ground.importers.exercism import EXERCISM
from controller.ground.importers.imported import Imported
from controller.ground.importers.modules import MODULES
from controller.ground.importers.tasks import OWN

IMPORTERS = (OWN, EXERCISM, MODULES)  # the first that fits reads a folder


def read(folder: Path) -> list[Imported]:
    """The tasks of a folder, or of each folder in it; what no importer takes is named. Raises RequestError."""
    if not folder.is_dir():
        raise RequestError(f"{folder}: there is no such folder")
    if any(importer.fits(folder) for importer in IMPORTERS):
        return named_once(read_one(folder))
    found: list[Imported] = []
    for place in sorted(folder.iterdir()):
        if place.is_dir() and not place.is_symlink() and not place.name.startswith("."):
            found += read_one(place)
    if all(one.problem == NOT_TAKEN for one in found):
        layouts = "; ".join(importer.layout for importer in IMPORTERS)
        raise RequestError(f"{folder} holds nothing that can be made a task; what can: {layouts}")
    return named_once(found)


def named_once(found: list[Imported]) -> list[Imported]:
    """The same; of several that have one name only the first may be a task."""
    seen: set[str] = set()
    kept = []
    for one in found:
        if one.name in seen:
            one = Imported(one.name, problem="several tasks of this folder have this name")
        seen.add(one.name)
        kept.append(one)
    return kept


NOT_TAKEN = "no importer knows the layout of this folder"


def read_one(folder: Path) -> list[Imported]:
    """What the first importer that fits makes of one folder."""
    for importer in IMPORTERS:
        if importer.fits(folder):
            return importer.read(folder)
    return [Imported(folder.name, problem=NOT_TAKEN)]
