"""The last line of a run: whether its newest generation is better than the first genome, on held-out mutants."""

from controller.errors import HeirloomError
from controller.events.kinds import Measured, Measuring, Warned
from controller.generation.parts import Parts
from controller.git.log import Generation, generations
from controller.ground.genome import commit_of
from controller.ground.mutants import COUNT
from controller.ground.summary import Summary
from controller.ledger.database import Database
from controller.run.held_out import compare
from controller.settings.settings import Settings
from controller.state.place import Place


def close_with_line(settings: Settings, place: Place, parts: Parts, database: Database) -> None:
    """Measure and report. A fault of it is a warning: what was lived is recorded, and the run ends as it ended."""
    try:
        measure(settings, place, parts, database)
    except KeyboardInterrupt:
        parts.notify(Warned("not compared with the first genome: interrupted; `heirloom ground compare` does it"))
    except (HeirloomError, OSError) as error:
        parts.notify(Warned(f"not compared with the first genome: {error}"))


def measure(settings: Settings, place: Place, parts: Parts, database: Database) -> None:
    """Compare the newest generation with the genome that the lineage began with; nothing where they are equal."""
    lineage = parts.lineage
    lived = generations(lineage.store, lineage.head())
    if not lived:
        return
    first, newest = lived[-1].number - 1, standing_for(lived, parts.champion())
    start = commit_of(lived, first)
    if start is None:
        return
    if lineage.tree_without_context(start) == lineage.tree_without_context(newest.commit):
        parts.notify(Measured(newest.number, first, 0, 0, "1", "undecided", is_same=True))
        return
    parts.notify(Measuring(newest.number, first, COUNT))
    found = compare(place, settings, lineage, parts.isolation, database, start, newest.commit)
    parts.notify(measured(newest.number, first, found))


def standing_for(lived: list[Generation], champion: str | None) -> Generation:
    """The generation that the lineage is judged by: its champion, else the newest. `lived`: newest first."""
    for one in lived:
        if one.commit == champion:
            return one
    return lived[0]


def measured(newest: int, first: int, found: Summary) -> Measured:
    """The event of a comparison."""
    tally = found.tally
    return Measured(newest, first, tally.wins, tally.losses, shown(found), tally.decision)


def shown(found: Summary) -> str:
    """The evidence in few characters: two digits below 10, else whole."""
    value = found.evidence
    return f"{float(value):.2g}" if value < 10 else f"{int(value):,}"
