"""The command that lives generations."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from controller.cli.common import ROOT, Json, Repository, app
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
    from controller.views.progress import Lines, Screen

    settings = checked_settings_of(context, repository)
    watch = Screen(Console()) if sys.stdout.isatty() and not as_json else Lines()
    try:
        live(settings, repository, from_, watch)
    finally:
        watch.close()
