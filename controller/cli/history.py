"""Commands that read what was lived: nothing is changed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.common import ROOT, Csv, Json, Repository, app, console
from controller.cli.options import LineageCommand, settings_of
from controller.cli.pager import paged

if TYPE_CHECKING:
    from controller.state.place import Place


@app.command(cls=LineageCommand)
def log(
    context: typer.Context,
    columns: Annotated[str, typer.Option(help="Which, with commas between; docs/data.md lists them.")] = "",
    since: Annotated[str, typer.Option(help="From then on: 2026-11-28, 2026-11-28T14:00 (UTC), 3d, 12h, 30m.")] = "",
    outcome: Annotated[str, typer.Option(help="Only these, with commas between: refused, refused(tests).")] = "",
    repository: Repository = ROOT,
    as_csv: Csv = False,
    as_json: Json = False,
) -> None:
    """A line a generation: outcome, tests, tokens, cost, seconds, goal."""
    from controller.views.columns import COLUMNS
    from controller.views.log import Selection
    from controller.views.log import show as view

    place = readable(context, repository)
    selection = Selection(columns, since, outcome)
    with paged(as_json or as_csv) as output:
        view(place.repository, place.branch, output, as_json, COLUMNS, selection, as_csv)


@app.command(cls=LineageCommand)
def show(
    context: typer.Context,
    number: int,
    times: Annotated[bool, typer.Option("--times", help="Where its time went: each phase, each gate.")] = False,
    path: Annotated[str, typer.Option(help="Only what it changed there: a file, or a folder.")] = "",
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """One generation: goal, claim beside facts, gates, diff."""
    from controller.views.show import show as view
    from controller.views.times import show as view_times

    place = readable(context, repository)
    with paged(as_json) as output:
        if times:
            view_times(place, number, output, as_json)
        else:
            view(place.repository, place.branch, number, output, as_json, path)


@app.command(cls=LineageCommand)
def why(context: typer.Context, number: int, repository: Repository = ROOT, as_json: Json = False) -> None:
    """How the parent of a generation was chosen, and whether the choice comes out the same once more."""
    from controller.views.why import show as view

    view(readable(context, repository), number, console(as_json), as_json)


@app.command(cls=LineageCommand)
def budget(context: typer.Context, repository: Repository = ROOT, as_json: Json = False) -> None:
    """What the newest run, its last life and this day may use, spent, set aside, have left."""
    from controller.state.place import locate
    from controller.views.budget import show as view

    settings = settings_of(context, repository)
    view(locate(repository, settings.branch), settings, console(as_json), as_json)


@app.command(cls=LineageCommand)
def status(context: typer.Context, repository: Repository = ROOT, as_json: Json = False) -> None:
    """Where the lineage stands and whether a controller lives it."""
    from controller.state.place import locate
    from controller.views.status import show as view

    view(locate(repository, settings_of(context, repository).branch), console(as_json), as_json)


@app.command(cls=LineageCommand)
def report(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="A generation's number, a lineage, or a run; default: the lineage.")] = "",
    out: Annotated[Path | None, typer.Option(help="The file to write; default: print it.")] = None,
    repository: Repository = ROOT,
) -> None:
    """One life, a run or a lineage as Markdown: goals, claims, verdicts, deaths, lessons, cost."""
    place = readable(context, repository) if what.isdecimal() or not what else located(context, repository)
    if what.isdecimal():
        from controller.views.report import report as life_page

        text = life_page(place, int(what))
    else:
        from controller.observatory.summary import summary
        from controller.views.lineage_report import page

        text = page(summary(place, what))
    if out is not None:
        out.write_text(text, encoding="utf-8")
        return
    with paged() as output:
        output.file.write(text)


def located(context: typer.Context, repository: Path) -> "Place":
    """Where the lineage of a command lies, whether there is one or not."""
    from controller.state.place import locate

    return locate(repository, settings_of(context, repository).branch)


def readable(context: typer.Context, repository: Path) -> "Place":
    """The lineage of a command that reads its branch. Raises RequestError where there is none to be read."""
    from controller.state.presence import check_readable

    place = located(context, repository)
    check_readable(place)
    return place
