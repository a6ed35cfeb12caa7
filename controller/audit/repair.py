"""Mends a ledger that lost something: the highest of what its witnesses say is booked. Nothing is ever lowered."""

import time
from collections.abc import Sequence, Set
from contextlib import closing
from pathlib import Path

from controller.audit.backups import backups
from controller.audit.witnesses import (
    Witness,
    backup_witnesses,
    behind,
    branch_witness,
    ledger_witnesses,
    lost_calls,
    newest_recorded_try,
)
from controller.errors import LedgerDamaged, LedgerError, RequestError
from controller.git.log import Generation, generations
from controller.ledger.calls import Calls
from controller.ledger.chain import REPAIRED, Chain
from controller.ledger.database import Database
from controller.ledger.queries import lineages_of_runs, tries_with_reservations
from controller.ledger.total import Total
from controller.state.place import Place, sole_controller
from controller.state.presence import check_known


def repair(place: Place) -> list[str]:
    """Mend the ledger of a lineage; a line for each thing that was done.

    Raises RequestError where a controller lives this lineage or nothing was lived here, LedgerError where the disk does
    not allow it.
    """
    if not place.lineage.is_dir():
        check_known(place)
        raise RequestError(f"{place.branch} was not lived in this repository: there is no ledger of it to mend")
    done = []
    with sole_controller(place):
        if not place.ledger.exists():
            done.append(f"{place.ledger.name} was missing: {put_copy_back(place.ledger, place.backups)}")
        elif is_damaged(place.ledger):
            move_aside(place.ledger)
            back = put_copy_back(place.ledger, place.backups)
            done.append(f"{place.ledger.name} was damaged: moved aside, {back}")
        branch = branch_witness(on_branch(place))
        with closing(Database(place.ledger)) as database:
            book_reservations(database, place.branch)
            booked = book_highest(database, place, branch)  # first: the tries passed over are a run that spent nothing
            done += pass_over_lost_tries(database, place) + booked
    return done


def on_branch(place: Place) -> list[Generation]:
    """The generations of the branch; of one that is not here, as our store has it."""
    for repository in (place.repository, place.store):
        tip = repository.tip(place.ref) if repository.path.is_dir() else None
        if tip is not None:
            return generations(repository, tip)
    return []


def book_reservations(database: Database, lineage: str) -> None:
    """Book what is still set aside in a lineage that nobody lives."""
    for try_id in tries_with_reservations(database, lineage):
        Calls(database).book(try_id)


def is_damaged(path: Path) -> bool:
    """Whether the ledger cannot be read, or fails SQLite's own check."""
    try:
        with closing(Database(path)) as database:
            return bool(database.sound())
    except LedgerDamaged:
        return True


def move_aside(path: Path) -> None:
    """Keep a damaged ledger under another name."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    for part in ("", "-wal", "-shm"):
        file = path.with_name(path.name + part)
        if file.exists():
            file.rename(file.with_name(f"{file.name}.damaged-{stamp}"))


def put_copy_back(path: Path, folder: Path) -> str:
    """Put the newest copy that can be read where the ledger should be; what was done, in words."""
    for copy in backups(folder):
        try:
            database = Database(copy, to_read=True)
        except LedgerError:
            continue  # an older one may be whole
        with closing(database):
            database.backup(path)
        return f"the copy {copy.name} is in its place"
    return "there is no copy; a new one begins"


def pass_over_lost_tries(database: Database, place: Place) -> list[str]:
    """Never give the numbers of tries again that were recorded, and that the ledger does not know."""
    chain, newest = Chain(database), newest_recorded_try(place.lineage)
    if newest <= chain.newest():
        return []
    chain.pass_over(place.branch, newest)
    return [f"tries up to {newest} are recorded and were lost: their numbers are passed over"]


def book_highest(database: Database, place: Place, branch: Witness) -> list[str]:
    """Raise each run, of which two places say different things, to the highest of them.

    A run of another lineage is raised where it is behind, and where nobody lives that lineage.
    """
    chain = Chain(database)
    others = [*backup_witnesses(place.backups), branch]
    lineages: dict[str, str] = {}
    for witness in others:
        lineages.update(witness.lineages)
    lineages.update(lineages_of_runs(database))
    done = []
    for run in unlike(chain, others, {run for run, lineage in lineages.items() if lineage != place.branch}):
        lineage = lineages.get(run, place.branch)
        if lineage == place.branch:
            done.append(raise_total(chain, run, lineage, others))
            continue
        other = Place(place.repository, place.state, lineage)
        other.lineage.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with sole_controller(other):
                book_reservations(database, lineage)
                done.append(raise_total(chain, run, lineage, others))
        except RequestError:
            done.append(f"run {run} is left as it is: {lineage} is being lived; stop that run, then repair again")
    return done


def unlike(chain: Chain, others: Sequence[Witness], foreign: Set[str]) -> list[str]:
    """The runs of which two places say different things; of the `foreign` ones those that lost something."""
    spent, counted, carried = chain.spent(), chain.counted(), chain.carried()
    every = [*ledger_witnesses(chain), *others]
    lost = {one.run for one in (*behind(spent, every), *lost_calls(chain))}
    broken = bool(chain.broken())
    for run, total in spent.items():
        agreed = total == counted.get(run, Total()) == carried.get(run, Total())
        if run not in foreign and (broken or not agreed):
            lost.add(run)
    return sorted(lost)


def raise_total(chain: Chain, run: str, lineage: str, others: Sequence[Witness]) -> str:
    """Book the highest of what is said of a run, its own ledger's sums included; what was done, in words."""
    sums = chain.spent()
    highest = Total()
    for witness in (Witness("its sums", sums), *ledger_witnesses(chain), *others):
        highest = highest | witness.totals.get(run, Total())
    added = chain.book(run, lineage, highest, f"{REPAIRED}: the highest of what the witnesses say")
    if run not in sums:
        return f"run {run}: written down again, with {highest}"
    return f"run {run}: booked {added}; it has now spent {highest}"
