"""`heirloom verify`: ledger, branch, attempts and trees held against each other."""

from typing import Annotated

import typer

from controller.cli.common import ROOT, Json, Repository, app, console
from controller.cli.options import LineageCommand, settings_of


@app.command(cls=LineageCommand)
def verify(
    context: typer.Context,
    mend: Annotated[
        bool, typer.Option("--repair", help="Book the highest of what the witnesses say was spent; nothing is lowered.")
    ] = False,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Hold ledger, branch, attempts and trees against each other: exit 0 where all agree, else 3."""
    from controller.state.place import locate
    from controller.views.verify import show as view

    place = locate(repository, settings_of(context, repository).branch)
    if not view(place, console(as_json), as_json, mend):
        raise typer.Exit(3)
