"""The command line: every command, its options, and what its exit code means.

0: it did what was asked · 2: the request was wrong, nothing was changed · 3: it stopped early, the last line says why
4: it did what was asked, and the remote of `--push` lacks the last of it
"""

import os
import sys
from typing import Any

import typer

from controller.cli import adopt, control, goals, history, instruct, judge, machine, nursery, recorded, run, verify
from controller.cli.common import app
from controller.errors import GitError, HeirloomError, IsolationError, LedgerError, NotPushed, RequestError

# Each file adds its own to `app`, in this order
COMMANDS = (run, instruct, goals, control, adopt, history, recorded, judge, nursery, machine, verify)
# What was typed is no command of ours: click's, which typer vendors and does not export
USAGE: Any = typer.BadParameter.__mro__[1]
CREDENTIALS = ("GIT_SSH", "GIT_ASKPASS")  # how the operator's git reaches a remote (--push)
WRONG = (RequestError, IsolationError, LedgerError)  # nothing was changed


def main() -> Any:
    """Run a command and turn an error into one line and an exit code."""
    clean_environment()
    open_output()
    try:
        answer = app(sys.argv[1:] or ["--help"], prog_name="heirloom", standalone_mode=False)
        sys.stdout.flush()
        return answer
    except USAGE as error:
        command = error.ctx.command_path if error.ctx else "heirloom"
        return fail(f"{command}: {one_line(error.format_message())} Try `{command} --help`.", 2)
    except typer.Abort:
        return 3
    except BrokenPipeError:  # who reads us has seen enough: `heirloom log | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except WRONG as error:
        return fail(f"heirloom: {one_line(str(error))}", 2)
    except GitError as error:
        return fail(f"heirloom (git): {one_line(str(error))}", 3)
    except NotPushed as error:
        return fail(f"heirloom: {one_line(str(error))}", 4)
    except HeirloomError as error:
        return fail(f"heirloom: {one_line(str(error))}", 3)
    except OSError as error:
        return fail(f"heirloom: {error}; check the disk (space, permissions) and start again", 3)


def clean_environment() -> None:
    """Keep what a hook or a shell set for its git (GIT_DIR) from steering ours."""
    for name in list(os.environ):
        if name.startswith("GIT_") and not name.startswith(CREDENTIALS):
            del os.environ[name]
    os.environ["GIT_PYTHON_REFRESH"] = "quiet"  # `doctor` and the first git command say it if git is missing


def open_output() -> None:
    """Open an output where who started us closed it: the next file that is opened would take its place."""
    if sys.stdout is None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.stdout = os.fdopen(1, "w")


def one_line(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def fail(message: str, code: int) -> int:
    """Say what went wrong, and return the exit code."""
    sys.stderr.write(f"{message}\n")
    return code
