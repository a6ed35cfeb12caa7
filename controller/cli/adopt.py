"""The command that brings the operator's files into a lineage."""

import os
from typing import Annotated

import typer
from rich.console import Console

from controller.cli.common import ROOT, Branch, Json, Repository, app, console


@app.command()
def adopt(
    branch: Branch = None,
    isolation: Annotated[str | None, typer.Option(help="auto, bubblewrap or none.")] = None,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Bring the protected files of HEAD into a lineage, as one commit, after the genome's tests passed on them."""
    from controller.operations.adopt import OUTCOME
    from controller.operations.adopt import adopt as bring
    from controller.settings.load import load
    from controller.views.text import json_line, printable

    settings, _ = load({"branch": branch, "isolation": isolation}, os.environ, repository)
    number, made = bring(settings, repository, lambda text: Console(stderr=as_json).print(printable(text)))
    if as_json:
        told = {"branch": settings.branch, "generation": number, "outcome": OUTCOME, "commit": made}
        json_line(console(True), told)
    else:
        typer.echo(f"{settings.branch}: generation {number} has the operator's files")
