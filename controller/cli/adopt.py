"""The command that brings the operator's files into a lineage."""

import typer
from rich.console import Console

from controller.cli.common import ROOT, Json, Repository, app, console
from controller.cli.options import LineageCommand, checked_settings_of


@app.command(cls=LineageCommand)
def adopt(context: typer.Context, repository: Repository = ROOT, as_json: Json = False) -> None:
    """Bring the protected files of HEAD into a lineage, as one commit, after the genome's tests passed on them."""
    from controller.contract import ADOPTED
    from controller.operations.adopt import adopt as bring
    from controller.views.text import json_line, printable

    settings = checked_settings_of(context, repository)
    progress = Console(stderr=as_json)
    number, commit = bring(settings, repository, lambda text: progress.print(printable(text)))
    if as_json:
        row = {"branch": settings.branch, "generation": number, "outcome": ADOPTED, "commit": commit}
        json_line(console(True), row)
    else:
        typer.echo(f"{settings.branch}: generation {number} has the operator's files")
