"""Commands that reach a living run: pause, resume, stop, panic, rollback."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from controller.cli.common import ROOT, Json, Repository, app, console
from controller.cli.options import LineageCommand, settings_of
from controller.errors import RequestError, StoppedEarly

if TYPE_CHECKING:
    from controller.state.place import Place

PANIC_SECONDS = 20.0  # after which somebody should look: on a busy machine the ends of processes take a while


@app.command(cls=LineageCommand)
def pause(context: typer.Context, repository: Repository = ROOT, as_json: Json = False) -> None:
    """Pause before the next life; the process stays, holds the lineage and answers. It survives a restart."""
    request("pause", settings_of(context, repository).branch, repository, as_json)


@app.command(cls=LineageCommand)
def resume(context: typer.Context, repository: Repository = ROOT, as_json: Json = False) -> None:
    """End a pause, whatever began it: you, or a rule (`stop_deaths` and its like)."""
    request("resume", settings_of(context, repository).branch, repository, as_json)


@app.command(cls=LineageCommand)
def stop(context: typer.Context, repository: Repository = ROOT, as_json: Json = False) -> None:
    """End the run when the life that is lived now has been judged and recorded."""
    request("stop", settings_of(context, repository).branch, repository, as_json)


@app.command(cls=LineageCommand)
def panic(context: typer.Context, repository: Repository = ROOT, as_json: Json = False) -> None:
    """End everything now, in about 2 s. Nothing is lost: run again to go on."""
    request("panic", settings_of(context, repository).branch, repository, as_json)


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
    from controller.operations.rollback import find_target, roll_back
    from controller.run.control_socket import ask
    from controller.state.place import locate
    from controller.state.presence import check_readable

    settings = settings_of(context, repository)
    place = locate(repository, settings.branch)
    check_readable(place)
    find_target(place.repository, place.branch, place.repository.tip(place.ref), generation)
    answer = ask(place, "rollback", to=generation)
    when = "when this life has ended"
    if answer is None:
        events: list[Event] = []
        roll_back(place, generation, settings.genome, events.append)
        answer = {"state": "back", **events[-1].as_json()}
        when = f"as generation {answer['generation']}"
    check_answer(place, "rollback", answer)
    text = f"{place.branch}: goes on from generation {generation}, {when}"
    show(text, {"branch": place.branch, "to": generation, **answer}, as_json)


def request(what: str, branch: str, repository: Path, as_json: bool) -> None:
    """Ask the living controller, and print what it answered. Raises RequestError where there is none."""
    from controller.operations.resume import resume as resume_left
    from controller.run.control_socket import ask
    from controller.state.place import locate

    place = locate(repository, branch)
    answer = ask(place, what)
    if answer is None and what == "resume" and resume_left(place):
        answer = {"state": "resumed: run again to go on"}
    if answer is None:
        raise RequestError(f"{place.branch}: {why_silent(place)}, so there is nothing to {what}")
    check_answer(place, what, answer)
    if what == "panic":
        wait_for_end(place)
        answer = {**answer, "state": "ended"}
    show(f"{place.branch}: {answer['state']}", {"branch": place.branch, **answer}, as_json)


def why_silent(place: "Place") -> str:
    """Why nobody answers for a lineage; other lineages of the repository that are lived are named."""
    from controller.state.place import holder
    from controller.state.presence import living

    process = holder(place)
    if process is not None:
        return f"process {process} does not answer; end it with a signal"
    others = [f"--branch {branch} (process {number})" for branch, number in living(place).items()]
    if others:
        return f"nobody lives it now, but {', '.join(others)} is lived"
    return "nobody lives it now"


def check_answer(place: "Place", what: str, answer: dict[str, Any]) -> None:
    """Raise StoppedEarly where the controller could not do what it was asked."""
    if "error" in answer:
        raise StoppedEarly(f"{place.branch}: {what} was not done: {answer['error']}")


def wait_for_end(place: "Place") -> None:
    """Wait until nobody holds the lineage. Raises StoppedEarly where that takes too long."""
    from controller.state.place import holder

    until = time.monotonic() + PANIC_SECONDS
    while process := holder(place):
        if time.monotonic() > until:
            raise StoppedEarly(
                f"process {process} still lives after {PANIC_SECONDS:.0f} s; kill -9 it and run again: nothing is lost"
            )
        time.sleep(0.02)


def show(text: str, answer: dict[str, Any], as_json: bool) -> None:
    """Print an answer."""
    from controller.views.text import json_line

    if as_json:
        json_line(console(True), answer)
    else:
        typer.echo(text)
