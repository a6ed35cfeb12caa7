"""Commands that live generations."""

import os
import sys
from typing import Annotated

import typer
from rich.console import Console

from controller.cli.common import ROOT, Branch, Json, Repository, app


@app.command()
def run(
    generations: Annotated[int | None, typer.Option(help="How many generations to live. Default: 3")] = None,
    branch: Branch = None,
    from_: Annotated[str | None, typer.Option("--from", help="Start or fork a new lineage at this commit.")] = None,
    model: Annotated[
        str | None, typer.Option(help="embedded, anthropic/MODEL, compatible:URL#MODEL, manual:DIR or script:FILE.")
    ] = None,
    goal: Annotated[str | None, typer.Option(help="What the lineage is to work on.")] = None,
    seed: Annotated[int | None, typer.Option(help="What the embedded upstream draws from.")] = None,
    budget: Annotated[
        str | None, typer.Option(help="What the whole run may use: 500k or 2Mtok, 5usd, or both: 2Mtok,5usd.")
    ] = None,
    per_life: Annotated[str | None, typer.Option(help="What one life may use, in the same words.")] = None,
    per_day: Annotated[str | None, typer.Option(help="What all runs here may use in one day (UTC).")] = None,
    calls: Annotated[int | None, typer.Option(help="Calls that the whole run may make.")] = None,
    minutes_per_life: Annotated[float | None, typer.Option(help="Wall clock of one life. Default: 30")] = None,
    isolation: Annotated[str | None, typer.Option(help="auto, bubblewrap or none.")] = None,
    exit_on_pause: Annotated[
        bool | None, typer.Option("--exit-on-pause", help="Exit 3 where the run would wait for the provider.")
    ] = None,
    push: Annotated[str | None, typer.Option(help="A git remote to push to after each generation.")] = None,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Live generations, each running the code that the one before it left."""
    from controller.gates.registry import switches
    from controller.run.start import run as live
    from controller.settings.load import load
    from controller.views.progress import Lines, Screen

    given = {"generations": generations, "branch": branch, "model": model, "goal": goal, "seed": seed,
             "budget": budget, "per_life": per_life, "per_day": per_day, "calls": calls,
             "minutes_per_life": minutes_per_life, "isolation": isolation, "push": push,
             "exit_on_pause": exit_on_pause}  # fmt: skip
    settings, _ = load(given, os.environ, repository, gates=switches())
    watch = Screen(Console()) if sys.stdout.isatty() and not as_json else Lines()
    try:
        live(settings, repository, from_, watch)
    finally:
        watch.close()
