"""Holds ledger, branch, attempts and trees against each other, and says what disagrees. Nothing is changed."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from controller.audit import witnesses
from controller.contract import CONTEXT_FILE
from controller.git.log import Generation, generations
from controller.git.repository import Repository
from controller.ledger.chain import Chain
from controller.ledger.database import Database
from controller.state.place import BACKUPS, Place

SHOWN = 5  # disagreements of one kind that are told


@dataclass(frozen=True)
class Finding:
    """What one comparison found. `wrong`: a line each; none where all agrees."""

    name: str
    wrong: tuple[str, ...]
    seen: str = ""  # what was compared


def finding(name: str, wrong: Iterator[str], seen: str = "") -> Finding:
    found = list(wrong)
    more = [f"and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
    return Finding(name, (*found[:SHOWN], *more), seen)


def verify(place: Place, database: Database | None) -> list[Finding]:
    """Everything that can be held against something else. `database` None: there is no ledger here."""
    store = place.store
    tip = place.repository.tip(place.ref)
    lived = generations(place.repository, tip) if tip else []
    own = database.rows("SELECT number FROM generations WHERE lineage = ?", place.branch) if database else []
    here = {row["number"] for row in own}  # what was lived elsewhere came without its attempts
    found = [
        finding("branch", broken_line(lived), f"{len(lived)} generations"),
        finding("trees", other_trees(place.repository, lived), "one path differs"),
        finding(
            "attempts",
            missing_attempts(place.repository, place.branch, [one for one in lived if one.number in here]),
            "each one kept",
        ),
    ]
    if store.path.is_dir():
        found.append(finding("store", other_tip(store.tip(place.ref), tip), "stands where the branch stands"))
    if database is not None:
        found += ledger(place, database, lived)
    return found


def ledger(place: Place, database: Database, lived: Sequence[Generation]) -> list[Finding]:
    """The ledger against itself, its copies and the branch."""
    chain = Chain(database)
    spent, counted = chain.spent(), chain.counted()
    said = [*witnesses.own(chain), *witnesses.backed_up(place.state / BACKUPS), witnesses.branch(lived)]
    lost = witnesses.behind(counted, [witnesses.Witness("their sum", {run: t for run, t in spent.items() if t})])
    return [
        finding("file", iter([database.sound()] if database.sound() else []), str(database.path.name)),
        finding("chain", iter([chain.broken()] if chain.broken() else []), "each settled call"),
        finding("totals", (str(one) for one in (*witnesses.behind(spent, said), *lost)), f"{len(spent)} runs"),
        finding("recordings", unknown_lives(chain, witnesses.recorded(place.lineage)), "each life known to the ledger"),
        finding("reservations", left_open(database), "none left open by a try that ended"),
        finding("generations", other_rows(database, place.branch, lived), "as on the branch"),
    ]


def broken_line(lived: Sequence[Generation]) -> Iterator[str]:
    """Numbers that do not follow each other, and parents that are not where they should be."""
    for new, old in itertools.pairwise(lived):
        if new.number != old.number + 1:
            yield f"generation {new.number} follows generation {old.number}"
        if new.parent != old.commit or new.trailers.get("Parent") != old.commit:
            yield f"generation {new.number} does not stand on the commit of generation {old.number}"


def other_trees(repository: Repository, lived: Sequence[Generation]) -> Iterator[str]:
    """Commits that differ from the tree they name in more than agent_context.json."""
    named = {one.commit: one for one in lived if one.trailers.get("Tree")}
    known = repository.kinds([one.trailers["Tree"] for one in named.values()])
    pairs = [(one.trailers["Tree"], one) for one in named.values() if known.get(one.trailers["Tree"]) == "tree"]
    for (tree, one), paths in zip(
        pairs, repository.differing([(tree, one.commit) for tree, one in pairs]), strict=True
    ):
        if set(paths) - {CONTEXT_FILE}:
            yield f"generation {one.number} differs from the tree {tree[:10]} that it names in {', '.join(paths[:3])}"


def missing_attempts(repository: Repository, branch: str, lived: Sequence[Generation]) -> Iterator[str]:
    """Attempts that a generation names and that are kept nowhere."""
    prefix = f"refs/heirloom/{branch}/"
    kept = dict(
        line.split(" ")
        for line in repository.run("for-each-ref", "--format=%(refname) %(objectname)", prefix).splitlines()
    )
    for one in lived:
        wanted, ref = one.trailers.get("Attempt", "none"), f"{prefix}{one.number}.{one.trailers.get('Tries', '')}"
        if wanted not in ("none", kept.get(ref)):
            yield f"generation {one.number}'s attempt {wanted[:10]} is not at {ref}"


def other_tip(ours: str | None, theirs: str | None) -> Iterator[str]:
    """The store and the operator's branch, where they stand apart."""
    if ours and theirs and ours != theirs:
        yield f"our store stands at {ours[:10]}, the branch at {theirs[:10]}"


def unknown_lives(chain: Chain, newest: int) -> Iterator[str]:
    """A try of which something was recorded, and which the ledger does not know."""
    if newest > chain.newest():
        yield f"try {newest} is recorded, the ledger knows {chain.newest()}"


def left_open(database: Database) -> Iterator[str]:
    """Reservations of tries that ended."""
    for row in database.rows("SELECT calls.id FROM calls JOIN tries ON tries.id = calls.try WHERE settled IS NULL "
                             "AND tries.ended IS NOT NULL"):  # fmt: skip
        yield f"call {row['id']} is reserved, though its try ended"


def other_rows(database: Database, branch: str, lived: Sequence[Generation]) -> Iterator[str]:
    """Generations that the ledger knows otherwise than the branch."""
    here = {one.number: one for one in lived}
    for row in database.rows("SELECT number, id, outcome FROM generations WHERE lineage = ? ORDER BY number", branch):
        one = here.get(row["number"])
        if one is None:
            yield f"generation {row['number']} is in the ledger, not on the branch"
        elif (one.commit, one.outcome) != (row["id"], row["outcome"]):
            yield (f"generation {row['number']} is {one.outcome} {one.commit[:10]} on the branch, "
                   f"{row['outcome']} {row['id'][:10]} in the ledger")  # fmt: skip
