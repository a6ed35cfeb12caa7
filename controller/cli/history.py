"""Commands that read what was lived: nothing is changed."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from controller.cli.common import ROOT, Branch, Json, Repository, app, branch_of, console


@app.command()
def log(branch: Branch = None, repository: Repository = ROOT, as_json: Json = False) -> None:
    """A line a generation: outcome, tests, tokens, cost, seconds, goal."""
    from controller.git.repository import Repository as Git
    from controller.views.log import show as view

    view(Git(repository), branch_of(branch, repository), console(as_json), as_json)


@app.command()
def show(number: int, branch: Branch = None, repository: Repository = ROOT, as_json: Json = False) -> None:
    """One generation: goal, claim beside facts, gates, diff."""
    from controller.git.repository import Repository as Git
    from controller.views.show import show as view

    view(Git(repository), branch_of(branch, repository), number, console(as_json), as_json)


@app.command()
def budget(branch: Branch = None, repository: Repository = ROOT, as_json: Json = False) -> None:
    """What the newest run, its last life and this day may use, spent, set aside, have left."""
    from controller.settings.load import load
    from controller.state.place import locate
    from controller.views.budget import show as view

    settings = load({"branch": branch}, os.environ, repository)[0]
    view(locate(repository, settings.branch), settings, console(as_json), as_json)


@app.command()
def status(branch: Branch = None, repository: Repository = ROOT, as_json: Json = False) -> None:
    """Where the lineage stands and whether a controller lives it."""
    from controller.state.place import locate
    from controller.views.status import show as view

    view(locate(repository, branch_of(branch, repository)), console(as_json), as_json)


@app.command()
def report(
    number: int,
    out: Annotated[Path | None, typer.Option(help="The file to write; default: print it.")] = None,
    branch: Branch = None,
    repository: Repository = ROOT,
) -> None:
    """One life as Markdown: goal, claim, verdict, diff, what was said, cost."""
    from controller.state.place import locate
    from controller.views.report import report as page

    text = page(locate(repository, branch_of(branch, repository)), number)
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")
