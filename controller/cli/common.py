"""What every command shares: the application, its usual options, where it prints."""

import os
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, NoReturn, cast

import typer
from rich.console import Console

from controller.errors import StoppedEarly

if TYPE_CHECKING:
    from controller.views.progress import Lines, Screen

ROOT = Path(__file__).resolve().parent.parent.parent
app = typer.Typer(
    help="Heirloom: an agent that rewrites itself, generation by generation.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Repository = Annotated[
    Path,
    typer.Option(
        envvar="HEIRLOOM_REPOSITORY", help="The repository; default: the checkout that this launcher lies in."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="JSON instead of text.")]
UNWRITTEN = "not all of the output could be written"
Csv = Annotated[bool, typer.Option("--csv", help="CSV instead of text.")]


class Checked:
    """A stream whose errors are named as its own: what cannot be written is no fault of our disk."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write. Raises StoppedEarly, BrokenPipeError."""
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise StoppedEarly(f"{UNWRITTEN}: {error}") from error

    def flush(self) -> None:
        """Write what is held. Raises StoppedEarly, BrokenPipeError."""
        try:
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise StoppedEarly(f"{UNWRITTEN}: {error}") from error


class Output(Console):
    """The output. When its reader leaves, the rest goes nowhere, and the command goes on to its exit code."""

    def on_broken_pipe(self) -> None:
        """Print nothing any more; rich would end the program here, whatever it was about to answer."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def console(as_json: bool) -> Console:
    """Where views print; JSON and pipes are never wrapped to a terminal's width."""
    stream = cast(IO[str], Checked(sys.stdout))
    if as_json or not sys.stdout.isatty():
        return Output(file=stream, width=200, soft_wrap=True)
    return Output(file=stream)


def watch(as_json: bool) -> "Screen | Lines":
    """Who is shown the events of a run: a person at a terminal or behind a pipe, or a program."""
    from controller.views.progress import Lines, PlainLines, Screen

    if as_json:
        return Lines()
    if sys.stdout.isatty():
        return Screen(console(False))
    return PlainLines()


def run_module(name: str, as_json: bool, *arguments: str) -> NoReturn:
    """Become another program of this checkout; `--json` is handed on."""
    argv = [sys.executable, "-B", "-m", name]
    if as_json:
        argv.append("--json")
    os.chdir(ROOT)
    os.execv(sys.executable, [*argv, *arguments])
