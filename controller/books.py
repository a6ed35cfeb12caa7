"""Opens a lineage and its ledger together, held against the witnesses; and copies the ledger now and then."""

import time
from collections.abc import Callable

from controller import witnesses
from controller.errors import LedgerError
from controller.history import generations
from controller.ledger import Database, Journal, Pauses
from controller.lineage import Lineage
from controller.locks import release
from controller.request import BACKUPS, LEDGER, Place, sole_controller
from controller.witnesses import Witness
from controller.world import Notify


def opened(place: Place, lineage: Lineage, start: str, clock: Callable[[], float] = time.time) -> Database:
    """The lineage standing at `start`, and the ledger. Raises LedgerBehind where that lost something."""
    release(lineage, place.state.parent)
    stood = lineage.store.tip(lineage.ref) if lineage.store.path.is_dir() else None
    said = witnesses.store_says(lineage.store, stood)
    lineage.open(start)
    path = place.state / LEDGER
    wal = path.with_name(f"{LEDGER}-wal")
    left = wal.read_bytes() if wal.exists() else b""  # SQLite takes out of it what it can read, and drops the rest
    try:
        return checked(Database(path, clock), place, lineage, said, stood)
    except LedgerError:
        if left:
            refused = wal.with_name(f"{wal.name}.refused")
            refused.touch(0o600)
            refused.write_bytes(left)
        raise


def checked(database: Database, place: Place, lineage: Lineage, said: Witness, stood: str | None) -> Database:
    """The ledger, held against who else knows. Raises LedgerBehind; RequestError where a newer Heirloom wrote it."""
    try:
        Journal(database).check_known(lineage.branch)
        witnesses.check(database, place.state / BACKUPS, said, witnesses.recorded(place.lineage))
        if lineage.head() != stood:
            witnesses.take_over(database, lineage.branch, generations(lineage.store, lineage.head()))
    except BaseException:
        database.close()
        raise
    return database


def resumed(place: Place) -> bool:
    """End the pause of a run that nobody lives now, so that the next start goes on with it. False: there is none."""
    if not (place.state / LEDGER).exists():
        return False
    with sole_controller(place):
        database = Database(place.state / LEDGER)
        try:
            pauses, left = Pauses(database), Journal(database).open_run(place.branch)
            if left is None or pauses.of_run(left.id) is None:
                return False
            pauses.end(left.id)
            return True
        finally:
            database.close()


def save(database: Database, place: Place, every: float, notify: Notify) -> None:
    """Copy the ledger where the last copy is older than `every` seconds. A copy that fails is shown, no more."""
    try:
        witnesses.back_up(database, place.state / BACKUPS, every)
    except (LedgerError, OSError) as error:
        notify({"event": "warning", "text": f"the ledger was not copied, tried again next time: {error}"})
