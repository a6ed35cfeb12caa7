"""What the tests of children share: a folder, a level of isolation, and a look at the host's processes."""

import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from controller.sandbox.bubblewrap import Bubblewrap
from controller.sandbox.child import Child, Ending, spawn
from controller.sandbox.isolation import Command, Isolation
from controller.sandbox.limits import Bounds
from controller.sandbox.none import Unisolated

ROOT = Path(__file__).resolve().parents[2]
VENV = Path(sys.prefix)
MADE: dict[str, Callable[[Path], Isolation]] = {"bubblewrap": Bubblewrap, "none": Unisolated}
NEEDS_BUBBLEWRAP = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")
LEVELS = pytest.mark.parametrize("level", [pytest.param("bubblewrap", marks=NEEDS_BUBBLEWRAP), "none"])
WIDE = Bounds(seconds=120, memory_bytes=1 << 30, output_bytes=16 << 20)


@dataclass(frozen=True)
class Box:
    """A folder that commands run in."""

    isolation: Isolation
    folder: Path

    def command(
        self, *argv: str, environment: Mapping[str, str] | None = None, writable: bool = True, listener: bool = False
    ) -> Command:
        """A command in the box."""
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": f"{self.isolation.root(self.folder)}/home",
            **(environment or {}),
        }
        return Command(argv, self.folder, environment, writable=writable, listener=listener)

    def spawn(self, *argv: str, bounds: Bounds = WIDE, listener: bool = False, **more: str) -> Child:
        """Start a command in the box; `more` is environment."""
        return spawn(self.isolation, self.command(*argv, environment=more, listener=listener), bounds)

    def run(self, *argv: str, bounds: Bounds = WIDE, **more: str) -> Ending:
        """Run a command in the box to its end."""
        return self.spawn(*argv, bounds=bounds, listener=False, **more).wait()

    def bash(self, script: str, bounds: Bounds = WIDE, **more: str) -> Ending:
        """Run a script in the box to its end."""
        return self.run("bash", "-c", script, bounds=bounds, **more)


def make_box(folder: Path, level: str) -> Box:
    """A box with the folders that a life has."""
    for name in ("repo", "home"):
        (folder / "life" / name).mkdir(parents=True)
    (folder / "life").chmod(0o700)
    isolation = MADE[level](VENV)
    isolation.hand_over(folder / "life")
    return Box(isolation, folder / "life")
