"""A control group for one child: the kernel holds memory and processes of the whole tree, where it lets us.

cgroup v2 or v1, whichever is writable; else there is none, and what remains are rlimits and a look at the tree now and
then. Files: https://docs.kernel.org/admin-guide/cgroup-v2.html and cgroup-v1/.
"""

import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PREFIX = "heirloom-"
MOUNTS, MINE = Path("/proc/self/mounts"), Path("/proc/self/cgroup")
LIMITS: Mapping[int, Mapping[str, str]] = {
    1: {"memory": "memory.limit_in_bytes", "pids": "pids.max"},
    2: {"memory": "memory.max", "pids": "pids.max"},
}
KILLS = {1: "memory.oom_control", 2: "memory.events"}  # each has a line "oom_kill N"


@dataclass(frozen=True)
class Group:
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
        words = (self.folders["memory"] / KILLS[self.version]).read_text().split()
        return int(words[words.index("oom_kill") + 1]) > 0 if "oom_kill" in words else False

    def remove(self) -> None:
        """Take the group away; all its processes have ended."""
        for folder in set(self.folders.values()):
            with suppress(OSError):  # one that cannot be ended is still in it: it stays, and is swept another time
                folder.rmdir()


@dataclass(frozen=True)
class Groups:
    """Where groups can be made: a parent folder for each kind of limit."""

    version: int
    parents: Mapping[str, Path]

    def make(self, memory_bytes: int, processes: int) -> Group:
        """A new group with these limits. Raises OSError."""
        name = f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
        group = Group(self.version, {kind: parent / name for kind, parent in self.parents.items()})
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
def available() -> Groups | None:
    """Where groups can be made here: tried once, by making one."""
    for find in (beside, below, first):
        try:
            groups = find()
            if groups is None or "memory" not in groups.parents:
                continue
            groups.make(1 << 30, 100).remove()
        except OSError:
            continue
        groups.sweep(lambda process: Path(f"/proc/{process}").exists())
        return groups
    return None


def mounts(kind: str) -> Iterable[tuple[Path, list[str]]]:
    """Where a kind of file system is mounted, and with what options."""
    for line in MOUNTS.read_text().splitlines():
        _, place, found, options, *_ = line.split(" ")
        if found == kind:
            yield Path(place), options.split(",")


def mine() -> dict[str, str]:
    """The group that this process is in, by controller ("" is v2's)."""
    rows = (line.split(":", 2) for line in MINE.read_text().splitlines())
    return {name: path for _, names, path in rows for name in names.split(",")}


def first() -> Groups | None:
    """v1: a hierarchy for each controller; new groups lie below the group that we are in."""
    own, parents = mine(), {}
    for place, options in mounts("cgroup"):
        for kind in LIMITS[1]:
            if kind in options and kind in own:
                parents[kind] = place / own[kind].lstrip("/")
    return Groups(1, parents) if parents else None


def beside() -> Groups | None:
    """v2, as root: a group with processes of its own hands no limits down, so new groups lie beside ours."""
    for place in unified():
        parent = (place / mine().get("", "/").lstrip("/")).parent
        given = (parent / "cgroup.subtree_control").read_text().split()
        return Groups(2, {kind: parent for kind in LIMITS[2] if kind in given})
    return None


def below() -> Groups | None:
    """v2, in a service that systemd has delegated its group to: we move into a leaf, new groups lie beside that.

    https://systemd.io/CGROUP_DELEGATION/
    """
    for place in unified():
        own = place / mine().get("", "/").lstrip("/")
        if not own.name.endswith(".service") or not os.access(own / "cgroup.subtree_control", os.W_OK):
            return None
        leaf = own / "controller"
        leaf.mkdir(exist_ok=True)
        for process in (own / "cgroup.procs").read_text().split():
            with suppress(ProcessLookupError):
                (leaf / "cgroup.procs").write_text(process)
        given = [kind for kind in LIMITS[2] if kind in (own / "cgroup.controllers").read_text().split()]
        (own / "cgroup.subtree_control").write_text(" ".join(f"+{kind}" for kind in given))
        return Groups(2, dict.fromkeys(given, own))
    return None


def unified() -> list[Path]:
    """Where v2 is mounted."""
    return [place for place, _ in mounts("cgroup2")]
