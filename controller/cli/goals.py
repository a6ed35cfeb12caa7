"""The command that lists the operator's goals."""

import typer

from controller.cli.common import ROOT, Json, Repository, app, console
from controller.cli.options import LineageCommand, settings_of


@app.command(cls=LineageCommand)
def goals(context: typer.Context, repository: Repository = ROOT, as_json: Json = False) -> None:
    """The goals of goals.toml, and what became of each: waiting, open, met, dropped."""
    from controller.settings.goals_file import read_goals
    from controller.state.place import locate
    from controller.views.goals import show

    place = locate(repository, settings_of(context, repository).branch)
    show(place, read_goals(repository), console(as_json), as_json)
