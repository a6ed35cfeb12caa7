"""Copies of the ledger: made now and then, the newest few kept."""

import time
from pathlib import Path

from controller.errors import LedgerError
from controller.events.kinds import Notify, Warned
from controller.ledger.database import Database
from controller.state.place import Place

KEPT = 3  # backups


def backups(folder: Path) -> list[Path]:
    """The ledger's backups, newest first."""
    return sorted(folder.glob("ledger-*.sqlite"), reverse=True)


def missing_ledger(place: Place) -> str:
    """What to say where the ledger of a lineage that was lived here is gone; "" where it is there, or never was."""
    kept = ", ".join(path.name for path in backups(place.backups))
    was_here = kept or place.store.path.is_dir()
    if place.ledger.exists() or not was_here:
        return ""
    if kept:
        helps = f"`heirloom verify --repair` puts the newest of its copies back ({kept})"
    else:
        helps = "there is no copy of it; `heirloom verify --repair` books what the branch says was spent"
    return f"{place.ledger} is missing, so it is not known what was spent: {helps}"


def back_up(database: Database, folder: Path, every: float) -> None:
    """Copy the ledger, where the last copy is older than `every` seconds; the newest few copies are kept.

    Raises LedgerError, OSError.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    old, now = backups(folder), database.clock()
    if old and every and 0 <= now - old[0].stat().st_mtime < every:
        return
    database.backup(folder / f"ledger-{time.strftime('%Y%m%d-%H%M%S', time.gmtime(now))}.sqlite")
    for path in backups(folder)[KEPT:]:
        path.unlink()


def save(database: Database, place: Place, every: float, notify: Notify) -> None:
    """Copy the ledger where the last copy is older than `every` seconds. A copy that fails is shown, no more."""
    try:
        back_up(database, place.backups, every)
    except (LedgerError, OSError) as error:
        notify(Warned(f"the ledger was not copied, tried again next time: {error}"))
