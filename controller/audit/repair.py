"""Mends a ledger that lost something: the highest of what its witnesses say is booked. Nothing is ever lowered."""

import time
from contextlib import closing
from pathlib import Path

from controller.audit.backups import backups
from controller.audit.witnesses import (
    Witness,
    backup_witnesses,
    branch_witness,
    ledger_witnesses,
    newest_recorded_try,
)
from controller.errors import LedgerDamaged, LedgerError
from controller.git.log import generations
from controller.ledger.calls import Calls
from controller.ledger.chain import REPAIRED, Chain
from controller.ledger.database import Database
from controller.ledger.queries import runs_of_other_lineages, tries_with_reservations
from controller.ledger.total import Total
from controller.state.place import Place, sole_controller


def repair(place: Place) -> list[str]:
    """Mend the ledger of a lineage; a line for each thing that was done.

    Raises RequestError where a controller lives this lineage, LedgerError where the disk does not allow it.
    """
    done = []
    store = place.store
    with sole_controller(place):
        if is_damaged(place.ledger):
            done.append(replace_damaged(place.ledger, place.backups))
        tip = store.tip(place.ref) if store.path.is_dir() else None
        branch = branch_witness(generations(store, tip) if tip else [])
        with closing(Database(place.ledger)) as database:
            for try_id in tries_with_reservations(database, place.branch):
                Calls(database).book(try_id)
            booked = book_highest(database, place, branch)  # first: the tries passed over are a run that spent nothing
            done += pass_over_lost_tries(database, place) + booked
    return done


def is_damaged(path: Path) -> bool:
    """Whether the ledger cannot be read, or fails SQLite's own check."""
    try:
        with closing(Database(path)) as database:
            return bool(database.sound())
    except LedgerDamaged:
        return True


def replace_damaged(path: Path, folder: Path) -> str:
    """Move a damaged ledger aside and put its newest copy that can be read in its place; what was done, in words."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    for part in ("", "-wal", "-shm"):
        file = path.with_name(path.name + part)
        if file.exists():
            file.rename(file.with_name(f"{file.name}.damaged-{stamp}"))
    for copy in backups(folder):
        try:
            database = Database(copy)
        except LedgerError:
            continue  # an older one may be whole
        with closing(database):
            database.backup(path)
        return f"{path.name} was damaged: moved aside, the copy {copy.name} is in its place"
    return f"{path.name} was damaged: moved aside, there is no copy; a new one begins"


def pass_over_lost_tries(database: Database, place: Place) -> list[str]:
    """Never give the numbers of tries again that were recorded, and that the ledger does not know."""
    chain, newest = Chain(database), newest_recorded_try(place.lineage)
    if newest <= chain.newest():
        return []
    chain.pass_over(place.branch, newest)
    return [f"tries up to {newest} are recorded and were lost: their numbers are passed over"]


def book_highest(database: Database, place: Place, branch: Witness) -> list[str]:
    """Raise each run of this lineage, of which two places say different things, to the highest of them."""
    chain = Chain(database)
    spent, counted, carried = chain.spent(), chain.counted(), chain.carried()
    highest: dict[str, Total] = {}
    witnesses = [Witness("its sums", spent), *ledger_witnesses(chain), *backup_witnesses(place.backups), branch]
    for witness in witnesses:
        for run, says in witness.totals.items():
            highest[run] = highest.get(run, Total()) | says
    broken = bool(chain.broken())
    foreign = runs_of_other_lineages(database, place.branch)
    done = []
    for run, total in sorted(highest.items()):
        if run in foreign:
            continue
        agreed = all(total == totals.get(run, Total()) for totals in (spent, counted, carried))
        unknown = run in branch.totals and run not in spent
        if broken or unknown or not agreed:
            added = chain.book(run, place.branch, total, f"{REPAIRED}: the highest of what the witnesses say")
            done.append(f"run {run}: booked {added}; it has now spent {total}")
    return done
