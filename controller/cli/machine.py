"""Commands about this checkout and this machine: what it has, its settings, its tests and benchmarks."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from controller.cli.common import ROOT, Json, Repository, app, console
from controller.errors import RequestError


@app.command()
def doctor(
    escape: Annotated[
        bool, typer.Option("--escape", help="Try to get out: every attempt, held or not. Takes minutes.")
    ] = False,
    live: Annotated[bool, typer.Option("--live", help="Ask the model too: one small call, a cent at most.")] = False,
    model: Annotated[str | None, typer.Option(help="The model to look at. Default: the configured one.")] = None,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """What this machine has and lacks: python, git, isolation, limits, disk, model; and how to get it."""
    from controller.views.doctor import show as view

    if escape:
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-B", "-m", "escape", *(["--json"] if as_json else [])])
    if not view(repository, console(as_json), as_json, model, live):
        raise typer.Exit(2)


@app.command()
def config(repository: Repository = ROOT, as_json: Json = False) -> None:
    """Every setting: its value, where that is from, what it means."""
    from controller.views.config import show as view

    view(repository, console(as_json), as_json)


@app.command()
def reply(folder: Annotated[Path, typer.Argument(help="The DIR of manual:DIR.")], as_json: Json = False) -> None:
    """The newest request that waits for you in the folder of --model manual:DIR, and how to answer it."""
    from controller.views.reply import show as view

    view(folder, console(as_json), as_json)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(
    context: typer.Context,
    slow: Annotated[bool, typer.Option("--slow", help="Everything, the slow tests too.")] = False,
) -> None:
    """Run the tests: the fast suite, or everything. More arguments go to pytest."""
    # Slow tests live real generations against the clock: they get a core each
    cores = os.cpu_count() or 1
    chosen = ["-n", str(cores)] if slow else ["-m", "not slow", "-n", str(2 * cores)]  # half of a fast one is waiting
    os.chdir(ROOT)
    os.execv(
        sys.executable, [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen, *context.args]
    )


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="overhead, gateway, gates, birth, soak, faults")],
    as_json: Json = False,
) -> None:
    """Measure: print a table, or one JSON object. More arguments go to the benchmark."""
    folder = ROOT / "bench"
    known = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    if name not in known:
        raise RequestError(f"there is no benchmark {name!r}; there are: {', '.join(known)}")
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-B", "-m", f"bench.{name}", *(["--json"] if as_json else []),
                              *context.args])  # fmt: skip
