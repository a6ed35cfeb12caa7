"""The limits of the machine: what a command may use, what of that the kernel refuses, and what is measured.

The kernel holds what it can, by rlimits (`launcher`) and a control group (`cgroup`). The rest is measured now and
then, as often as the measuring is cheap: `Watch` names the limit that is exceeded. A limit is one field of `Bounds`,
set from one setting in `bounds_of`.
"""

import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from controller.sandbox.cgroup import ControlGroup, available
from controller.sandbox.held import DESCRIPTORS, held, used_bytes
from controller.sandbox.isolation import Quota
from controller.sandbox.process_tree import ProcessTree
from controller.settings.settings import Settings

MIB = 2**20
LOOK_SECONDS = 0.25  # between two measurements of the process tree
LATE_SECONDS = 5.0  # a measurement that is later than this was held up: the controller itself stood still
WALK_SECONDS = 1.0  # between two walks through the folder: what is over is noticed within 2 s
SANDBOX_PROCESSES = 16  # of the isolation itself, beside the command's
DEEP = 64  # folders below folders; a tree nested deeper counts as if it had used up its entries
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class Bounds:
    """What a child may use of the machine; memory and CPU seconds are those of its process tree. None: no limit."""

    seconds: float
    memory_bytes: int
    output_bytes: int
    processes: int = Quota.processes
    file_bytes: int = Quota.file_bytes
    cpu_seconds: float | None = None
    folder_bytes: int | None = None  # what its folder may hold, in bytes on disk and in entries
    entries: int | None = None
    free_bytes: int = 0  # a disk with less is full: no fault of the child's

    def quota(self) -> Quota:
        """What the kernel refuses to each process; memory only where no control group holds that of all."""
        if available() is None:
            return Quota(self.processes, self.file_bytes, self.memory_bytes)
        return Quota(self.processes, self.file_bytes)

    def control_group(self) -> ControlGroup | None:
        """A new control group with these bounds, where one can be made."""
        hierarchy = available()
        if hierarchy is None:
            return None
        try:
            return hierarchy.make(self.memory_bytes, self.processes + SANDBOX_PROCESSES)
        except OSError:
            return None  # there are too many, or they were taken from us: what is measured remains


def bounds_of(settings: Settings, free_bytes: int) -> Bounds:
    """What a life may use of the machine; `free_bytes` of the disk must stay free."""
    return Bounds(
        seconds=settings.minutes_per_life * 60,
        memory_bytes=settings.memory_mb * MIB,
        output_bytes=settings.output_mb * MIB,
        processes=settings.processes,
        cpu_seconds=settings.cpu_minutes_per_life * 60,
        folder_bytes=settings.folder_mb * MIB,
        entries=settings.entries,
        free_bytes=free_bytes,
    )


