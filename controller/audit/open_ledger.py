"""Opens a lineage and its ledger together, held against the witnesses; and copies the ledger now and then."""

import time
from collections.abc import Callable

from controller.audit import witnesses
from controller.audit.witnesses import Witness
from controller.errors import LedgerError
from controller.git.lineage import Lineage
from controller.git.log import generations
from controller.git.stale_locks import release
from controller.ledger.database import Database
from controller.ledger.journal import Journal
from controller.state.place import BACKUPS, LEDGER, Place


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
