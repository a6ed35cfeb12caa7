"""Copies of the ledger: made now and then, the newest few kept."""

import time
from pathlib import Path

from controller.errors import LedgerError
from controller.events.kinds import Notify, Warned
from controller.ledger.database import Database
from controller.state.place import BACKUPS, Place

KEPT = 3  # backups


def backups(folder: Path) -> list[Path]:
    """The ledger's backups, newest first."""
    return sorted(folder.glob("ledger-*.sqlite"), reverse=True)


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


def replace_damaged(path: Path, folder: Path, stamp: str) -> str:
    """Put the newest copy that can be read in a damaged ledger's place, which is moved aside; what was done."""
    for part in ("", "-wal", "-shm"):
        file = path.with_name(path.name + part)
        if file.exists():
            file.rename(file.with_name(f"{file.name}.damaged-{stamp}"))
    for copy in backups(folder):
        try:
            database = Database(copy)
        except LedgerError:
            continue
        try:
            database.backup(path)
        finally:
            database.close()
        return f"{path.name} was damaged: moved aside, the copy {copy.name} is in its place"
    return f"{path.name} was damaged: moved aside, there is no copy; a new one begins"


def save(database: Database, place: Place, every: float, notify: Notify) -> None:
    """Copy the ledger where the last copy is older than `every` seconds. A copy that fails is shown, no more."""
    try:
        back_up(database, place.state / BACKUPS, every)
    except (LedgerError, OSError) as error:
        notify(Warned(f"the ledger was not copied, tried again next time: {error}"))
