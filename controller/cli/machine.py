"""Commands about this checkout and this machine: what it has, its settings, its tests and benchmarks."""

import ast
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from controller.cli.common import ROOT, Json, Repository, app, console, run_module
from controller.cli.options import SettingsCommand, given
from controller.cli.pager import NO_PAGER
from controller.errors import RequestError


def print_version(wanted: bool) -> None:
    """Say which version this is, and end."""
    if not wanted:
        return
    from controller.contract import CONTRACT_VERSION
    from controller.generation.controller_id import controller_id

    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    typer.echo(f"heirloom {version}, controller {controller_id()}, contract {CONTRACT_VERSION}")
    raise typer.Exit


@app.callback()
def heirloom(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Version, digest of the controller, contract.", callback=print_version, is_eager=True
        ),
    ] = False,
    no_pager: Annotated[bool, typer.Option("--no-pager", help="Long output goes to the terminal as it is.")] = False,
) -> None:
    """Heirloom: an agent that rewrites itself, generation by generation."""
    if no_pager:
        os.environ[NO_PAGER] = "1"


@app.command(cls=SettingsCommand)
def doctor(
    context: typer.Context,
    escape: Annotated[
        bool, typer.Option("--escape", help="Try to get out: every attempt, held or not. Takes minutes.")
    ] = False,
    live: Annotated[bool, typer.Option("--live", help="Ask the model too: one small call, a cent at most.")] = False,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """What this machine has and lacks: python, git, isolation, limits, disk, model; and how to get it."""
    from controller.views.doctor import show as view

    if escape:
        run_module("escape", as_json)
    if not view(repository, console(as_json), as_json, given(context), live):
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
    cores = os.cpu_count() or 1
    # Half of a fast test is waiting; what the tests of a file share is made by one worker
    chosen = ["-m", "not slow", "-n", str(2 * cores), "--dist", "loadfile"]
    if slow:
        chosen = ["-n", str(cores)]  # slow tests live real generations against the clock: they get a core each
    run_module("pytest", False, "-q", "-p", "no:cacheprovider", *chosen, *context.args)


def benchmarks() -> dict[str, str]:
    """Each benchmark, and what it measures: the modules directly in bench/, by the first lines of their docstrings."""
    found = {}
    for path in sorted((ROOT / "bench").glob("[a-z]*.py")):
        first = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
        found[path.stem] = first.partition("`: ")[2]
    return found


class BenchCommand(TyperCommand):
    """The command whose help lists the benchmarks; they are looked up when help is asked for."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help, the benchmarks at its end."""
        self.epilog = "\n\n".join(f"{name}: {purpose}" for name, purpose in benchmarks().items())
        super().format_help(ctx, formatter)


@app.command(cls=BenchCommand, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Which one; they are listed below.")],
    as_json: Json = False,
) -> None:
    """Measure: print a table, or one JSON object. More arguments go to the benchmark."""
    known = benchmarks()
    if name not in known:
        raise RequestError(f"there is no benchmark {name!r}; there are: {', '.join(known)}")
    run_module(f"bench.{name}", as_json, *context.args)
