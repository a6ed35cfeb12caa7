"""How a process is isolated: one small interface, one file a level (`bubblewrap`, `none`), listed in `levels`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

LIFE = "/life"  # where a contained command sees its folder
# Begins every argv. When memory runs out the kernel ends a child before the controller; set by root outside, the score
# cannot be lowered inside
EXPENDABLE = (
    "/bin/sh",
    "-c",
    'file=/proc/self/oom_score_adj; read -r score <$file; [ "$score" -ge 500 ] || echo 500 2>&- >$file; exec "$@"',
    "sh",
)


@dataclass(frozen=True)
class Command:
    """One command and the one folder of the host that it may see.

    `argv[0]` may be "python": the interpreter of the controller's venv, as the command will find it. Paths in
    `argv` and `environment` are those that the command sees (`Isolation.root`). With a listener, `{port}` in a
    value of the environment becomes its port.
    """

    argv: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)  # complete: nothing is inherited
    cwd: str = "repo"  # below the folder
    writable: bool = True
    listener: bool = False  # open a loopback port that the command can reach, and hand it to the controller

    def argv_by(self, python: str) -> list[str]:
        """`argv` with the path of the interpreter where it says "python"."""
        if self.argv[0] == "python":
            return [python, *self.argv[1:]]
        return list(self.argv)


@dataclass(frozen=True)
class Quota:
    """What the kernel itself refuses to a command: more processes at once, a bigger file, more memory."""

    processes: int = 512
    file_bytes: int = 2 << 30
    data_bytes: int | None = None  # of one process: where no control group holds the memory of all


class Isolation(Protocol):
    """One level of isolation."""

    name: str
    contained: bool  # the kernel ends whatever a command started when its first process ends

    def root(self, folder: Path) -> str:
        """Where a command sees its folder."""

    def python(self) -> str:
        """Where a command sees the interpreter of the controller's venv."""

    def hand_over(self, folder: Path) -> None:
        """Give a folder and all in it to the user that commands run as (before any child was in it)."""

    def wrap(self, command: Command, channel: int | None = None, quota: Quota = Quota()) -> list[str]:
        """The argv to start on the host: complete, to be started from any folder and in any environment.

        `channel`: an inherited end of a socket pair on which the launcher waits for the environment and answers
        (see `launcher`); without one the environment stands in the argv. Raises IsolationError.
        """


def plain_environment(isolation: Isolation, home: str, scratch: str) -> dict[str, str]:
    """What every command of a life and of a gate inherits: nothing of ours, no configuration of system or user."""
    return {
        "HOME": home,
        "TMPDIR": scratch,
        "PATH": f"{Path(isolation.python()).parent}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
    }
