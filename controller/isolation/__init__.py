"""How a process is shut in: one small interface, one file a level (`bubblewrap`, `none`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Command:
    """One command and the one folder of the host that it may see.

    `argv[0]` may be "python": the interpreter of the controller's venv, as the command will find it. Paths in
    `argv` and `environment` are those that the command sees (`Isolation.root`).
    """

    argv: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)  # complete: nothing is inherited
    cwd: str = "repo"  # below the folder
    writable: bool = True
    listener: bool = False  # open a loopback port that the command can reach, and hand it to the controller


class Isolation(Protocol):
    """One level of isolation."""

    name: str

    def root(self, folder: Path) -> str:
        """Where a command sees its folder."""

    def python(self) -> str:
        """Where a command sees the interpreter of the controller's venv."""

    def own(self, folder: Path) -> None:
        """Give a folder and all in it to the user that commands run as (before any child was in it)."""

    def wrap(self, command: Command, channel: int | None = None) -> list[str]:
        """The argv to start on the host.

        `channel`: an inherited end of a socket pair, over which the listener's descriptor is passed out
        (SCM_RIGHTS) where the command asks for one. Raises IsolationError.
        """
