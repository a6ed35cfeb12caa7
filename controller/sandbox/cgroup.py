"""A control group for one child: the kernel holds memory and processes of its whole tree, where it lets us.

cgroup v2 or v1, whichever is writable; else there is none, and what remains are rlimits and measuring now and then.
Files: https://docs.kernel.org/admin-guide/cgroup-v2.html and cgroup-v1/.
"""

import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PREFIX = "heirloom-"
MOUNTS = Path("/proc/self/mounts")
OURS = Path("/proc/self/cgroup")
LIMITS: Mapping[int, Mapping[str, str]] = {
    1: {"memory": "memory.limit_in_bytes", "pids": "pids.max"},
    2: {"memory": "memory.max", "pids": "pids.max"},
}
KILLS = {1: "memory.oom_control", 2: "memory.events"}  # each has a line "oom_kill N"


@dataclass(frozen=True)
class ControlGroup:
    """One group: a folder for each kind of limit (in v2 they are the same)."""

    version: int
    folders: Mapping[str, Path]

    def add(self, processes: Iterable[int]) -> None:
        """Put processes in; what they start from now on is in it too."""
        for folder in set(self.folders.values()):
            for process in processes:
                with suppress(ProcessLookupError):  # it ended meanwhile
                    (folder / "cgroup.procs").write_text(str(process))

    def overran(self) -> bool:
        """Whether the kernel ended a process because the group's memory was used up."""
        if "memory" not in self.folders:
            return False
        for line in (self.folders["memory"] / KILLS[self.version]).read_text().splitlines():
            name, _, number = line.partition(" ")
            if name == "oom_kill":
                return int(number) > 0
        return False

    def remove(self) -> None:
        """Take the group away; all its processes have ended."""
        for folder in set(self.folders.values()):
            with suppress(OSError):  # one that cannot be ended is still in it: it stays, and is swept another time
                folder.rmdir()


@dataclass(frozen=True)
class Hierarchy:
    """Where control groups can be made: a parent folder for each kind of limit."""

    version: int
    parents: Mapping[str, Path]

    def make(self, memory_bytes: int, processes: int) -> ControlGroup:
        """A new group with these limits. Raises OSError."""
        name = f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
        group = ControlGroup(self.version, {kind: parent / name for kind, parent in self.parents.items()})
        values = {"memory": memory_bytes, "pids": processes}
        for kind, folder in group.folders.items():
            folder.mkdir(exist_ok=True)
            (folder / LIMITS[self.version][kind]).write_text(str(values[kind]))
        return group

    def sweep(self, alive: Callable[[int], bool]) -> None:
        """Take away what a controller that was killed left: groups without processes."""
        for parent in set(self.parents.values()):
            for folder in parent.glob(f"{PREFIX}*"):
                owner = folder.name.removeprefix(PREFIX).partition("-")[0]
                if owner.isdecimal() and not alive(int(owner)):
                    with suppress(OSError):
                        folder.rmdir()

    def __str__(self) -> str:
        return f"cgroup v{self.version} ({', '.join(sorted(self.parents))})"


@cache
def available() -> Hierarchy | None:
    """Where control groups can be made here: tried once, by making one."""
    for find in (beside_ours, delegated, of_version_1):
        try:
            hierarchy = find()
            if hierarchy is None or "memory" not in hierarchy.parents:
                continue
            hierarchy.make(1 << 30, 100).remove()
        except OSError:
            continue
        hierarchy.sweep(lambda process: Path(f"/proc/{process}").exists())
        return hierarchy
    return None


def mounts(kind: str) -> Iterable[tuple[Path, list[str]]]:
    """Where a kind of file system is mounted, and with what options."""
    for line in MOUNTS.read_text().splitlines():
        _, place, found, options, *_ = line.split(" ")
        if found == kind:
            yield Path(place), options.split(",")


def ours() -> dict[str, str]:
    """The path of the group that this process is in, by controller ("" is v2's)."""
    paths = {}
    for line in OURS.read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            paths[controller] = path.lstrip("/")
    return paths


def of_version_1() -> Hierarchy | None:
    """v1: a hierarchy for each controller; new groups lie below the group that we are in."""
    own = ours()
    parents = {}
    for place, options in mounts("cgroup"):
        for kind in LIMITS[1]:
            if kind in options and kind in own:
                parents[kind] = place / own[kind]
    return Hierarchy(1, parents) if parents else None


def beside_ours() -> Hierarchy | None:
    """v2, as root: a group with processes of its own hands no limits down, so new groups lie beside ours."""
    own = our_folder()
    if own is None:
        return None
    given = (own.parent / "cgroup.subtree_control").read_text().split()
    return Hierarchy(2, {kind: own.parent for kind in LIMITS[2] if kind in given})


def delegated() -> Hierarchy | None:
    """v2, in a service or a user's scope that systemd has delegated: we move into a leaf, new groups lie beside that.

    https://systemd.io/CGROUP_DELEGATION/
    """
    own = our_folder()
    if own is None or not is_delegated(own, os.geteuid()):
        return None
    leaf = own / "controller"
    leaf.mkdir(exist_ok=True)
    for process in (own / "cgroup.procs").read_text().split():
        with suppress(ProcessLookupError):
            (leaf / "cgroup.procs").write_text(process)
    given = [kind for kind in LIMITS[2] if kind in (own / "cgroup.controllers").read_text().split()]
    (own / "cgroup.subtree_control").write_text(" ".join(f"+{kind}" for kind in given))
    return Hierarchy(2, dict.fromkeys(given, own))


def is_delegated(folder: Path, user: int) -> bool:
    """Whether a group is ours to divide: a unit of systemd, handed to this user. A scope of root's is a login's."""
    if not os.access(folder / "cgroup.subtree_control", os.W_OK):
        return False
    return folder.suffix == ".service" or (folder.suffix == ".scope" and user != 0 and folder.stat().st_uid == user)


def our_folder() -> Path | None:
    """v2: the folder of the group that we are in; None where v2 is not mounted."""
    for place, _ in mounts("cgroup2"):
        return place / ours().get("", "")
    return None
