"""A life that was lived, out of the ledger, and what it said, out of the recordings."""

from collections.abc import Callable

from controller.audit.backups import missing_ledger
from controller.errors import RequestError
from controller.ground.work import ground_lineage
from controller.ledger.journal import Journal
from controller.ledger.life import Life, Try
from controller.ledger.recordings import FILE, Exchange, Recordings
from controller.state.place import Place


def find(place: Place, generation: int, number: int | None) -> Life:
    """The generation's last try, or the one of this number, with its birth. Raises RequestError, LedgerDamaged."""
    which = f"try {number} at generation {generation}" if number else f"generation {generation}"
    return known(place, which, lambda journal: journal.find_try(place.branch, generation, number))


def find_life(place: Place, life: int) -> Life:
    """The life of this id, on a task or not, with its birth. Raises RequestError, LedgerDamaged."""
    lineages = (place.branch, ground_lineage(place.branch))
    return known(place, f"life {life}", lambda journal: journal.find_life(life, lineages))


def known(place: Place, which: str, look: Callable[[Journal], Try | None]) -> Life:
    """What is known of a life that was lived to an end. Raises RequestError, LedgerDamaged."""
    with place.open_ledger() as database:
        if database is None:
            missing = missing_ledger(place)
            none = f"no life was lived here yet: there is no {place.ledger}; `heirloom run` lives one"
            raise RequestError(missing or none)
        journal = Journal(database)
        tried = look(journal)
        if tried is None:
            raise RequestError(f"the ledger here knows no {which} of {place.branch}; `heirloom log` lists a lineage")
        life = journal.life(tried)
    if not life.closed:
        raise RequestError(f"{which} is being lived, or was left unfinished; wait for it, or run again")
    if life.spawn is None or life.spawn.birth is None:
        raise RequestError(
            f"try {tried.number} at generation {tried.generation} ({life.closed}) never spoke with a model, or was "
            "lived before lives were recorded"
        )
    return life


def tree_of(place: Place, life: Life) -> str | None:
    """The tree of what a life pushed; None where it pushed nothing, or that is not here any more."""
    attempt = life.attempt
    if attempt is None or place.store.resolve(attempt) is None:
        return None
    return place.store.run("rev-parse", f"{attempt}^{{tree}}").strip()


def exchanges(place: Place, life: Life) -> list[Exchange]:
    """What it asked of its model and was answered. Raises RequestError where the lineage has no recordings."""
    if not (place.lineage / FILE).exists():
        raise RequestError(f"there are no recordings of {place.branch}: {place.lineage / FILE} is missing")
    recordings = Recordings(place.lineage, to_read=True)
    try:
        return list(recordings.of_life(life.tried.id))
    finally:
        recordings.close()
