"""What killed controllers and commands left in the temp directory, of whatever repository: removed before a run."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from controller.life.workspace import remove
from controller.run.control_socket import sweep_sockets
from controller.sandbox.temporary import PREFIX, claim


def sweep() -> None:
    """Remove folders of ours that nobody holds any more. Raises nothing: what cannot be removed stays."""
    sweep_sockets()
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        lock = claim(folder)
        if lock is not None:
            with suppress(OSError):
                remove(folder)
            os.close(lock)
