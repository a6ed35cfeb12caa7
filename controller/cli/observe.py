"""Commands that put together what was lived, out of git, ledger and recordings: nothing is changed."""

from typing import Annotated

import typer

from controller.cli.common import ROOT, Json, Repository, app
from controller.cli.history import located
from controller.cli.options import LineageCommand
from controller.cli.pager import paged


@app.command(cls=LineageCommand)
def tree(
    context: typer.Context,
    lineages: Annotated[list[str] | None, typer.Argument(help="Which lineages; default: that of --branch.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All lineages that are here.")] = False,
    unfolded: Annotated[bool, typer.Option("--unfolded", help="A line for each generation.")] = False,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Lineages as a tree: what evolved, where they branch, what died and why."""
    from controller.observatory.forest import forest
    from controller.observatory.revision import known_lineages
    from controller.views.lineage_tree import show as view

    place = located(context, repository)
    wanted = lineages or [place.branch]
    if every:
        wanted = known_lineages(place) or wanted
    found = forest(place, list(dict.fromkeys(wanted)))
    with paged(as_json) as output:
        view(found, output, as_json, unfolded)


@app.command(cls=LineageCommand)
def compare(
    context: typer.Context,
    a: Annotated[str, typer.Argument(help="A generation, a lineage, lineage:generation, or a commit.")],
    b: Annotated[str, typer.Argument(help="Another.")],
    path: Annotated[str, typer.Option(help="Only what differs there: a file, or a folder.")] = "",
    diff: Annotated[bool, typer.Option("--diff", help="The whole diff too.")] = False,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Two generations, lineages or commits: code and its size, tests, cost, goals, lessons, evidence."""
    from controller.observatory.comparison import pair
    from controller.views.compare import show as view

    found = pair(located(context, repository), a, b, path, diff)
    with paged(as_json) as output:
        view(found, output, as_json)


@app.command(cls=LineageCommand)
def blame(
    context: typer.Context,
    where: Annotated[str, typer.Argument(metavar="PATH[:LINE]", help="A file; one line of it, or FIRST-LAST.")],
    at: Annotated[str, typer.Option(help="As it was there: a generation, a lineage, a commit.")] = "",
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Which generation each line of a file is from, with its outcome and goal."""
    from controller.observatory.blame import blame as lines
    from controller.views.blame import show as view

    found = lines(located(context, repository), where, at)
    with paged(as_json) as output:
        view(found, output, as_json)


@app.command(cls=LineageCommand)
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="All of them; 'two words' in their order; `begin*`.")],
    kind: Annotated[str, typer.Option(help="Only in: goal, claim, lesson, verdict, diff, transcript.")] = "",
    limit: Annotated[int, typer.Option(help="How many are shown.")] = 20,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Where something stands in all lives: goals, claims, lessons, verdicts, diffs, transcripts."""
    from controller.observatory.search import search as find
    from controller.views.search import show as view

    place = located(context, repository)
    found = find(place, words, kind, limit, notice)
    with paged(as_json) as output:
        view(found, output, as_json, place.branch)


@app.command(cls=LineageCommand)
def lessons(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Those too that were dropped.")] = False,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """What a lineage hands on: which generation taught it, how the lives fared that had it."""
    from controller.observatory.lessons import lessons as taught
    from controller.views.lessons import show as view

    found = taught(located(context, repository), notice)
    with paged(as_json) as output:
        view(found, output, as_json, every)


def notice(text: str) -> None:
    """Say on the errors' stream what takes long."""
    typer.echo(text, err=True)
