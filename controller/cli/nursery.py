"""The nursery: planted genomes, hostile and honest, beside the gate that decides about each."""

from typing import Annotated

import typer

from controller.cli.common import Json, app, run_module


@app.command()
def nursery(
    only: Annotated[list[str] | None, typer.Option(help="Only genomes whose name holds this; may be repeated.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="The table of docs/gates.md.")] = False,
    as_json: Json = False,
) -> None:
    """Ask the gates about every planted genome, hostile and honest. Takes minutes; exit 3 where one is wrong."""
    arguments = [f"--only={name}" for name in only or ()]
    if markdown and not as_json:
        arguments.append("--markdown")
    run_module("nursery", as_json, *arguments)
