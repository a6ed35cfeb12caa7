"""Holds ledger, branch, attempts and trees against each other, and says what disagrees. Nothing is changed.

A run may live meanwhile. So what is read first of two is what the other must have: the branch as it was before the
ledger is looked at may say no more than the ledger, and the ledger no more than the branch as it is afterwards.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from controller.audit.backups import missing_ledger
from controller.audit.witnesses import (
    Witness,
    backup_witnesses,
    behind,
    branch_witness,
    ledger_witnesses,
    lost_calls,
    newest_recorded_try,
)
from controller.contract import CONTEXT_FILE
from controller.git.log import Generation, generations, named
from controller.git.repository import Repository
from controller.git.trailers import CHAMPION
from controller.ledger.chain import Chain
from controller.ledger.database import Database
from controller.ledger.queries import RecordedGeneration, recorded_generations, reservations_of_ended_tries
from controller.state.place import Place
from controller.state.presence import check_known, kept_elsewhere, ref_of

SHOWN = 5  # disagreements of one comparison that are shown


@dataclass(frozen=True)
class Comparison:
    """What one comparison found. `wrong`: a line for each disagreement; `seen`: what was compared, in words.

    `looked`: whether there was anything to compare; where not, `seen` says what is missing.
    """

    name: str
    wrong: tuple[str, ...]
    seen: str = ""
    looked: bool = True


def comparison(name: str, wrong: Iterable[str], seen: str = "", looked: bool = True) -> Comparison:
    """A comparison that shows its first disagreements, and says how many more there are."""
    found = list(wrong)
    shown = found[:SHOWN]
    if len(found) > SHOWN:
        shown.append(f"and {len(found) - SHOWN} more")
    return Comparison(name, tuple(shown), seen, looked)


@dataclass(frozen=True)
class Before:
    """What was read before the ledger. `store`: the commit that our store stands at; `recorded`: the newest life."""

    store: str | None
    witnesses: tuple[Witness, ...]
    recorded: int


def look_before(place: Place) -> Before:
    """The branch, the backups, the store and the recordings as they are now."""
    store = place.store
    witnesses = (*backup_witnesses(place.backups), branch_witness(on_branch(place)))
    tip = store.tip(place.ref) if store.path.is_dir() else None
    return Before(tip, witnesses, newest_recorded_try(place.lineage))


def on_branch(place: Place) -> list[Generation]:
    """The generations of the branch, or of a remote's copy of it, newest first."""
    ref = ref_of(place.repository, place.branch)
    return generations(place.repository, ref) if ref else []


def verify(place: Place) -> list[Comparison]:
    """Everything that can be held against something else.

    Raises RequestError where nothing is known of the lineage, LedgerError, GitError.
    """
    check_known(place)
    return compare(place, look_before(place))


def compare(place: Place, before: Before) -> list[Comparison]:
    """The ledger as it is now with what was read before it, then the branch as it is by then. As `verify`."""
    with place.open_ledger() as database:
        if database is None:
            recorded: list[RecordedGeneration] = []
            of_ledger = [without_ledger(place)]
        else:
            with database.reading():  # all of it as of one moment
                recorded = recorded_generations(database, place.branch)
                of_ledger = verify_ledger(database, before)
    lived = on_branch(place)
    found = [*verify_branch(place, lived, {one.number for one in recorded}), verify_store(place, before.store)]
    if recorded:
        of_ledger.append(
            comparison(
                "generations", other_rows(recorded, lived), f"{len(recorded)} that were lived here, as on the branch"
            )
        )
    return [*found, *of_ledger]


def verify_branch(place: Place, lived: Sequence[Generation], here: set[int]) -> list[Comparison]:
    """The branch, its trees, and the attempts of the generations that were lived `here`."""
    repository = place.repository
    ref = ref_of(repository, place.branch)
    kept = kept_elsewhere(place, None)
    if kept is not None and kept.repository.own:
        upto = f"{kept.where} has it up to generation {kept.newest.number}"
        return [comparison("branch", [f"{place.branch} is not here; {upto}: `heirloom restore` puts it back"])]
    if not lived:
        return [comparison("branch", (), "there is no generation yet", looked=False)]
    seen = f"{len(lived)} generations"
    if ref != place.ref:
        seen += f" of {ref}"
    known = with_trees(repository, lived)
    tried = [one for one in lived if one.trailers.get("Tries") != "0"]  # a commit of the operator's has no attempt
    attempts = [one for one in tried if one.number in here]  # what was lived elsewhere came without its attempts
    return [
        comparison("branch", [*broken_line(lived), *broken_log(repository, lived)], seen),
        comparison("trees", other_trees(repository, known), counted(known, lived), bool(known)),
        comparison(
            "attempts",
            missing_attempts(repository, place.branch, attempts),
            counted(attempts, tried),
            bool(attempts),
        ),
    ]


