"""Commands that judge: nothing is recorded."""

from typing import Annotated

import typer

from controller.cli.common import ROOT, Json, Repository, app, console
from controller.cli.options import SettingsCommand, checked_settings_of


@app.command(cls=SettingsCommand)
def gate(
    context: typer.Context,
    commit: Annotated[str, typer.Argument(help="What to judge; of a generation, what it pushed is judged.")],
    against: Annotated[str | None, typer.Option(help="Its parent. Default: the generation's, or the first.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Ask every gate, whatever one of them refuses.")] = False,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Ask the gates about a commit by hand: exit 0 where they let it pass, else 3. Nothing is recorded."""
    from controller.views.gate import show as view

    settings = checked_settings_of(context, repository)
    if not view(settings, repository, commit, against, everything, console(as_json), as_json):
        raise typer.Exit(3)
