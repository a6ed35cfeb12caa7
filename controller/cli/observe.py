"""Commands that put together what was lived, out of git, ledger and recordings: nothing is changed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.common import ROOT, Json, Repository, app
from controller.cli.options import LineageCommand, settings_of
from controller.cli.pager import paged

if TYPE_CHECKING:
    from controller.state.place import Place


def place_of(context: typer.Context, repository: Path) -> "Place":
    """Where the lineage of a command lies."""
    from controller.state.place import locate

    return locate(repository, settings_of(context, repository).branch)


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
    from controller.views.tree import show as view

    place = place_of(context, repository)
    wanted = lineages or [place.branch]
    if every:
        wanted = known_lineages(place) or wanted
    found = forest(place, list(dict.fromkeys(wanted)))
    with paged(as_json) as output:
        view(found, output, as_json, unfolded)