def counted(some: Sequence[Generation], every: Sequence[Generation]) -> str:
    """How many of the generations could be looked at."""
    if len(some) == len(every):
        return f"of {len(every)} generations"
    return f"of {len(some)} of {len(every)} generations; what the others name is not here"


def verify_store(place: Place, ours: str | None) -> Comparison:
    """Our own store, which stood at `ours`: at the branch, or behind it, which the next start makes up for."""
    theirs = place.repository.tip(place.ref)
    if ours is None or theirs is None:
        return comparison("store", (), "there is nothing to compare", looked=False)
    return comparison("store", other_tip(place.repository, ours, theirs), "stands where the branch stands, or behind")


def without_ledger(place: Place) -> Comparison:
    """What is to be said where there is no ledger."""
    missing = missing_ledger(place)
    if missing:
        return comparison("ledger", [missing])
    return comparison("ledger", (), "there is none here: what was spent elsewhere is not checked", looked=False)


def verify_ledger(database: Database, before: Before) -> list[Comparison]:
    """The ledger against itself, and against what was read before it: its copies, the recordings, the branch."""
    chain = Chain(database)
    spent = chain.spent()
    witnesses = [*ledger_witnesses(chain), *before.witnesses]
    lost = [*behind(spent, witnesses), *lost_calls(chain)]
    still_open = reservations_of_ended_tries(database)
    seen = f"{len(spent)} runs, by {', '.join(one.name.rstrip(',') for one in witnesses)}"
    lives = "each life known to the ledger" if before.recorded else "there are no recordings"
    return [
        comparison("file", lines_of(database.sound()), database.path.name),
        comparison("chain", lines_of(chain.broken()), "each settled call"),
        comparison("totals", map(str, lost), seen),
        comparison("recordings", unknown_lives(chain.newest(), before.recorded), lives, bool(before.recorded)),
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
        if new.log:
            if new.joins != (old.tip, new.commit):
                yield f"generation {new.number} is not told behind generation {old.number}"
        elif new.parent != old.tip or new.trailers.get("Parent") != old.tip:
            yield f"generation {new.number} does not stand on the commit of generation {old.number}"


def broken_log(repository: Repository, lived: Sequence[Generation]) -> Iterator[str]:
    """Where parents are chosen: a node that is not what the log tells of it, or a tree that is not the champion's."""
    logged = [one for one in lived if one.log]
    if not logged:
        return
    known = {one.commit for one in lived} | {lived[-1].parent}
    nodes = {one.commit: one for one in named(repository, [one.commit for one in logged])}
    for one in logged:
        node = nodes.get(one.commit)
        if node is None or node.number != one.number or node.parent != one.parent:
            yield f"generation {one.number}'s own commit {one.commit[:10]} is not what the log tells of it"
        if one.parent not in known:
            yield f"generation {one.number} descends from {one.parent[:10]}, which is not on the branch"
        if one.trailers.get(CHAMPION) not in known:
            yield f"generation {one.number} names a champion that is not on the branch"
    told = [one for one in logged if one.trailers.get(CHAMPION) in known]
    pairs = [(one.trailers[CHAMPION], one.log) for one in told]
    for one, paths in zip(told, repository.differing(pairs), strict=True):
        if paths:
            yield f"generation {one.number} is told with another tree than its champion's"


def with_trees(repository: Repository, lived: Sequence[Generation]) -> list[Generation]:
    """Those of which the tree that they name is here."""
    naming = [one for one in lived if one.trailers.get("Tree")]
    kinds = repository.kinds([one.trailers["Tree"] for one in naming])
    return [one for one in naming if kinds.get(one.trailers["Tree"]) == "tree"]


def other_trees(repository: Repository, naming: Sequence[Generation]) -> Iterator[str]:
    """Commits that differ from the tree they name in more than agent_context.json."""
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


def other_tip(repository: Repository, ours: str, theirs: str) -> Iterator[str]:
    """The store and the operator's branch, where they stand apart."""
    if ours != theirs and not repository.descends(theirs, ours):
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