class Watch:
    """Measures one process tree against its bounds. `folder` is the one that its commands may write in.

    The limits by name: "wall", "cpu", "memory", "output", "disk", "entries"; and "room", where the host's disk is full.
    """

    def __init__(
        self,
        tree: ProcessTree,
        bounds: Bounds,
        folder: Path,
        group: ControlGroup | None,
        clock: Callable[[], float],
    ) -> None:
        self._tree = tree
        self._bounds = bounds
        self._folder = folder
        self._group = group
        self._clock = clock
        self.started = clock()
        self.peak = 0  # most bytes of memory of the tree at once
        self._disk_used = 0  # of all, before the child had any
        if folder.is_dir():
            self._disk_used = used_bytes(folder)
        self._held_up = 0.0  # seconds in which nobody measured: they count for no limit of the life
        self._look_at = self.started + LOOK_SECONDS
        self._walk_at = self.started + WALK_SECONDS

    def due(self, extra: float) -> float:
        """Seconds until the next measurement; `extra` seconds of its life do not count for the wall limit."""
        wall = self.started + self._bounds.seconds + self._held_up + extra
        return max(0.0, min(self._look_at, wall) - self._clock())

    def seconds(self) -> float:
        """How long it has run."""
        return self._clock() - self.started

    def exceeded(self, written: int, extra: float) -> str | None:
        """The limit that is exceeded, if any. `written`: bytes of output so far; `extra` as in `due`."""
        now = self._clock()
        late = now - self._look_at
        if late > LATE_SECONDS:
            self._held_up += late
        if written > self._bounds.output_bytes:
            return "output"
        if now - self.started - self._held_up - extra > self._bounds.seconds:
            return "wall"
        if now < self._look_at:
            return None
        began = time.thread_time()  # what others take on a busy machine makes no look rarer
        limit = self._exceeded_by_tree()
        if limit is None and now >= self._walk_at:
            limit = self._exceeded_by_folder()
        self._look_at = now + max(LOOK_SECONDS, 20 * (time.thread_time() - began))  # it costs 5 % of a core at most
        return limit

    def ended_by_kernel(self) -> str | None:
        """The limit for which the kernel ended a process before it was measured."""
        if self._group is not None and self._group.overran():
            return "memory"
        return None

    def _exceeded_by_tree(self) -> str | None:
        used = self._tree.use()
        memory = used.memory_bytes
        if self._group is None:
            memory += self._tree.uncharged_bytes() + held(self._tree.members(), self._folder).memory_bytes
        self.peak = max(self.peak, memory)
        if self.peak > self._bounds.memory_bytes:
            return "memory"
        if limit := self.ended_by_kernel():
            return limit
        if self._bounds.cpu_seconds is not None and used.cpu_seconds > self._bounds.cpu_seconds:
            return "cpu"
        return None

    def _exceeded_by_folder(self) -> str | None:
        began = self._clock()
        limit = self._exceeded_by_contents()
        now = self._clock()
        self._walk_at = now + max(WALK_SECONDS, 5 * (now - began))
        return limit

    def _exceeded_by_contents(self) -> str | None:
        bounds = self._bounds
        disk = os.statvfs(self._folder)
        if disk.f_bavail * disk.f_frsize < bounds.free_bytes:
            return "room"
        if bounds.folder_bytes is None or bounds.entries is None:
            return None
        named = contents(self._folder, bounds.folder_bytes, bounds.entries)
        nameless = held(self._tree.members(), self._folder)
        if named.entries + len(nameless.unlinked) > bounds.entries or nameless.descriptors > DESCRIPTORS:
            return "entries"
        size = named.bytes + sum(nameless.unlinked.values())
        if nameless.has_unsized:
            size = max(size, used_bytes(self._folder) - self._disk_used)
        if size > bounds.folder_bytes:
            return "disk"
        return None


@dataclass(frozen=True)
class Contents:
    """Bytes on disk and entries of a folder; at least so many, where the walk stopped at a limit."""

    bytes: int
    entries: int


def contents(folder: Path, most_bytes: int, most_entries: int) -> Contents:
    """Count until all is counted or a limit is passed; no link is followed and no file opened."""
    size = entries = 0
    for found in walk(os.open(folder, FOLDER), 0):
        if found is None:
            return Contents(size, most_entries + 1)
        size += found.st_blocks * 512
        entries += 1
        if size > most_bytes or entries > most_entries:
            break
    return Contents(size, entries)


def walk(descriptor: int, depth: int) -> Iterator[os.stat_result | None]:
    """Every entry below an open folder, which is closed in the end; None where it nests too deep."""
    try:
        with os.scandir(descriptor) as entries:
            for entry in entries:
                try:
                    found = entry.stat(follow_symlinks=False)
                    yield found
                    if stat.S_ISDIR(found.st_mode):
                        if depth >= DEEP:
                            yield None
                        yield from walk(os.open(entry.name, FOLDER, dir_fd=descriptor), depth + 1)
                except OSError:
                    continue  # it is gone, or it was exchanged meanwhile
    finally:
        os.close(descriptor)
