"""What killed controllers and commands left in the temp directory is swept, and nothing else."""

import os
import socket
import tempfile
from pathlib import Path

import pytest

from controller.run.control_socket import ControlSocket, address, ask, sweep_sockets
from controller.run.leftovers import sweep
from controller.sandbox.temporary import PREFIX, temporary_folder
from controller.state.place import locate
from tests.controller.commands import living
from tests.waiting import wait_until

OLD = 1_000_000_000.0  # a moment long ago: seconds, epoch


def old(folder: Path) -> Path:
    """A folder that was made long ago."""
    folder.mkdir(mode=0o700, exist_ok=True)
    os.utime(folder, (OLD, OLD))
    return folder


def test_left_folders_are_swept() -> None:
    temp = Path(tempfile.gettempdir())
    left = temp / f"{PREFIX}gate-left{os.getpid()}"
    left.mkdir()
    (left / "deep" / "er").mkdir(parents=True)
    old(left)
    link = temp / f"{PREFIX}link{os.getpid()}"
    link.symlink_to("/usr")
    try:
        with temporary_folder("young") as young, temporary_folder("held") as held:
            (held / "file").touch()
            old(held)
            sweep()
            assert (left.exists(), young.exists(), (held / "file").exists(), link.exists()) == (False, True, True, True)
        assert not held.exists()
    finally:
        link.unlink()


def test_left_sockets_are_swept(tmp_path: Path) -> None:
    runtime = {"XDG_RUNTIME_DIR": str(tmp_path)} if len(str(tmp_path)) < 48 else {}
    base = Path(runtime.get("XDG_RUNTIME_DIR", "/tmp"))
    names = [f"heirloom-{os.geteuid()}-{number:016x}" for number in range(os.getpid(), os.getpid() + 3)]
    dead, heard, empty = (base / name for name in names)
    for folder in (dead, heard):
        folder.mkdir(mode=0o700)
    one, other = (socket.socket(socket.AF_UNIX) for _ in range(2))
    with one, other:
        one.bind(str(dead / "control"))  # nobody listens
        other.bind(str(heard / "control"))
        other.listen()
        for folder in (dead, heard, empty):
            old(folder)
        sweep_sockets(runtime)
        assert [folder.exists() for folder in (dead, heard, empty)] == [False, True, False]
    old(heard)
    sweep_sockets(runtime)
    assert not heard.exists()


def test_ended_controller_leaves_no_folder(operator: Path) -> None:
    path = address(locate(operator, "lineage/main"))
    with ControlSocket(path, lambda request: request):
        os.utime(path.parent, (OLD, OLD))
        sweep_sockets()
        assert ask(locate(operator, "lineage/main"), "status") == {"do": "status"}
    assert not path.parent.exists()


@pytest.mark.slow
def test_killed_controller_is_swept(operator: Path) -> None:
    folder = address(locate(operator, "lineage/main")).parent
    with living(operator) as process:
        assert folder.exists()
        process.kill()
        process.wait()
        wait_until(folder.exists)
    old(folder)
    sweep()
    assert not folder.exists()
