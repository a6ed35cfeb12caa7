"""The command that lives one life on the operator's instruction."""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from controller.cli.common import ROOT, Json, Repository, app, console, watch
from controller.cli.options import LineageCommand, checked_settings_of
from controller.errors import RequestError


@app.command(cls=LineageCommand)
def instruct(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="What the life is to do.")],
    file: Annotated[list[str] | None, typer.Option("--file", help="A file of the genome that it is about.")] = None,
    done_when: Annotated[list[str] | None, typer.Option(help="A command that succeeds when it is done.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show diff and verdict, and commit nothing.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="Ask you before the lineage moves.")] = False,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Live one life on an instruction of yours."""
    from controller.generation.instruction import Instruction
    from controller.operations.instruction import check_files, check_length, goal_of
    from controller.run.start import run
    from controller.state.place import locate
    from controller.views.proposed import asking

    if approve and (as_json or not sys.stdin.isatty() or not sys.stdout.isatty()):
        raise RequestError("--approve asks a person: there is no terminal to ask at")
    if approve and dry_run:
        raise RequestError("--dry-run commits nothing, so there is nothing to --approve; leave one of them out")
    goal = goal_of(text, file or (), done_when or ())
    settings = checked_settings_of(context, repository, generations=1, goal=goal.title)
    place = locate(repository, settings.branch)
    check_files(place, file or (), settings.genome)
    check_length(place, goal)
    screen = console(False)
    events = watch(as_json)
    instruction = Instruction(goal)
    if dry_run:
        instruction = Instruction(goal, "never", showing(place.store, screen, events.close, as_json))
    elif approve:
        instruction = Instruction(goal, "ask", asking(place.store, screen, events.close))
    try:
        run(settings, repository, None, events, instruction=instruction)
    finally:
        events.close()


def showing(store: Any, screen: Any, pause: Callable[[], None], as_json: bool) -> Callable[[Any], bool]:
    """Who is shown what a life proposes and agrees to nothing. `pause`: nothing else moves on the screen."""
    from controller.views.proposed import proposal_as_json, show
    from controller.views.text import json_line

    def shown(life: Any) -> bool:
        pause()
        if as_json:
            json_line(console(True), proposal_as_json(store, life))
        else:
            show(store, life, screen)
        return False

    return shown
