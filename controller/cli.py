"""The command line: every command, its options, and what its exit code means.

0: it did what was asked · 2: the request was wrong, nothing was changed · 3: it stopped early, the last line says why
"""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from controller.errors import GitError, HeirloomError, IsolationError, LedgerError, RequestError

ROOT = Path(__file__).resolve().parent.parent
LINEAGE = "lineage/main"
CREDENTIALS = ("GIT_SSH", "GIT_ASKPASS")  # how the operator's git reaches a remote (--push)
app = typer.Typer(
    help="Heirloom: an agent that rewrites itself, generation by generation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Repository = Annotated[Path, typer.Option(help="The repository; default: the checkout that this launcher lies in.")]
Branch = Annotated[str | None, typer.Option(help=f"The lineage (its branch). Default: {LINEAGE}")]
Json = Annotated[bool, typer.Option("--json", help="JSON instead of text.")]


def branch_of(branch: str | None, repository: Path) -> str:
    """The lineage that is meant."""
    from controller.settings import load

    return load({"branch": branch}, os.environ, repository)[0].branch


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
    budget: Annotated[str | None, typer.Option(help="Tokens that the whole run may use: 500000, 500k, 2M.")] = None,
    calls: Annotated[int | None, typer.Option(help="Calls that the whole run may make.")] = None,
    minutes_per_life: Annotated[float | None, typer.Option(help="Wall clock of one life. Default: 30")] = None,
    isolation: Annotated[str | None, typer.Option(help="auto, bubblewrap or none.")] = None,
    push: Annotated[str | None, typer.Option(help="A git remote to push to after each generation.")] = None,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Live generations, each running the code that the one before it left."""
    from controller.settings import load
    from controller.start import run as live
    from controller.views.progress import Lines, Screen

    given = {"generations": generations, "branch": branch, "model": model, "goal": goal, "seed": seed,
             "budget": budget, "calls": calls, "minutes_per_life": minutes_per_life, "isolation": isolation,
             "push": push}  # fmt: skip
    settings, _ = load(given, os.environ, repository)
    watch = Screen(Console()) if sys.stdout.isatty() and not as_json else Lines()
    try:
        live(settings, repository, from_, watch)
    finally:
        watch.close()


@app.command()
def log(branch: Branch = None, repository: Repository = ROOT, as_json: Json = False) -> None:
    """A line a generation: outcome, tests, tokens, cost, seconds, goal."""
    from controller.repository import Repository as Git
    from controller.views.log import show as view

    view(Git(repository), branch_of(branch, repository), console(as_json), as_json)


@app.command()
def show(number: int, branch: Branch = None, repository: Repository = ROOT, as_json: Json = False) -> None:
    """One generation: goal, claim beside facts, gates, diff."""
    from controller.repository import Repository as Git
    from controller.views.show import show as view

    view(Git(repository), branch_of(branch, repository), number, console(as_json), as_json)


@app.command()
def status(branch: Branch = None, repository: Repository = ROOT, as_json: Json = False) -> None:
    """Where the lineage stands and whether a controller lives it."""
    from controller.request import locate
    from controller.views.status import show as view

    view(locate(repository, branch_of(branch, repository)), console(as_json), as_json)


@app.command()
def doctor(repository: Repository = ROOT, as_json: Json = False) -> None:
    """What this machine has and lacks: python, git, isolation, disk, model; and how to get it."""
    from controller.views.doctor import show as view

    if not view(repository, console(as_json), as_json):
        raise typer.Exit(2)


@app.command()
def reply(folder: Annotated[Path, typer.Argument(help="The DIR of manual:DIR.")], as_json: Json = False) -> None:
    """The newest request that waits for you in the folder of --model manual:DIR, and how to answer it."""
    from controller.views.reply import show as view

    view(folder, console(as_json), as_json)


@app.command()
def config(repository: Repository = ROOT, as_json: Json = False) -> None:
    """Every setting: its value, where that is from, what it means."""
    from controller.settings import Settings, load, names
    from controller.views.text import json_line

    settings, origin = load({}, os.environ, repository)
    values = settings.model_dump(mode="json")
    out = console(as_json)
    if as_json:
        json_line(out, {key: {"value": values[key], "from": origin[key]} for key in values})
        return
    for key, field in Settings.model_fields.items():
        out.print(f"[bold]{key}[/] = {escape(repr(values[key]))}  [dim]({origin[key]}; {names()[key]})[/]\n"
                  f"    {escape(field.description or '')}")  # fmt: skip


@app.command()
def gate(
    commit: Annotated[str, typer.Argument(help="What to judge; of a generation, what it pushed is judged.")],
    against: Annotated[str | None, typer.Option(help="Its parent. Default: the generation's, or the first.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Ask every gate, whatever one of them refuses.")] = False,
    isolation: Annotated[str | None, typer.Option(help="auto, bubblewrap or none.")] = None,
    repository: Repository = ROOT,
    as_json: Json = False,
) -> None:
    """Ask the gates about a commit by hand: exit 0 where they let it pass, else 3. Nothing is recorded."""
    from controller.settings import load
    from controller.views.gate import show as view

    settings, _ = load({"isolation": isolation}, os.environ, repository)
    if not view(settings, repository, commit, against, everything, console(as_json), as_json):
        raise typer.Exit(3)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(
    context: typer.Context,
    slow: Annotated[bool, typer.Option("--slow", help="Everything, the slow tests too.")] = False,
) -> None:
    """Run the tests: the fast suite, or everything. More arguments go to pytest."""
    # Slow tests live real generations against the clock: those want the machine for themselves
    chosen = [] if slow else ["-m", "not slow", "-n", "auto"]
    os.chdir(ROOT)
    os.execv(
        sys.executable, [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen, *context.args]
    )


@app.command()
def bench(name: Annotated[str, typer.Argument(help="overhead")], as_json: Json = False) -> None:
    """Measure: print a table, or one JSON object."""
    folder = ROOT / "bench"
    known = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    if name not in known:
        raise RequestError(f"there is no benchmark {name!r}; there are: {', '.join(known)}")
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-B", "-m", f"bench.{name}", *(["--json"] if as_json else [])])


def console(as_json: bool) -> Console:
    """Where views print; JSON and pipes are never wrapped to a terminal's width."""
    wide = as_json or not sys.stdout.isatty()
    return Console(width=200, soft_wrap=True) if wide else Console()


def main() -> Any:
    """Run a command and turn an error into one line and an exit code."""
    for name in [key for key in os.environ if key.startswith("GIT_") and not key.startswith(CREDENTIALS)]:
        del os.environ[name]  # a hook's or a shell's GIT_DIR must not steer our git
    if sys.stdout is None:  # closed by who started us; the next file that is opened would take its place
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.stdout = os.fdopen(1, "w")
    os.environ["GIT_PYTHON_REFRESH"] = "quiet"  # `doctor` and the first git command say it if git is missing
    try:
        return app(prog_name="heirloom")
    except HeirloomError as error:
        kind = " (git)" if isinstance(error, GitError) else ""
        sys.stderr.write(f"heirloom{kind}: {' '.join(str(error).split())}\n")
        return 2 if isinstance(error, RequestError | IsolationError | LedgerError) else 3
    except OSError as error:
        sys.stderr.write(f"heirloom: {error}; check the disk (space, permissions) and start again\n")
        return 3
