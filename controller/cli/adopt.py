"""The commands that bring the operator's files into a lineage, and a lineage's lost branch back."""

import typer
from rich.console import Console

from controller.cli.common import ROOT, Json, Repository, app, console
from controller.cli.options import LineageCommand, checked_settings_of, settings_of


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


@app.command(cls=LineageCommand)
def restore(context: typer.Context, repository: Repository = ROOT, as_json: Json = False) -> None:
    """Put a lineage's branch back that was deleted: from the controller's own store, else from a remote's copy."""
    from controller.operations.restore import restore as put_back
    from controller.state.place import locate
    from controller.views.text import json_line

    place = locate(repository, settings_of(context, repository).branch)
    kept = put_back(place)
    newest = kept.newest
    if as_json:
        row = {"branch": place.branch, "generation": newest.number, "commit": newest.commit, "from": kept.where}
        json_line(console(True), row)
    else:
        typer.echo(f"{place.branch}: at generation {newest.number} again, as {kept.where} has it")
