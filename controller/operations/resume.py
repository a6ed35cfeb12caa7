"""Resuming a paused run that nobody lives now."""

from contextlib import closing

from controller.ledger.database import Database
from controller.ledger.journal import Journal
from controller.ledger.pauses import Pauses
from controller.state.place import Place, sole_controller


def resume(place: Place) -> bool:
    """End the pause of a run that nobody lives now, so that the next start goes on with it. False: there is none."""
    if not place.ledger.exists():
        return False
    with sole_controller(place), closing(Database(place.ledger)) as database:
        pauses, left = Pauses(database), Journal(database).open_run(place.branch)
        if left is None or pauses.of_run(left.id) is None:
            return False
        pauses.end(left.id)
        return True
