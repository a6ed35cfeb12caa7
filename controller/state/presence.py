"""What of a lineage is here: its branch, a remote's copy of it, or only what the controller's own store kept of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from controller.errors import RequestError
from controller.git.log import Generation, generations, tip
from controller.git.repository import Repository
from controller.state.place import Place, holder

REMOTES = "refs/remotes/"


@dataclass(frozen=True)
class Kept:
    """The newest generation of a lineage whose branch is not here. `where`: who has it, in words."""

    where: str
    repository: Repository
    newest: Generation


def ref_of(repository: Repository, branch: str) -> str | None:
    """The ref that a lineage can be read at: its branch, else a remote's copy of it; None: neither is here."""
    for ref in (f"refs/heads/{branch}", *remote_refs(repository, branch)):
        if repository.tip(ref):
            return ref
    return None


def remote_refs(repository: Repository, branch: str) -> list[str]:
    """Where the remotes' copies of a branch would stand."""
    return [f"{REMOTES}{remote}/{branch}" for remote in repository.run("remote").split()]


def kept_elsewhere(place: Place, start: str | None) -> Kept | None:
    """Who has a lineage whose branch is not here, so that one that begins at `start` would lose it; None: nobody."""
    if place.repository.tip(place.ref):
        return None
    known = set()
    if start is not None:
        known = {one.tip for one in generations(place.repository, start)}
    for one in copies(place):
        if one.newest.tip not in known:
            return one
    return None


def copies(place: Place) -> Iterator[Kept]:
    """The store's copy of a lineage, where one was lived here, and the remotes'."""
    repository, store = place.repository, place.store
    ours = store.tip(place.ref) if store.path.is_dir() else None
    newest = tip(store, ours) if ours else None
    if newest is not None and was_lived(place):  # a new fork's store stands at what it is forked from
        yield Kept("the controller's own store", store, newest)
    for ref in remote_refs(repository, place.branch):
        theirs = repository.tip(ref)
        newest = tip(repository, theirs) if theirs else None
        if newest is not None:
            yield Kept(ref.removeprefix(REMOTES), repository, newest)


def was_lived(place: Place) -> bool:
    """Whether a generation of the lineage was recorded here, as far as is known: without a ledger nobody knows."""
    from controller.ledger.queries import recorded_generations  # a third of what every command imports

    with place.open_ledger() as database:
        return database is None or bool(recorded_generations(database, place.branch))


def check_known(place: Place) -> None:
    """Raise RequestError where nothing at all is known of a lineage, and say which ones are known."""
    if place.lineage.is_dir():
        return
    ref = ref_of(place.repository, place.branch)
    if ref and (tip(place.repository, ref) or generations(place.repository, ref)):  # the whole log only where it must
        return
    if ref:
        raise RequestError(f"{place.branch} is no lineage: there is no generation on it; --branch names another")
    others = ", ".join(sorted(lineages(place)))
    if others:
        raise RequestError(f"there is no lineage {place.branch} here; --branch names another: {others}")
    raise RequestError(
        f"there is no lineage {place.branch} here yet; `heirloom run` lives one (--branch names another)"
    )


def check_name(place: Place) -> None:
    """As `check_known`, but where nothing was ever lived any name is welcome."""
    if lineages(place) or ref_of(place.repository, place.branch):
        check_known(place)


def check_readable(place: Place) -> None:
    """Raise RequestError where a lineage has no branch to be read, here or as a remote's copy; say who has it."""
    check_known(place)
    if ref_of(place.repository, place.branch):
        return
    kept = kept_elsewhere(place, None)
    if kept is not None:
        upto = f"{kept.where} has it up to generation {kept.newest.number}"
        raise RequestError(f"{place.branch} is not here, though {upto}; `heirloom restore` puts the branch back")
    raise RequestError(f"{place.branch} has no generation yet; `heirloom status` says how its run stands")


def lineages(place: Place) -> set[str]:
    """The lineages that were lived in this repository."""
    folder = place.lineage.parent
    if not folder.is_dir():
        return set()
    return {unquote(one.name) for one in folder.iterdir()}


def living(place: Place) -> dict[str, str]:
    """The lineages of this repository that a controller lives now, and its process."""
    found = {}
    for branch in sorted(lineages(place)):
        process = holder(Place(place.repository, place.state, branch))
        if process is not None:
            found[branch] = process
    return found
