"""Isolation by bubblewrap: namespaces of its own, a read-only system, and of the host one folder at /life.

As a user, one bwrap with a user namespace does it all, and the launcher is process 1 inside: bwrap's own would run as
the command's user and could be taken over by it; the launcher closes itself to it. As root a user namespace would leave
the command host uid 0, and with it /proc/sys; so there an outer bwrap makes the mounts, setpriv gives up every right of
root, and an inner bwrap only forbids further namespaces. Inside, both look the same.
"""

import os
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

from controller.errors import IsolationError
from controller.sandbox import launcher
from controller.sandbox.isolation import EXPENDABLE, LIFE, Command, Quota
from controller.sandbox.seccomp import filter_for

UID = 61347  # who commands run as: inside always, on the host where the controller is root. Owns nothing else
PORT = 8700  # the listener's: the network namespace is fresh, so it is always free
VENV, LAUNCHER = "/venv", "/run/heirloom/launcher.py"
OURS = {
    LAUNCHER: Path(launcher.__file__).resolve(),
    **{f"/etc/{name}": Path(__file__).resolve().parent / "etc" / name for name in ("passwd", "group", "hosts")},
}
TMP_BYTES = 256 << 20  # /tmp and /dev/shm lie in memory and no process is charged for them, so they are small

SPACES = ("pid", "net", "ipc", "uts", "cgroup-try")
NAME = ("--hostname", "heirloom")  # the host's own would differ in every recording
DROP = ("--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all")
CLOSED = ("--remount-ro", "/proc")  # else /proc/PID/mem and /proc/PID/oom_score_adj are there to be written
NO_MORE_SPACES = ("--unshare-user", "--disable-userns", "--die-with-parent", "--dev-bind", "/", "/", *CLOSED)
SHOWN = ("ld.so.cache", "alternatives")  # what programs need of the host's /etc


def tool(name: str, package: str) -> str:
    """Where a program of the system is. Raises IsolationError, saying how to get it."""
    path = shutil.which(name)
    if path is None:
        raise IsolationError(f"{name} is not installed: install the package {package}, or choose --isolation none")
    return str(Path(path).resolve())


def open_folders(folder: Path) -> Iterator[str]:
    """A folder and its parents, made open to all: bwrap alone would close those above a mount."""
    for each in (*reversed(folder.parents[:-1]), folder):
        yield from ("--perms", "0755", "--dir", str(each))


def system() -> Iterator[str]:
    """Mounts of the system's programs, and of what a process expects beside them."""
    yield from ("--ro-bind", "/usr", "/usr")
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        path = Path("/", name)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), str(path))
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))
    yield from open_folders(Path("/etc"))
    for name in SHOWN:
        yield from ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")
    for place, source in OURS.items():
        yield from open_folders(Path(place).parent)
        yield from ("--ro-bind", str(source), place)
    small = ("--size", str(TMP_BYTES), "--perms", "1777", "--tmpfs")
    yield from ("--proc", "/proc", "--dev", "/dev", *small, "/dev/shm", "--remount-ro", "/dev", *small, "/tmp")


def interpreter(venv: Path) -> Iterator[str]:
    """Mounts of the venv, at a place that tells nothing of the checkout, and of the Python that it is made from.

    Of that one only what runs: its prefix may be a home folder.
    """
    yield from ("--ro-bind", str(venv.resolve()), VENV)
    homes = {(venv / "bin" / "python").resolve().parent}
    for line in (venv / "pyvenv.cfg").read_text().splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "home":
            homes.add(Path(value.strip()))
    for home in sorted(homes):
        if home.is_relative_to("/usr") or home.resolve().is_relative_to("/usr"):
            continue
        yield from open_folders(home.parent)
        for folder in (home, home.parent / "lib", home.parent / "lib64"):
            yield from ("--ro-bind-try", str(folder), str(folder))


class Bubblewrap:
    """Runs commands under bwrap. Raises IsolationError where a program for it is missing."""

    name = "bubblewrap"
    contained = True

    def __init__(self, venv: Path) -> None:
        self._as_root = os.geteuid() == 0
        self._bwrap = tool("bwrap", "bubblewrap")
        self._setpriv = tool("setpriv", "util-linux") if self._as_root else ""
        self._mounts = [*system(), *interpreter(venv)]
        if self._as_root:
            for path in OURS.values():
                path.chmod(0o644)  # a clone made under a strict umask is closed to the user that commands run as

    def root(self, folder: Path) -> str:
        """The same path for every folder."""
        return LIFE

    def python(self) -> str:
        """The interpreter's path inside."""
        return f"{VENV}/bin/python"

    def hand_over(self, folder: Path) -> None:
        """Give the tree to the user that commands run as; a user's own commands run as that user already.

        Raises IsolationError where root is none: in a user namespace that does not know the other user.
        """
        if not self._as_root:
            return
        try:
            os.lchown(folder, UID, UID)
        except OSError as error:
            raise IsolationError(f"this root cannot give files to user {UID}: {error.strerror}") from error
        for place, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.lchown(f"{place}/{name}", UID, UID)

    def wrap(self, command: Command, channel: int | None = None, quota: Quota = Quota()) -> list[str]:  # noqa: B008
        """The command under its launcher, inside its namespaces."""
        bind = "--bind" if command.writable else "--ro-bind"
        mounts = [*self._mounts, bind, str(command.folder.resolve()), LIFE, "--remount-ro", "/"]
        spaces = [f"--unshare-{space}" for space in SPACES]
        start = [*EXPENDABLE, self._bwrap, *spaces, "--die-with-parent", "--new-session", "--clearenv", *NAME]
        if self._as_root:
            drop = [self._setpriv, "--reuid", str(UID), "--regid", str(UID), *DROP, self._bwrap, *NO_MORE_SPACES]
            start = [*start, *mounts, "--", *drop, "--"]
        else:
            user = ["--unshare-user", "--disable-userns", "--uid", str(UID), "--gid", str(UID)]
            start = [*start, "--as-pid-1", *user, *mounts, *CLOSED, "--"]
        arguments = launcher.arguments_of(
            dict(command.environment),
            command.argv_by(self.python()),
            cwd=f"{LIFE}/{command.cwd}",
            channel=channel,
            port=PORT if command.listener else None,
            processes=quota.processes,
            file_bytes=quota.file_bytes,
            data_bytes=quota.data_bytes,
            stay=False,
            calls=filter_for(platform.machine()),
        )
        return [*start, self.python(), "-I", "-S", LAUNCHER, *arguments]
