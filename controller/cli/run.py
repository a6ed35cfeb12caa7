"""The command that lives generations."""

from typing import Annotated

import typer

from controller.cli.common import ROOT, Json, Repository, app, watch
from controller.cli.options import LineageCommand, checked_settings_of


@app.command(cls=LineageCommand)
def run(
    context: typer.Context,
    from_: Annotated[str | None, typer.Option("--from", help="Start or fork a new lineage at this commit.")] = None,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Live generations, each running the code that the one before it left."""
    from controller.run.start import run as live

    settings = checked_settings_of(context, repository)
    shown = watch(as_json)
    try:
        live(settings, repository, from_, shown)
    finally:
        shown.close()
