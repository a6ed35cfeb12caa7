"""Opens a lineage and its ledger together, the ledger held against its witnesses."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from controller.audit.backups import backups, missing_ledger
from controller.audit.witnesses import (
    Witness,
    backup_witnesses,
    behind,
    branch_witness,
    ledger_witnesses,
    lost_calls,
    newest_recorded_try,
)
from controller.errors import LedgerBehind, LedgerError
from controller.git.lineage import Lineage
from controller.git.log import Generation, generations
from controller.git.stale_locks import release
from controller.ledger.chain import Chain
from controller.ledger.database import Database
from controller.ledger.journal import Journal
from controller.state.place import Place

NEWEST = 50  # generations that a start looks at; `heirloom verify` looks at all
CHAIN_ROWS = 1_000  # rows of the chain that a start looks at; `heirloom verify` looks at all
NEXT = "`heirloom verify` shows it, `heirloom verify --repair` books the highest of what the witnesses say"


def open_checked(place: Place, lineage: Lineage, start: str, clock: Callable[[], float] = time.time) -> Database:
    """Open the lineage, standing at `start`, and the ledger. The caller closes it.

    Raises LedgerBehind where the ledger lost something, LedgerError where it cannot be read, RequestError where a newer
    Heirloom wrote it.
    """
    if backups(place.backups) and (missing := missing_ledger(place)):
        raise LedgerBehind(missing)
    release(lineage, place.state.parent)
    before = lineage.store.tip(lineage.ref) if lineage.store.path.is_dir() else None
    known = generations(lineage.store, before, NEWEST) if before else []
    lineage.open(start)
    log = place.ledger.with_name(f"{place.ledger.name}-wal")
    unread = log.read_bytes() if log.exists() else b""  # SQLite takes out of it what it can read, and drops the rest
    try:
        database = Database(place.ledger, clock)
        try:
            Journal(database).check_known(lineage.branch)
            check(database, place.backups, branch_witness(known), newest_recorded_try(place.lineage))
            if lineage.head() != before:
                take_over(database, lineage.branch, generations(lineage.store, lineage.head()))
        except BaseException:
            database.close()
            raise
    except LedgerError:
        if unread:
            keep_refused(log, unread)
        raise
    return database


def keep_refused(log: Path, content: bytes) -> None:
    """Keep what stood in the write-ahead log of a ledger that was refused, readable by its owner alone."""
    refused = log.with_name(f"{log.name}.refused")
    refused.touch(0o600)
    refused.write_bytes(content)


def check(database: Database, folder: Path, branch: Witness, newest_recorded: int = 0) -> None:
    """Hold the ledger against its witnesses before anything is sent. Raises LedgerBehind where it lost something.

    `folder`: of its copies; `newest_recorded`: the id of the newest try that was recorded.
    """
    others = [*backup_witnesses(folder), branch]  # read before the ledger, which other lineages' lives write to
    chain = Chain(database)
    with database.reading():
        if wrong := chain.broken(last=CHAIN_ROWS):
            raise LedgerBehind(f"{database.path}: {wrong}; {NEXT}")
        if found := behind(chain.spent(), [*ledger_witnesses(chain), *others]):
            raise LedgerBehind(f"{database.path} is behind: {found[0]}; {NEXT}")
        if lost := lost_calls(chain):
            raise LedgerBehind(f"{database.path} lost calls: {lost[0]}; {NEXT}")
        known = chain.newest()
    if newest_recorded > known:
        raise LedgerBehind(
            f"{database.path} is behind: try {newest_recorded} is recorded, the ledger knows {known}; {NEXT}"
        )


def take_over(database: Database, lineage: str, lived: Sequence[Generation]) -> None:
    """Write down the runs of a lineage that were lived elsewhere, so that from now on each one must be known."""
    chain = Chain(database)
    known = chain.spent()
    for run, total in branch_witness(lived).totals.items():
        if run not in known:
            chain.book(run, lineage, total, "lived elsewhere")
