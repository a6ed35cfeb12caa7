"""Holds ledger, branch, attempts and trees against each other, and says what disagrees. Nothing is changed."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from controller.audit.witnesses import (
    backup_witnesses,
    behind,
    branch_witness,
    ledger_witnesses,
    lost_calls,
    newest_recorded_try,
)
from controller.contract import CONTEXT_FILE
from controller.git.log import Generation, generations
from controller.git.repository import Repository
from controller.ledger.chain import Chain
from controller.ledger.database import Database
from controller.ledger.queries import RecordedGeneration, recorded_generations, reservations_of_ended_tries
from controller.state.place import Place

SHOWN = 5  # disagreements of one comparison that are shown


@dataclass(frozen=True)
class Comparison:
    """What one comparison found. `wrong`: a line for each disagreement; `seen`: what was compared, in words."""

    name: str
    wrong: tuple[str, ...]
    seen: str = ""


def comparison(name: str, wrong: Iterable[str], seen: str = "") -> Comparison:
    """A comparison that shows its first disagreements, and says how many more there are."""
    found = list(wrong)
    shown = found[:SHOWN]
    if len(found) > SHOWN:
        shown.append(f"and {len(found) - SHOWN} more")
    return Comparison(name, tuple(shown), seen)


def verify(place: Place, database: Database | None) -> list[Comparison]:
    """Everything that can be held against something else. `database` None: there is no ledger here.

    Raises LedgerError, GitError.
    """
    store = place.store
    tip = place.repository.tip(place.ref)
    lived = generations(place.repository, tip) if tip else []
    recorded = recorded_generations(database, place.branch) if database else []
    numbers = {one.number for one in recorded}
    lived_here = [one for one in lived if one.number in numbers]  # what was lived elsewhere came without its attempts
    found = [
        comparison("branch", broken_line(lived), f"{len(lived)} generations"),
        comparison("trees", other_trees(place.repository, lived), "one path differs"),
        comparison("attempts", missing_attempts(place.repository, place.branch, lived_here), "each one kept"),
    ]
    if store.path.is_dir():
        found.append(comparison("store", other_tip(store.tip(place.ref), tip), "stands where the branch stands"))
    if database is not None:
        found += verify_ledger(place, database, lived)
        found.append(comparison("generations", other_rows(recorded, lived), "as on the branch"))
    return found


def verify_ledger(place: Place, database: Database, lived: Sequence[Generation]) -> list[Comparison]:
    """The ledger against itself, its copies, the recordings and the branch."""
    chain = Chain(database)
    spent = chain.spent()
    witnesses = [*ledger_witnesses(chain), *backup_witnesses(place.backups), branch_witness(lived)]
    lost = [*behind(spent, witnesses), *lost_calls(chain)]
    unknown = unknown_lives(chain.newest(), newest_recorded_try(place.lineage))
    still_open = reservations_of_ended_tries(database)
    return [
        comparison("file", lines_of(database.sound()), database.path.name),
        comparison("chain", lines_of(chain.broken()), "each settled call"),
        comparison("totals", map(str, lost), f"{len(spent)} runs"),
        comparison("recordings", unknown, "each life known to the ledger"),
        comparison("reservations", left_open(still_open), "none left open by a try that ended"),
    ]


def lines_of(wrong: str) -> list[str]:
    """A complaint as a list: none where it is empty."""
    if wrong:
        return [wrong]
    return []


def broken_line(lived: Sequence[Generation]) -> Iterator[str]:
    """Numbers that do not follow each other, and parents that are not where they should be."""
    for new, old in itertools.pairwise(lived):
        if new.number != old.number + 1:
            yield f"generation {new.number} follows generation {old.number}"
        if new.parent != old.commit or new.trailers.get("Parent") != old.commit:
            yield f"generation {new.number} does not stand on the commit of generation {old.number}"


def other_trees(repository: Repository, lived: Sequence[Generation]) -> Iterator[str]:
    """Commits that differ from the tree they name in more than agent_context.json."""
    naming = [one for one in lived if one.trailers.get("Tree")]
    kinds = repository.kinds([one.trailers["Tree"] for one in naming])
    naming = [one for one in naming if kinds.get(one.trailers["Tree"]) == "tree"]
    differing = repository.differing([(one.trailers["Tree"], one.commit) for one in naming])
    for one, paths in zip(naming, differing, strict=True):
        if set(paths) - {CONTEXT_FILE}:
            tree, named = one.trailers["Tree"], ", ".join(paths[:3])
            yield f"generation {one.number} differs from the tree {tree[:10]} that it names in {named}"


def missing_attempts(repository: Repository, branch: str, lived: Sequence[Generation]) -> Iterator[str]:
    """Attempts that a generation names and that are kept nowhere."""
    prefix = f"refs/heirloom/{branch}/"
    kept: dict[str, str] = {}
    for line in repository.run("for-each-ref", "--format=%(refname) %(objectname)", prefix).splitlines():
        ref, _, commit = line.partition(" ")
        kept[ref] = commit
    for one in lived:
        attempt = one.trailers.get("Attempt", "none")
        ref = f"{prefix}{one.number}.{one.trailers.get('Tries', '')}"
        if attempt != "none" and kept.get(ref) != attempt:
            yield f"generation {one.number}'s attempt {attempt[:10]} is not at {ref}"


def other_tip(ours: str | None, theirs: str | None) -> Iterator[str]:
    """The store and the operator's branch, where they stand apart."""
    if ours and theirs and ours != theirs:
        yield f"our store stands at {ours[:10]}, the branch at {theirs[:10]}"


def unknown_lives(known: int, recorded: int) -> Iterator[str]:
    """A try of which something was recorded, and which is newer than all that the ledger knows."""
    if recorded > known:
        yield f"try {recorded} is recorded, the ledger knows {known}"


def left_open(calls: Sequence[int]) -> Iterator[str]:
    """Reservations of tries that ended."""
    for call in calls:
        yield f"call {call} is reserved, though its try ended"


def other_rows(recorded: Sequence[RecordedGeneration], lived: Sequence[Generation]) -> Iterator[str]:
    """Generations that the ledger knows otherwise than the branch."""
    on_branch = {one.number: one for one in lived}
    for row in recorded:
        one = on_branch.get(row.number)
        if one is None:
            yield f"generation {row.number} is in the ledger, not on the branch"
        elif (one.commit, one.outcome) != (row.commit, row.outcome):
            yield (
                f"generation {row.number} is {one.outcome} {one.commit[:10]} on the branch, "
                f"{row.outcome} {row.commit[:10]} in the ledger"
            )
