"""The lessons of a lineage: who taught each, how long it was handed on, how the lives fared that had it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from controller.contract import EVOLVED, Outcome
from controller.git.log import Generation
from controller.ledger.search_index import SearchIndex
from controller.observatory.documents import index_lives
from controller.observatory.revision import lived_on
from controller.observatory.search import with_index
from controller.state.place import Place


@dataclass
class Lesson:
    """One lesson. `last`: the last generation that handed it on; None: it is handed on still.

    `had`: how lives ended that were born with it; `without`: those that were not, of the same lineage.
    """

    text: str
    taught: Generation
    last: int | None = None
    had: Counter[str] = field(default_factory=Counter)
    without: Counter[str] = field(default_factory=Counter)


def lessons(place: Place, notice: Callable[[str], None]) -> list[Lesson]:
    """All lessons of a lineage, as they were taught. Raises RequestError, LedgerError, GitError."""
    lived = lived_on(place, place.branch)[::-1]
    commits = [one.commit for one in lived]
    handed: dict[str, list[str]] = with_index(place, lambda index: fill(place, index, commits, notice))
    return fared(lived, handed)


def fill(
    place: Place, index: SearchIndex, commits: Sequence[str], notice: Callable[[str], None]
) -> dict[str, list[str]]:
    """By commit, the lessons that it handed on, after the index was brought up to date."""
    if index.missing(commits):
        index_lives(place, index, place.branch, commits[-1], notice)
    return index.lessons(commits)


def fared(lived: Sequence[Generation], handed: dict[str, list[str]]) -> list[Lesson]:
    """The lessons out of what each generation handed on, oldest first. Pure."""
    found: dict[str, Lesson] = {}
    born: Counter[str] = Counter()  # how all lives ended
    for one in lived:
        had = handed.get(one.parent, [])
        name = Outcome.parse(one.outcome).name
        if one.kind.lived:
            born[name] += 1
            for text in had:
                if text in found:
                    found[text].had[name] += 1
        for text in handed.get(one.commit, []):
            found.setdefault(text, Lesson(text, one)).last = one.number
    newest = lived[-1].commit
    for lesson in found.values():
        lesson.without = born - lesson.had
        if lesson.text in handed.get(newest, []):
            lesson.last = None
    return list(found.values())


def evolved(counts: Counter[str]) -> float | None:
    """The share of lives that evolved; None of none."""
    total = counts.total()
    return counts[EVOLVED] / total if total else None
