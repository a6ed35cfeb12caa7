"""The command line: every command, its options, and what its exit code means.

0: it did what was asked · 2: the request was wrong, nothing was changed · 3: it stopped early, the last line says why
4: it did what was asked, and the remote of `--push` lacks the last of it
"""

import os
import sys
from contextlib import suppress
from typing import Any, TextIO

import typer

from controller.cli import (
    adopt,
    control,
    goals,
    ground,
    ground_compare,
    history,
    instruct,
    judge,
    machine,
    nursery,
    observe,
    recorded,
    run,
    verify,
)
from controller.cli.common import UNWRITTEN, app
from controller.cli.usage import USAGE, complaint
from controller.errors import GitError, HeirloomError, IsolationError, LedgerError, NotPushed, RequestError

# Each file adds its own to `app`, in this order
COMMANDS = (
    *(run, instruct, goals, control, adopt, history, observe, recorded, judge),
    *(ground, ground_compare, nursery, machine, verify),
)
CREDENTIALS = ("GIT_SSH", "GIT_ASKPASS")  # how the operator's git reaches a remote (--push)
WRONG = (RequestError, IsolationError, LedgerError)  # nothing was changed


def main() -> Any:
    """Run a command: its exit code. What was printed is out by then, or the exit code says that it is not."""
    clean_environment()
    open_streams()
    code = run_command()
    unwritten = flush(sys.stdout)
    if unwritten and not code:
        code = fail(f"heirloom: {UNWRITTEN}: {unwritten}", 3)
    flush(sys.stderr)
    return code


def run_command() -> Any:
    """Run a command and turn an error into one line and an exit code."""
    try:
        return app(sys.argv[1:] or ["--help"], prog_name="heirloom", standalone_mode=False)
    except USAGE as error:
        return fail(complaint(error, sys.argv[1:], list(typer.main.get_command(app).commands)), 2)  # type: ignore[attr-defined]
    except typer.Abort:
        return 3
    except BrokenPipeError:  # who reads us has seen enough: `heirloom log | head`
        return 0
    except SystemExit as error:  # rich says so where the reader of a help page has seen enough
        if isinstance(error.__context__, BrokenPipeError):
            return 0
        raise
    except WRONG as error:
        return fail(f"heirloom: {one_line(str(error))}", 2)
    except GitError as error:
        return fail(f"heirloom (git): {one_line(str(error))}", 3)
    except NotPushed as error:
        return fail(f"heirloom: {one_line(str(error))}", 4)
    except HeirloomError as error:
        return fail(f"heirloom: {one_line(str(error))}", 3)
    except OSError as error:
        unwritten = flush(sys.stdout)  # what failed is still held, where it fitted the buffer
        if unwritten:
            return fail(f"heirloom: {UNWRITTEN}: {unwritten}", 3)
        return fail(f"heirloom: {error}; check the disk (space, permissions) and start again", 3)


def clean_environment() -> None:
    """Keep what a hook or a shell set for its git (GIT_DIR) from steering ours."""
    for name in list(os.environ):
        if name.startswith("GIT_") and not name.startswith(CREDENTIALS):
            del os.environ[name]
    os.environ["GIT_PYTHON_REFRESH"] = "quiet"  # `doctor` and the first git command say it if git is missing


def open_streams() -> None:
    """Open what is closed of input, output and errors: the next file that is opened would take its place."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            setattr(sys, name, os.fdopen(number, mode))


def flush(stream: TextIO) -> str:
    """Write what a stream still holds, and why that could not be; a reader that left is no reason.

    What cannot be written goes nowhere then, so that the interpreter does not try once more when it ends.
    """
    try:
        stream.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return "" if isinstance(error, BrokenPipeError) else str(error)
    return ""


def one_line(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def fail(message: str, code: int) -> int:
    """Say what went wrong, and return the exit code."""
    with suppress(OSError):  # nobody can be told; the exit code says it
        sys.stderr.write(f"{message}\n")
    return code
