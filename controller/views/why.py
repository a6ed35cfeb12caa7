"""`heirloom why N`: how the parent of a generation was chosen, and whether the choice comes out the same once more."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from rich.console import Console

from controller.archive.choice import again
from controller.archive.node import Archive, Clade, Node
from controller.archive.reading import archive_of
from controller.archive.strategies import LATEST
from controller.errors import RequestError
from controller.git.log import Generation, generations
from controller.ledger.choices import ChoiceRow, Choices
from controller.ledger.gradings import SELECT, Gradings
from controller.ledger.journal import Journal
from controller.state.place import Place
from controller.state.presence import check_known, ref_of
from controller.views.text import json_line

WORDS = {
    "best": "the highest share of passed gradings",
    "iid": "always the commit that the lineage began with",
    "dgm": "a draw, by the share of passed gradings and the number of children",
    "clade": "the largest draw of Beta(1 + passed, 1 + failed), over each node and all that came of it",
}


@dataclass(frozen=True)
class Reason:
    """Why a life descends from its parent. `row` and `archive` are None where that was not chosen, or is not known."""

    generation: int
    parent: str
    row: ChoiceRow | None = None
    archive: Archive | None = None
    same: bool | None = None  # whether the choice came out the same once more; None: it could not be made
    trouble: str = ""


def reason(place: Place, number: int) -> Reason:
    """Why generation `number` descends from its parent. Raises RequestError where there is no such generation."""
    check_known(place)
    ref = ref_of(place.repository, place.branch)
    lived = list(reversed(generations(place.repository, ref))) if ref else []
    one = {each.number: each for each in lived}.get(number)
    if one is None:
        raise RequestError(f"{place.branch} has no generation {number}; `heirloom log` lists them")
    found = Reason(number, one.parent)
    if not one.log:
        return found
    with place.open_ledger() as database:
        if database is None:
            return replace(found, trouble="the ledger in which it is written down is not here")
        tried = Journal(database).find_try(place.branch, number)
        row = Choices(database).of(tried.id) if tried is not None else None
        if row is None:
            return replace(found, trouble="this ledger does not know how it was chosen")
        results = Gradings(database).noticed_by_commit(SELECT, row.gradings)
    archive = archive_of(lived[0].parent, before(lived, row), results)
    try:
        same = again(archive, row).node.commit == row.node
    except RequestError as error:
        return replace(found, row=row, archive=archive, trouble=str(error))
    return replace(found, row=row, archive=archive, same=same)


def before(lived: list[Generation], row: ChoiceRow) -> list[Generation]:
    """The generations that the choice of a row saw, oldest first."""
    return [one for one in lived if one.number <= row.newest]


def show(place: Place, number: int, console: Console, as_json: bool) -> None:
    """Print it. Raises RequestError."""
    found = reason(place, number)
    if as_json:
        json_line(console, as_row(found))
        return
    for line in lines(found):
        console.print(line, markup=False)


def as_row(found: Reason) -> dict[str, object]:
    """It as JSON."""
    row = {"generation": found.generation, "parent": found.parent, "same": found.same, "trouble": found.trouble}
    if found.row is None:
        return {**row, "strategy": LATEST if not found.trouble else None}
    return {**row, **asdict(found.row)}


def lines(found: Reason) -> list[str]:
    """It in words."""
    parent = found.parent[:10]
    if found.row is None:
        if found.trouble:
            return [f"generation {found.generation} descends from {parent}; {found.trouble}"]
        return [f"generation {found.generation} descends from {parent}, the newest there was: parents were not chosen"]
    row, archive = found.row, found.archive
    assert archive is not None
    clades = archive.clades()
    said = [
        f"generation {found.generation} descends from {named(archive, clades, row.node)}, chosen by {row.strategy}: "
        f"{WORDS.get(row.strategy, 'a strategy of its own')}",
        f"among {len(archive.nodes)} nodes, up to generation {row.newest} and grading {row.gradings}, "
        f"seed {row.draw!r}",
    ]
    for commit, score in row.scores:
        said.append(f"  {score:8.4f}  {named(archive, clades, commit)}")
    if found.trouble:
        said.append(f"it cannot be made once more: {found.trouble}")
    elif found.same:
        said.append("made once more, the choice comes out the same")
    else:
        said.append("made once more, it comes out otherwise: this Python draws other numbers, or a row was changed")
    return said


def named(archive: Archive, clades: Sequence[Clade], commit: str) -> str:
    """A node in words."""
    place = archive.place.get(commit)
    if place is None:
        return commit[:10]
    node = archive.nodes[place]
    clade = clades[place]
    where = "the first commit" if not node.generation else f"generation {node.generation}"
    whole = f"with all that came of it {clade.passed} of {clade.passed + clade.failed}"
    return f"{where} ({commit[:10]}; {passed(node)}, {whole})"


def passed(node: Node) -> str:
    """A node's own results in words."""
    if not node.measured:
        return "not measured"
    return f"passed {node.passed} of {node.passed + node.failed}"
