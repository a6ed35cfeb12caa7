"""Commands that read recordings: what a life said, and whether it would say it again."""

from typing import Annotated

import typer

from controller.cli.common import ROOT, Json, Repository, app, console
from controller.cli.options import LineageCommand, settings_of
from controller.errors import RequestError

Number = Annotated[int, typer.Argument(help="The generation.")]
Which = Annotated[int | None, typer.Option("--try", help="Which try at it. Default: the last")]


@app.command(cls=LineageCommand)
def transcript(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(help="The generation.")] = None,
    try_: Which = None,
    life: Annotated[
        int | None, typer.Option("--life", help="Instead: a life by its id, as `ground results` names those on tasks.")
    ] = None,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """What a life asked of its model and was answered; --json has all of it, for --model replay:FILE too."""
    from controller.replay.recorded_life import exchanges, find, find_life
    from controller.state.place import locate
    from controller.views.transcript import show as view

    place = locate(repository, settings_of(context, repository).branch)
    if (number is None) == (life is None):
        raise RequestError("name one life: a generation (transcript 3), or a life's id (transcript --life 12)")
    past = find_life(place, life) if life is not None else find(place, number or 0, try_)
    view(past, exchanges(place, past), console(as_json), as_json)


@app.command(cls=LineageCommand)
def replay(
    context: typer.Context,
    number: Number,
    try_: Which = None,
    lenient: Annotated[bool, typer.Option("--lenient", help="Answer by order; list what differs.")] = False,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Live a generation again from its recording: exit 0 where it pushes the same, else 3. Nothing is recorded."""
    from controller.replay.recorded_life import find
    from controller.state.place import locate
    from controller.views.replay import show as view

    place = locate(repository, settings_of(context, repository).branch)
    if not view(place, find(place, number, try_), lenient, console(as_json), as_json):
        raise typer.Exit(3)
