"""Putting a lineage's branch back that is not here any more: from the controller's own store, else a remote's copy."""

from controller.errors import RequestError
from controller.git.lineage import Lineage
from controller.state.place import Place, make_state, sole_controller
from controller.state.presence import Kept, kept_elsewhere


def restore(place: Place) -> Kept:
    """Make the branch again where it stood: who had it. Nobody may live the lineage meanwhile.

    Raises RequestError where the branch is here, or nobody has it.
    """
    here = place.repository.tip(place.ref)
    if here is not None:
        raise RequestError(f"{place.branch} is here, at {here[:10]}: there is nothing to restore")
    found = kept_elsewhere(place, None)
    if found is None:
        raise RequestError(f"nobody here has a lineage {place.branch}: neither the controller's store nor a remote")
    if place.repository.checked_out(place.ref):
        raise RequestError(f"{place.branch} is checked out, though it is not here; check out another branch first")
    make_state(place)
    with sole_controller(place):
        Lineage(place.repository, place.store, place.branch).restore(found.repository, found.newest.tip)
    return found
