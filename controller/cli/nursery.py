"""The nursery: planted genomes, hostile and honest, beside the gate that decides about each."""

import os
import sys
from typing import Annotated

import typer

from controller.cli.common import ROOT, Json, app


@app.command()
def nursery(
    only: Annotated[list[str] | None, typer.Option(help="Only genomes whose name holds this; may be repeated.")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="The table of docs/gates.md.")] = False,
    as_json: Json = False,
) -> None:
    """Ask the gates about every planted genome, hostile and honest. Takes minutes; exit 3 where one is wrong."""
    kind = ["--json"] if as_json else ["--markdown"] if markdown else []
    words = [*kind, *(f"--only={name}" for name in only or ())]
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-B", "-m", "nursery", *words])
