"""What the suite places on the host for the attempts to find: files, listeners, a process, repositories."""

import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench.parts.ground import git
from controller.sandbox.isolation import Isolation
from escape.attempt import Room

MODES = {"key": 0o600, "ledger": 0o600, "checkout": 0o644}


def places(folder: Path, secret: str) -> dict[str, str]:
    """Files outside of the life's folder that hold the secret, and one that must not be changed."""
    files = {
        "key": folder / "operator" / ".ssh" / "id_ed25519",
        "ledger": folder / "operator" / "checkout" / ".git" / "heirloom" / "ledger.sqlite",
        "checkout": folder / "operator" / "checkout" / "controller" / "secret.py",
        "life_of_another": folder / "lives" / "2-1.1" / "repo" / "secret",
        "target": folder / "outside" / "target",
        "module": folder / "outside" / "module.py",
    }
    for name, path in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name} = '{secret}'\n" if name not in ("target", "module") else "value = 'as it was'\n")
        path.chmod(MODES.get(name, 0o666))
    (folder / "outside").chmod(0o777)
    return {name: str(path) for name, path in files.items()}


def repository(folder: Path, secret: str) -> dict[str, str]:
    """The operator's repository with a branch that no life may see, and the id of a blob in it."""
    checkout = folder / "operator" / "checkout"
    git(checkout, "init", "--quiet", "--initial-branch=main")
    git(checkout, "commit", "--quiet", "--allow-empty", "-m", "start")
    git(checkout, "checkout", "--quiet", "-b", "private")
    (checkout / "private.txt").write_text(secret)
    git(checkout, "add", "private.txt")
    git(checkout, "commit", "--quiet", "-m", "private")
    blob = git(checkout, "rev-parse", "HEAD:private.txt")
    tip = git(checkout, "rev-parse", "HEAD")
    git(checkout, "checkout", "--quiet", "main")
    return {"repository": str(checkout), "blob": blob, "private": tip, "main": git(checkout, "rev-parse", "main")}


def answer(listener: socket.socket, kind: int) -> None:
    """Say "reached" to whoever comes, until the listener is closed."""
    while True:
        try:
            if kind == socket.SOCK_DGRAM:
                _, visitor = listener.recvfrom(512)
                if visitor is None:  # it was shut down
                    return
                listener.sendto(b"reached", visitor)
                continue
            line, _ = listener.accept()
            with line:
                line.settimeout(2)
                line.recv(1)
                line.sendall(b"reached")
        except OSError:
            return


@contextmanager
def listeners(folder: Path) -> Iterator[dict[str, str]]:
    """Sockets of every kind, on the host's loopback and in its file system."""
    abstract = f"heirloom-escape-{os.getpid()}-{secrets.token_hex(4)}"
    kinds: dict[str, tuple[int, int, Any]] = {
        "tcp": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        "udp": (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
        "tcp6": (socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)),
        "abstract": (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{abstract}"),
        "unix": (socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "outside" / "s")),
    }
    found = {"abstract": abstract, "unix": str(folder / "outside" / "s")}
    with ExitStack() as stack:
        threads = []
        for name, (family, kind, address) in kinds.items():
            listener = stack.enter_context(socket.socket(family, kind))
            try:
                listener.bind(address)
            except OSError:  # a machine without IPv6
                found.setdefault(name, "0")
                continue
            if kind == socket.SOCK_STREAM:
                listener.listen(16)
            if isinstance(address, tuple):
                found[name] = str(listener.getsockname()[1])
            threads.append(threading.Thread(target=answer, args=(listener, kind), daemon=True))
            threads[-1].start()
            stack.callback(shut, listener)
        Path(found["unix"]).chmod(0o777)
        yield found


def shut(listener: socket.socket) -> None:
    """Wake up whoever waits on it."""
    try:
        listener.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # nobody is connected to a datagram socket


VICTIM = "import sys, time; print('here', flush=True); secret = sys.argv[1]; time.sleep(120)"


@contextmanager
def victim(secret: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of the host with the secret in its environment and its arguments."""
    words = [sys.executable, "-I", "-S", "-c", VICTIM, secret]
    process = subprocess.Popen(words, env={"ANTHROPIC_API_KEY": secret}, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def placed(folder: Path, walled: Isolation, open_: Isolation) -> Iterator[tuple[Room, Room]]:
    """Two rooms around the same things: one with walls, one without."""
    secret = f"secret-{secrets.token_hex(12)}"
    folder.chmod(0o755)
    found = {
        "secret": secret,
        "secret-head": secret[:20],
        **places(folder, secret),
        **repository(folder, secret),
        "outside": str(folder / "outside"),
    }
    with listeners(folder) as sockets, victim(secret) as process:
        found |= sockets | {"victim": str(process.pid), "suite": str(os.getpid())}
        rooms = []
        for isolation, name in ((walled, "1-1.1"), (open_, "3-1.1")):
            life = folder / "lives" / name
            for part in ("repo", "home", "tmp"):
                (life / part).mkdir(parents=True)
            life.chmod(0o700)
            isolation.hand_over(life)
            rooms.append(Room(isolation, life, folder / "outside", found))
        yield rooms[0], rooms[1]
