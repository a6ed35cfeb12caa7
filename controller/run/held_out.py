"""Two genomes on the held-out mutants: what the ledger and the notes keep of it, and the line at the end of a run."""

from collections.abc import Iterator
from contextlib import contextmanager

from controller.gates.candidate import Room
from controller.gates.fingerprint import gates_fingerprint
from controller.git.lineage import Lineage
from controller.ground.draw import HELD_OUT, SELECT, draw_of
from controller.ground.evidence import Tally
from controller.ground.mutants import COUNT, Suite
from controller.ground.record import note
from controller.ground.summary import Summary, summary
from controller.ledger.database import Database
from controller.ledger.findings import Findings
from controller.ledger.gradings import MUTANTS, Comparison, Grading, Gradings, Side, State
from controller.ledger.judgements import Judgements
from controller.sandbox.isolation import Isolation
from controller.sandbox.limits import Bounds
from controller.sandbox.temporary import temporary_folder
from controller.settings.settings import Settings
from controller.state.place import Place, sole_owner

PER_SPLIT = {SELECT: 100}  # parents are chosen by fewer mutants than a claim is made by
SECONDS = 1_800.0  # of the clock, for one run of the program or of a suite


def compare(
    place: Place,
    settings: Settings,
    lineage: Lineage,
    isolation: Isolation,
    database: Database,
    a: str,
    b: str,
    split: str = HELD_OUT,
) -> Summary:
    """Whether b's tests notice more of the mutants that both have. Measured before under the same gates: as it was.

    Raises WorldFault where the tests of one cannot be run, IsolationError, GitError, RequestError.
    """
    gradings = Gradings(database)
    draw, fingerprint = draw_of(place.state, split), gates_fingerprint(settings.gates)
    conditions = {"draw": draw.name, "gates": fingerprint}
    for one in gradings.comparisons():
        known = (one.a, one.b, one.suite, one.split, one.settings, one.verdict is None)
        if known == (a, b, MUTANTS, split, conditions, False):
            return summary(one, gradings.of(one.id))
    lineage.bring(a)
    lineage.bring(b)
    bounds = Bounds(SECONDS, settings.memory_mb * 2**20, settings.output_mb * 2**20)
    with temporary_folder("ground") as folder:
        room, kept = Room(isolation, folder / "room", bounds), Judgements(database, 0, fingerprint)
        suite = Suite(lineage, room, draw, Findings(database), fingerprint, kept.suite)
        found = suite.compare(a, b, PER_SPLIT.get(split, COUNT))
    wanted = Comparison(0, lineage.branch, a, b, MUTANTS, split, 1, 0, conditions, {}, 0.0)
    begun = gradings.begin(wanted)
    rows: list[Grading] = []
    tally = Tally()
    for number, (name, (old, new)) in enumerate(sorted(found.items()), 1):
        rows += [row(number, "a", a, name, old), row(number, "b", b, name, new)]
        tally = tally.plus(new, old)
    gradings.add(begun.id, *rows)
    gradings.end(begun.id, tally.decision)
    note(place.repository, gradings, begun.id)
    return summary(gradings.comparison(begun.id), gradings.of(begun.id))


def row(number: int, side: Side, commit: str, name: str, is_noticed: bool) -> Grading:
    """One mutant on one side; a mutant's name is a hash of it."""
    state: State = "passed" if is_noticed else "failed"
    return Grading("pairs", number, side, commit, name, name, 1, state)


@contextmanager
def sole_comparison(place: Place) -> Iterator[None]:
    """One comparison a lineage: a lock that dies with its owner. Raises RequestError naming who holds it."""
    refusal = (
        f"another comparison works on {place.branch} (process {{process}}); wait for it, or end it first: it can be "
        "gone on with"
    )
    with sole_owner(place.lineage / "ground.lock", refusal):
        yield
