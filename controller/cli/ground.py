"""`heirloom ground`: the proving ground. Tasks, and their proofs."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from controller.cli.common import ROOT, Json, Repository, app, console
from controller.cli.options import SettingsCommand, settings_of
from controller.errors import RequestError

if TYPE_CHECKING:
    from controller.ground.proof import Checked
    from controller.ground.task import Task
    from controller.sandbox.isolation import Isolation

ground = typer.Typer(help="The proving ground: tasks, and whether one genome is better than another.")
app.add_typer(ground, name="ground")
SETS = "tasks"


@ground.command(cls=SettingsCommand)
def check(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Tasks, or folders; default: all.")
    ] = None,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Prove tasks: start fails, the solution passes, hidden tests notice mutants. Writes their proof.json."""
    from controller.views.ground import show_checked

    settings = settings_of(context, repository)
    tasks, bad = chosen(repository / SETS, names or [])
    if not tasks and not bad:
        raise RequestError(f"{repository / SETS} holds no task; `heirloom ground add FOLDER` brings one")
    shown = show_checked(console(as_json), as_json)
    for name, problem in bad.items():
        shown.bad(name, problem)
    prove(tasks, isolation_of(settings.isolation), shown.checked)
    if shown.end():
        raise typer.Exit(1)


def isolation_of(name: str) -> "Isolation":
    """The walls in which tasks are proved: their own code is the operator's, so that they may be missing."""
    from controller.sandbox.levels import choose

    return choose(name, Path(sys.prefix), embedded=True)[0]


def chosen(folder: Path, names: Sequence[str]) -> tuple[list["Task"], dict[str, str]]:
    """The tasks that are meant, and the reason of each that is none. Raises RequestError for one that is not there."""
    from controller.ground.task import load, load_all

    if not names:
        return load_all(folder)
    tasks, bad = [], {}
    for name in names:
        place = Path(name) if Path(name).is_dir() else folder / name
        if not place.is_dir():
            raise RequestError(f"there is no task {name!r} in {folder}; `heirloom ground list` lists them")
        try:
            tasks.append(load(place.resolve()))
        except RequestError as error:
            bad[place.name] = str(error)
    return tasks, bad


def prove(tasks: Sequence["Task"], isolation: "Isolation", report: Callable[["Checked"], None]) -> None:
    """Prove several tasks at once, as many as there are cores; a good one's proof is written."""
    import os
    from concurrent.futures import ThreadPoolExecutor, as_completed

    from controller.ground.proof import check as prove_one
    from controller.ground.proof import store

    with ThreadPoolExecutor(os.cpu_count()) as several:
        waiting = {several.submit(prove_one, task, isolation): task for task in tasks}
        for one in as_completed(waiting):
            checked = one.result()
            if checked.proof is not None:
                store(waiting[one], checked.proof)
            report(checked)
