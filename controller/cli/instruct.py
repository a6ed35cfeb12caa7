"""The command that lives one life on the operator's instruction."""

import os
import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from controller.cli.common import ROOT, Branch, Json, Repository, app, console
from controller.errors import RequestError


@app.command()
def instruct(
    text: Annotated[str, typer.Argument(help="What the life is to do.")],
    file: Annotated[list[str] | None, typer.Option("--file", help="A file of the genome that it is about.")] = None,
    done_when: Annotated[list[str] | None, typer.Option(help="A command that succeeds when it is done.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show diff and verdict, and commit nothing.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="Ask you before the lineage moves.")] = False,
    model: Annotated[str | None, typer.Option(help="As in `run`.")] = None,
    budget: Annotated[str | None, typer.Option(help="As in `run`.")] = None,
    isolation: Annotated[str | None, typer.Option(help="auto, bubblewrap or none.")] = None,
    branch: Branch = None,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Live one life on an instruction of yours."""
    from controller.gates.registry import switches
    from controller.generation.consent import Directed, instruction
    from controller.run.start import run
    from controller.settings.load import load
    from controller.state.place import locate
    from controller.views.progress import Lines, Screen

    if approve and (as_json or not sys.stdin.isatty() or not sys.stdout.isatty()):
        raise RequestError("--approve asks a person: there is no terminal to ask at")
    if approve and dry_run:
        raise RequestError("--dry-run commits nothing, so there is nothing to --approve; leave one of them out")
    goal = instruction(text, file or (), done_when or ())
    given = {"generations": 1, "goal": goal.title, "branch": branch, "model": model, "budget": budget,
             "isolation": isolation}  # fmt: skip
    settings, _ = load(given, os.environ, repository, gates=switches())
    place = locate(repository, settings.branch)
    known(place, file or [], settings.genome)
    screen = console(False)
    watch = Screen(screen) if sys.stdout.isatty() and not as_json else Lines()
    try:
        asked = consented(dry_run, approve, place.store, screen, watch.close, as_json)
        run(settings, repository, None, watch, directed=Directed(goal, *asked))
    finally:
        watch.close()


def consented(
    dry_run: bool, approve: bool, store: Any, screen: Any, pause: Callable[[], None], as_json: bool
) -> tuple[Any, Any]:
    """How far the life may go, and who is shown what it proposes."""
    from controller.views.proposed import asking, show, told
    from controller.views.text import json_line

    def shown(proposal: Any) -> bool:
        pause()
        json_line(console(True), told(store, proposal)) if as_json else show(store, proposal, screen)
        return False

    return ("never", shown) if dry_run else ("ask", asking(store, screen, pause)) if approve else ("", None)


def known(place: Any, files: list[str], genome: tuple[str, ...]) -> None:
    """Raise RequestError where a file is none that a life may change."""
    from controller.contract import GENOME_BYTES

    head = place.repository.tip(place.ref) or place.repository.resolve("HEAD")
    for file in files:
        if not file.startswith(tuple(path for path in genome if path.endswith("/"))):
            raise RequestError(f"--file {file}: a life may change {', '.join(genome)} only")
        if head and place.repository.read(head, file, GENOME_BYTES * 16) is None:
            raise RequestError(f"--file {file}: there is no such file at {head[:10]}")
