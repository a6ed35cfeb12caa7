"""`heirloom ground compare`, `verdict` and `results`: whether one genome is better than another."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.common import ROOT, Json, Repository, console
from controller.cli.ground import ground
from controller.cli.options import LineageCommand, checked_settings_of, settings_of
from controller.errors import StoppedEarly

if TYPE_CHECKING:
    from controller.run.comparing import Wanted
    from controller.state.place import Place

GENOME = "A commit, a generation's number (0: what it began with), or a lineage's name."
Old = Annotated[str, typer.Argument(metavar="A", help=f"The old genome. {GENOME}")]
New = Annotated[str, typer.Argument(metavar="B", help=f"The new genome. {GENOME}")]
Repeats = Annotated[int, typer.Option(help="Rounds over all tasks, at most.")]
Skip = Annotated[str, typer.Option(help="Stages that drop nothing: smoke, six, or both with a comma between them.")]


class Comparing(LineageCommand):
    """A command that lets genomes work."""

    known_as = "ground compare"


@ground.command(cls=Comparing)
def compare(
    context: typer.Context,
    old: Old,
    new: New,
    suite: Annotated[str, typer.Option(help="tasks, or mutants: held-out ones, which needs no model.")] = "tasks",
    split: Annotated[str, typer.Option(help="Of tasks: select or open.")] = "select",
    repeats: Repeats = 3,
    skip: Skip = "",
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Is genome B better than A? Pairs of fresh runs; the same command goes on with what was stopped."""
    from controller.run.comparing import Wanted

    show(context, Wanted(old, new, suite, split, repeats, stages(skip)), repository, as_json)


@ground.command(cls=Comparing)
def verdict(
    context: typer.Context,
    old: Old,
    new: New,
    why: Annotated[str, typer.Option(help="What is to be claimed; it is recorded.")] = "a claim",
    repeats: Repeats = 3,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """The same on the sealed tasks, for a claim: each opening is recorded and counted."""
    from controller.run.comparing import Wanted

    wanted = Wanted(old, new, split="sealed", repeats=repeats, skipped=("smoke", "six"), why=why.strip() or "a claim")
    show(context, wanted, repository, as_json)


@ground.command(cls=LineageCommand)
def results(
    context: typer.Context,
    as_csv: Annotated[bool, typer.Option("--csv", help="A row a grading, as CSV.")] = False,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """All that was measured, from the ledger and the notes of this repository."""
    from controller.ground.record import Record, kept, noted, together
    from controller.ledger.gradings import Gradings
    from controller.state.place import locate
    from controller.views.results import show as view
    from controller.views.sheet import check_forms

    check_forms(as_json, as_csv)
    place = locate(repository, settings_of(context, repository).branch)
    with place.open_ledger() as database:
        own = kept(Gradings(database)) if database is not None else Record()
    form = "csv" if as_csv else "json" if as_json else "text"
    view(console(as_csv or as_json), together(own, noted(place.repository)), hashes(place, repository), form)


def show(context: typer.Context, wanted: "Wanted", repository: Path, as_json: bool) -> None:
    """Compare and print."""
    from controller.events.kinds import Event, Warned
    from controller.run.comparing import compare as run
    from controller.views.comparison import Watching, show_summary
    from controller.views.text import printable

    printed = console(as_json)

    def warn(event: Event) -> None:
        if isinstance(event, Warned) and not as_json:
            printed.print(f"warning: {printable(event.text)}", highlight=False, soft_wrap=True)

    try:
        settings = checked_settings_of(context, repository)
        found, opened = run(settings, repository, wanted, warn, Watching(printed, as_json))
    except KeyboardInterrupt as error:
        raise StoppedEarly("interrupted; nothing is lost: the same command goes on") from error
    show_summary(printed, found, opened, as_json)


def stages(text: str) -> tuple[str, ...]:
    """The stages that an option names."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def hashes(place: "Place", folder: Path) -> dict[str, str]:
    """The hash of each task as it stands."""
    from controller.ground.sets import TASKS, added, load_sets

    return {task.name: task.hash for task in load_sets((folder / TASKS, added(place)))[0]}
