"""A life that was lived: its try, what it was told at birth, how it ended, what it pushed. From the ledger alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from controller.errors import RequestError
from controller.ledger.journal import Journal, Try
from controller.ledger.queries import outcome_of_try
from controller.ledger.recordings import FILE, Exchange, Recordings
from controller.life.workspace import TOLD, Newborn
from controller.sandbox.limits import Bounds
from controller.state.place import Place


@dataclass(frozen=True)
class Past:
    """One try at a generation. `attempt`: the commit that it pushed, `tree` that commit's; None: it pushed nothing."""

    tried: Try
    outcome: str
    exit: str  # "exit 10", "signal 9", "killed(wall)"; "" where it did not come to its end
    stamps: Mapping[str, str]
    newborn: Newborn
    bounds: Bounds
    attempt: str | None
    tree: str | None


def find(place: Place, generation: int, number: int | None) -> Past:
    """The generation's last try, or the one of this number. Raises RequestError."""
    with place.open_ledger() as database:
        if database is None:
            raise RequestError(f"no life was lived here yet: there is no {place.ledger}; `heirloom run` lives one")
        journal = Journal(database)
        tried = journal.find_try(place.branch, generation, number)
        if tried is None:
            which = f"try {number} at generation {generation}" if number else f"generation {generation}"
            raise RequestError(f"the ledger here knows no {which} of {place.branch}; `heirloom log` lists a lineage")
        outcome = outcome_of_try(database, tried.id)
        phases = journal.phases(tried.id)
    if outcome is None:
        raise RequestError(f"generation {generation} is being lived, or was left unfinished; wait for it, or run again")
    if "birth" not in phases.get("spawn", {}):
        raise RequestError(f"try {tried.number} at generation {generation} ({outcome}) never spoke with a model, or "
                           "was lived before lives were recorded")  # fmt: skip
    return past(place, tried, outcome, phases)


def past(place: Place, tried: Try, outcome: str, phases: Mapping[str, Mapping[str, Any]]) -> Past:
    """A try from its phases."""
    attempt = phases.get("judge", {}).get("attempt")
    store = place.store
    tree = store.run("rev-parse", f"{attempt}^{{tree}}").strip() if attempt and store.resolve(attempt) else None
    told = TOLD.validate_python(phases["spawn"]["birth"])
    exit = how(phases["fetch"]) if "fetch" in phases else ""
    bounds = Bounds(**phases["spawn"]["bounds"])
    return Past(tried, outcome, exit, phases["spawn"]["stamps"], told, bounds, attempt, tree)


def how(ending: Mapping[str, Any]) -> str:
    """How a life ended, in a word."""
    if ending["limit"]:
        return f"killed({ending['limit']})"
    return f"signal {ending['signal']}" if ending["exit_code"] is None else f"exit {ending['exit_code']}"


def exchanges(place: Place, one: Past) -> list[Exchange]:
    """What it said and was told. Raises RequestError where the lineage has no recordings."""
    if not (place.lineage / FILE).exists():
        raise RequestError(f"there are no recordings of {place.branch}: {place.lineage / FILE} is missing")
    recordings = Recordings(place.lineage)
    try:
        return list(recordings.of_life(one.tried.id))
    finally:
        recordings.close()
