"""The command that lists the operator's goals, and closes one."""

from typing import Annotated

import typer

from controller.cli.common import ROOT, Json, Repository, app, console
from controller.cli.options import LineageCommand, settings_of
from controller.errors import RequestError

CLOSE = "close"


@app.command(cls=LineageCommand)
def goals(
    context: typer.Context,
    act: Annotated[str, typer.Argument(metavar="[close]", help="`close`: end the goal TITLE.")] = "",
    title: Annotated[str, typer.Argument(metavar="[TITLE]", help="The goal to be closed.")] = "",
    dropped: Annotated[bool, typer.Option("--dropped", help="Close it as dropped; default: as met.")] = False,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """The goals of goals.toml, and what became of each: waiting, open, met, dropped. `close TITLE` ends one."""
    from controller.contract import Goal
    from controller.operations.close_goal import End, close_goal
    from controller.settings.goals_file import read_goals
    from controller.state.place import locate
    from controller.views.goals import show
    from controller.views.text import json_line

    settings = settings_of(context, repository)
    place = locate(repository, settings.branch)
    stated = read_goals(repository)
    if not act:
        show(place, stated, console(as_json), as_json)
        return
    if act != CLOSE or not title:
        raise RequestError('state it as: heirloom goals close "TITLE"')
    if settings.goal:
        stated = (Goal(title=settings.goal), *stated)
    end: End = "dropped" if dropped else "met"
    number, commit = close_goal(place, stated, title, end)
    if as_json:
        row = {"branch": place.branch, "generation": number, "goal": title, "status": end, "commit": commit}
        json_line(console(True), row)
    else:
        typer.echo(f"{place.branch}: generation {number} closes the goal as {end}")
