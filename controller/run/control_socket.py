"""The socket at which a living run can be reached, and who asks there. One line of JSON each way.

It lies in a short folder that only its owner may enter: whoever can open it is the operator.
"""

import hashlib
import json
import os
import socket
import stat
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from controller.errors import RequestError
from controller.sandbox.temporary import claim, hold
from controller.state.place import Place

NAME_CHARS = 16  # hexadecimal, by which the folder of a lineage's socket is told from others
LONGEST = 4096  # bytes of a request or an answer
SECONDS = 5.0  # that either side waits for the other
RUNTIME_CHARS = 48  # of XDG_RUNTIME_DIR at most: the path of a socket has room for 107 bytes
Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def address(place: Place, environment: Mapping[str, str] = os.environ) -> Path:
    """Where the socket of a lineage lies: under 100 bytes, wherever the repository is."""
    name = hashlib.sha256(os.fsencode(place.lineage.resolve())).hexdigest()[:NAME_CHARS]
    return folder_of_sockets(environment) / f"heirloom-{os.geteuid()}-{name}" / "control"


def folder_of_sockets(environment: Mapping[str, str]) -> Path:
    """The user's folder for such things, where there is one that is short enough and can be written."""
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    if runtime and len(os.fsencode(runtime)) < RUNTIME_CHARS and os.access(runtime, os.W_OK):
        return Path(runtime)
    return Path("/tmp")


class ControlSocket:
    """Listens in a thread of its own, and hands each request on. Made by the holder of the lineage's lock."""

    def __init__(self, path: Path, answer: Answer) -> None:
        self._path, self._answer = path, answer
        self._held = hold_private(path.parent)
        path.unlink(missing_ok=True)  # of a controller that was killed: we hold its lock
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(path))
        self._socket.listen(8)
        self._thread = threading.Thread(target=self._serve, name="control", daemon=True)
        self._thread.start()

    def __enter__(self) -> None:
        """It listens since it was made."""

    def __exit__(self, *_: object) -> None:
        """Answer nobody any more."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(SECONDS)
        self._socket.close()
        remove(self._path)
        os.close(self._held)

    def _serve(self) -> None:
        """One request after the other; whoever sends nothing sensible is let go."""
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return  # closed
            with connection:
                try:
                    self._serve_one(connection)
                except (OSError, ValueError):
                    continue

    def _serve_one(self, connection: socket.socket) -> None:
        """Read a request and send its answer. Raises OSError, ValueError."""
        connection.settimeout(SECONDS)
        request = json.loads(read_line(connection))
        answer: Mapping[str, Any] = {"error": "not an object"}
        if isinstance(request, dict):
            answer = self._answer(request)
        connection.sendall(json.dumps(answer).encode() + b"\n")


def hold_private(folder: Path) -> int:
    """Make the folder ours alone, and hold it: a descriptor. Raises RequestError."""
    while True:
        make_private(folder)
        with suppress(FileNotFoundError):  # swept meanwhile, as one that was left
            return hold(folder)


def remove(path: Path) -> None:
    """Remove a socket that nobody listens at any more, with its folder. To be called by who holds that."""
    path.unlink(missing_ok=True)
    with suppress(OSError):  # somebody put something else there
        path.parent.rmdir()


def sweep_sockets(environment: Mapping[str, str] = os.environ) -> None:
    """Remove what killed controllers left of their sockets, of whatever repository."""
    for folder in folder_of_sockets(environment).glob(f"heirloom-{os.geteuid()}-{'[0-9a-f]' * NAME_CHARS}"):
        lock = claim(folder)
        if lock is not None:
            if not is_heard(folder / "control"):
                remove(folder / "control")
            os.close(lock)


def is_heard(path: Path) -> bool:
    """Whether somebody listens at a socket: an older Heirloom does, and does not hold its folder."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(SECONDS)
        try:
            connection.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        except OSError:
            return True  # not known: it is left alone
    return True


def make_private(folder: Path) -> None:
    """Make the folder ours alone. Raises RequestError where somebody else put something in its place."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) != 0o700:
        raise RequestError(
            f"{folder} is not a folder of yours with mode 0700, so a run could not be controlled through it; "
            "remove it and run again"
        )


def ask(place: Place, request: str, **more: Any) -> dict[str, Any] | None:
    """What the living controller of a lineage answers; None: nobody listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(SECONDS)
        try:
            connection.connect(str(address(place)))
            connection.sendall(json.dumps({"do": request, **more}).encode() + b"\n")
            answer = json.loads(read_line(connection))
        except (OSError, ValueError):
            return None
    if isinstance(answer, dict):
        return answer
    return None


def read_line(connection: socket.socket) -> bytes:
    """One line, of at most `LONGEST` bytes."""
    text = b""
    while not text.endswith(b"\n") and len(text) < LONGEST:
        more = connection.recv(LONGEST)
        if not more:
            break
        text += more
    return text
