"""`heirloom verify`: ledger, branch, attempts and trees held against each other."""

from typing import Annotated

import typer

from controller.cli.common import ROOT, Branch, Json, Repository, app, branch_of, console


@app.command()
def verify(
    branch: Branch = None,
    mend: Annotated[
        bool, typer.Option("--repair", help="Book the highest of what the witnesses say was spent; nothing is lowered.")
    ] = False,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Hold ledger, branch, attempts and trees against each other: exit 0 where all agree, else 3."""
    from controller.state.place import locate
    from controller.views.verify import show as view

    if not view(locate(repository, branch_of(branch, repository)), console(as_json), as_json, mend):
        raise typer.Exit(3)
