"""The command line: every command, its options, and what its exit code means.

0: it did what was asked · 2: the request was wrong, nothing was changed · 3: it stopped early, the last line says why
"""

import os
import sys
from typing import Any

import typer

from controller.cli import adopt, control, evolve, goals, history, instruct, judge, machine, nursery, recorded, verify
from controller.cli.common import app
from controller.errors import GitError, HeirloomError, IsolationError, LedgerError, RequestError

# Each file adds its own to `app`, in this order
COMMANDS = (evolve, instruct, goals, control, adopt, history, recorded, judge, nursery, machine, verify)
# What was typed is no command of ours: click's, which typer vendors and does not export
USAGE: Any = typer.BadParameter.__mro__[1]
CREDENTIALS = ("GIT_SSH", "GIT_ASKPASS")  # how the operator's git reaches a remote (--push)


def main() -> Any:
    """Run a command and turn an error into one line and an exit code."""
    for name in [key for key in os.environ if key.startswith("GIT_") and not key.startswith(CREDENTIALS)]:
        del os.environ[name]  # a hook's or a shell's GIT_DIR must not steer our git
    if sys.stdout is None:  # closed by who started us; the next file that is opened would take its place
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.stdout = os.fdopen(1, "w")
    os.environ["GIT_PYTHON_REFRESH"] = "quiet"  # `doctor` and the first git command say it if git is missing
    try:
        answer = app(sys.argv[1:] or ["--help"], prog_name="heirloom", standalone_mode=False)
        sys.stdout.flush()
        return answer
    except USAGE as error:
        asked = getattr(error, "ctx", None)
        where = asked.command_path if asked else "heirloom"
        sys.stderr.write(f"{where}: {' '.join(error.format_message().split())} Try `{where} --help`.\n")
        return 2
    except typer.Abort:
        return 3
    except BrokenPipeError:  # who reads us has seen enough: `heirloom log | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except HeirloomError as error:
        kind = " (git)" if isinstance(error, GitError) else ""
        sys.stderr.write(f"heirloom{kind}: {' '.join(str(error).split())}\n")
        return 2 if isinstance(error, RequestError | IsolationError | LedgerError) else 3
    except OSError as error:
        sys.stderr.write(f"heirloom: {error}; check the disk (space, permissions) and start again\n")
        return 3
