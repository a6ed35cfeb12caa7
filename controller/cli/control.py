"""Commands that reach a living run: pause, resume, stop, panic, rollback."""

import time
from pathlib import Path
from typing import Annotated

import typer

from controller.cli.common import ROOT, Json, Repository, app, console
from controller.cli.options import LineageCommand, settings_of
from controller.errors import RequestError, StoppedEarly

PANIC_SECONDS = 2.0


@app.command(cls=LineageCommand)
def pause(context: typer.Context, repository: Repository = ROOT, as_json: Json = False) -> None:
    """Stand still before the next life; the process stays, holds the lineage and answers. It survives a restart."""
    wish("pause", settings_of(context, repository).branch, repository, as_json)


@app.command(cls=LineageCommand)
def resume(context: typer.Context, repository: Repository = ROOT, as_json: Json = False) -> None:
    """Go on after a pause, whoever began it: you, or a breaker."""
    wish("resume", settings_of(context, repository).branch, repository, as_json)


@app.command(cls=LineageCommand)
def stop(context: typer.Context, repository: Repository = ROOT, as_json: Json = False) -> None:
    """End the run when the life that is lived now has been judged and recorded."""
    wish("stop", settings_of(context, repository).branch, repository, as_json)


@app.command(cls=LineageCommand)
def panic(context: typer.Context, repository: Repository = ROOT, as_json: Json = False) -> None:
    """End everything now, within 2 s. Nothing is lost: run again to go on."""
    wish("panic", settings_of(context, repository).branch, repository, as_json)


@app.command(cls=LineageCommand)
def rollback(
    context: typer.Context,
    generation: Annotated[int, typer.Argument(min=0, help="The generation whose genome is taken up again.")],
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Let the lineage go on from an earlier generation, by a new commit: nothing is erased. When a run lives: after
    this life."""
    from controller.events.kinds import Event
    from controller.operations.rollback import roll_back, target
    from controller.run.control_socket import ask
    from controller.state.place import locate
    from controller.views.text import json_line

    settings = settings_of(context, repository)
    place = locate(repository, settings.branch)
    target(place.repository, place.branch, place.repository.tip(place.ref), generation)
    told = ask(place, "rollback", to=generation)
    if told is None:
        events: list[Event] = []
        roll_back(place, generation, settings.genome, events.append)
        told = {"state": "back", **events[-1].as_json()}
    if "error" in told:
        raise StoppedEarly(f"{place.branch}: rollback was not done: {told['error']}")
    if as_json:
        json_line(console(True), {"branch": place.branch, "to": generation, **told})
        return
    when = f"as generation {told['generation']}" if told["state"] == "back" else "when this life has ended"
    typer.echo(f"{place.branch}: goes on from generation {generation}, {when}")


def wish(what: str, branch: str, repository: Path, as_json: bool) -> None:
    """Ask the living controller, and say what it answered. Raises RequestError where there is none."""
    from controller.operations.resume import resumed
    from controller.run.control_socket import ask
    from controller.state.place import holder, locate
    from controller.views.text import json_line

    place = locate(repository, branch)
    told = ask(place, what)
    if told is None and what == "resume" and resumed(place):
        told = {"state": "resumed: run again to go on"}
    if told is None:
        process = holder(place)
        why = f"process {process} does not answer; end it with a signal" if process else "nobody lives it now"
        raise RequestError(f"{place.branch}: {why}, so there is nothing to {what}")
    if "error" in told:
        raise StoppedEarly(f"{place.branch}: {what} was not done: {told['error']}")
    until = time.monotonic() + PANIC_SECONDS
    while what == "panic" and holder(place):
        if time.monotonic() > until:
            raise StoppedEarly(f"process {holder(place)} still lives after {PANIC_SECONDS:.0f} s; kill -9 it and run "
                               "again: nothing is lost")  # fmt: skip
        time.sleep(0.02)
    told = {**told, "state": "ended"} if what == "panic" else told
    if as_json:
        json_line(console(True), {"branch": place.branch, **told})
    else:
        typer.echo(f"{place.branch}: {told['state']}")
