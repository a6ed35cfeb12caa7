"""`heirloom ground`: the proving ground. Tasks, and their proofs."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

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
Given = TypeVar("Given")


@ground.command(cls=SettingsCommand)
def check(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Tasks, or folders of one or several; default: all.")
    ] = None,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Prove tasks: start fails, the solution passes, hidden tests notice mutants. Writes their proof.json; exit 1
    where one is bad."""
    from controller.ground.proof import prove

    settings = settings_of(context, repository)
    tasks, bad = chosen(sets(repository, settings.branch), names or [])
    isolation = isolation_of(settings.isolation)
    report(bad, tasks, lambda task: prove(task, isolation), as_json)


@ground.command(cls=SettingsCommand)
def add(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(help="A task, an Exercism practice folder, modules with tests; or several.")
    ],
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Bring tasks of others into your set, each proved; what cannot be one is named. Exit 1 where one is bad."""
    from controller.ground.importers.registry import read
    from controller.ground.sets import add as bring

    settings = settings_of(context, repository)
    ours, theirs = sets(repository, settings.branch)
    found = read(folder.resolve())
    isolation = isolation_of(settings.isolation)
    report({}, found, lambda one: bring(one, theirs, [ours], isolation), as_json)


@ground.command(name="list", cls=SettingsCommand)
def list_tasks(context: typer.Context, repository: Repository = ROOT, as_json: Json = False) -> None:
    """The tasks: kind, level, split, and whether each has a proof of what it is now."""
    from controller.ground.sets import load_sets
    from controller.views.ground import show_list

    tasks, bad = load_sets(sets(repository, settings_of(context, repository).branch))
    show_list(console(as_json), as_json, tasks, bad)


def sets(repository: Path, branch: str) -> tuple[Path, Path]:
    """The folders of the tasks that a repository brings, and of those that its operator added."""
    from controller.ground.sets import TASKS, added
    from controller.state.place import locate

    return repository.resolve() / TASKS, added(locate(repository, branch))


def isolation_of(name: str) -> "Isolation":
    """The walls in which tasks are proved: their own code is the operator's, so that walls may be missing."""
    from controller.sandbox.levels import choose

    isolation, warning = choose(name, Path(sys.prefix), embedded=True)
    if warning:
        typer.echo(f"heirloom: {warning}", err=True)
    return isolation


def chosen(folders: Sequence[Path], names: Sequence[str]) -> tuple[list["Task"], dict[str, str]]:
    """The tasks that are meant, and the reason of each that is none. Raises RequestError where one is not there."""
    from controller.ground.sets import load_sets
    from controller.ground.task import load, load_all

    if not names:
        tasks, bad = load_sets(folders)
        if not tasks and not bad:
            raise RequestError(f"{folders[0]} holds no task; `heirloom ground add FOLDER` brings one")
        return tasks, bad
    tasks, bad = [], {}
    for name in dict.fromkeys(names):
        places = [place for place in (*(folder / name for folder in folders), Path(name)) if place.is_dir()]
        if not places:
            raise RequestError(f"there is no task {name!r}; `heirloom ground list` lists them")
        place = places[0].resolve()
        if any(place.glob("*/task.toml")):
            several, problems = load_all(place)
            tasks += several
            bad |= problems
            continue
        try:
            tasks.append(load(place))
        except RequestError as error:
            bad[place.name] = str(error)
    return tasks, bad


def report(bad: dict[str, str], given: Sequence[Given], act: Callable[[Given], "Checked"], as_json: bool) -> None:
    """Check several at once, as many as there are cores, and print a line for each. Exit 1 where one is bad."""
    from concurrent.futures import ThreadPoolExecutor, as_completed

    from controller.views.ground import Shown

    shown = Shown(console(as_json), as_json)
    for name, problem in bad.items():
        shown.bad(name, problem)
    with ThreadPoolExecutor(os.cpu_count()) as several:
        try:
            for one in as_completed([several.submit(act, each) for each in given]):
                shown.checked(one.result())
        except BaseException:
            several.shutdown(wait=False, cancel_futures=True)  # what was not begun is not begun any more
            raise
    if shown.end():
        raise typer.Exit(1)
