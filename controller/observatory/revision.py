"""What a word of the operator's stands for: a generation's number, a lineage's tip, a commit."""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.errors import RequestError
from controller.git.log import Generation, generations
from controller.state.place import Place
from controller.state.presence import REMOTES, lineages, ref_of

HOW = "write a generation's number (12), a lineage (lineage/x), a generation of another (lineage/x:12), or a commit"


@dataclass(frozen=True)
class Revision:
    """What was named. `generation`: the generation that the commit is; None: it is none, as the first commit."""

    name: str
    commit: str
    generation: Generation | None
    lived: tuple[Generation, ...] = ()  # its ancestors and itself, newest first


def lived_on(place: Place, branch: str) -> list[Generation]:
    """The generations of a lineage, newest first. Raises RequestError that names the known ones."""
    ref = ref_of(place.repository, branch)
    found = generations(place.repository, ref) if ref else []
    if not found:
        known = ", ".join(known_lineages(place)) or "none yet; `heirloom run` lives one"
        raise RequestError(f"there is no lineage {branch} here; there are: {known}")
    return found


def numbered(lived: Sequence[Generation], branch: str, number: int) -> Generation:
    """The generation of this number. Raises RequestError that says which there are."""
    for one in lived:
        if one.number == number:
            return one
    last, first = lived[0].number, lived[-1].number
    raise RequestError(f"{branch} has no generation {number}; it has {first} to {last}, `heirloom log` lists them")


def known_lineages(place: Place) -> list[str]:
    """The lineages that were lived here, and the branches here and of remotes that lie below lineage/."""
    found = {name for name in lineages(place) if ref_of(place.repository, name)}
    listed = place.repository.run("for-each-ref", "--format=%(refname)", "refs/heads/lineage/", REMOTES).split()
    for ref in listed:
        name = ref.removeprefix("refs/heads/")
        if ref.startswith(REMOTES):
            name = ref.removeprefix(REMOTES).partition("/")[2]
        if name.startswith("lineage/"):
            found.add(name)
    return sorted(found)


def revision(place: Place, name: str) -> Revision:
    """What a name stands for; a number is of the lineage of `place`. Raises RequestError."""
    branch, _, number = name.rpartition(":")
    if is_number(number):
        branch = branch or place.branch
        lived = lived_on(place, branch)
        one = numbered(lived, branch, int(number))
        return Revision(name, one.commit, one, tuple(lived[lived.index(one) :]))
    if not name.startswith("-"):
        commit = ref_of(place.repository, name) or name
        found = place.repository.resolve(commit)
        if found is not None:
            lived = generations(place.repository, found)
            newest = lived[0] if lived and lived[0].commit == found else None
            return Revision(name, found, newest, tuple(lived))
    known = ", ".join(known_lineages(place)) or "none"
    raise RequestError(f"there is nothing here that {name!r} names; {HOW}. Lineages here: {known}")


def is_number(text: str) -> bool:
    """Whether a text is a generation's number."""
    return text.isascii() and text.isdigit() and len(text) < 10
