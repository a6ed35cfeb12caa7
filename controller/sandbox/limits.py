"""Holds a running tree to its bounds: looks at it now and then, as dear looks as it can afford, and names what is over.

What the kernel itself refuses (rlimits, control group) needs no look; see `isolation.launcher` and `group`.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from controller.sandbox.cgroup import Group
from controller.sandbox.folder_usage import contents
from controller.sandbox.isolation import Quota
from controller.sandbox.process_tree import Tree

LOOK_SECONDS = 0.25  # between two looks at the tree's memory
LATE_SECONDS = 5.0  # a look that is later than this was held up: the controller itself stood still
WALK_SECONDS = 1.0  # between two walks through its folder: what is over is noticed within 2 s


@dataclass(frozen=True)
class Bounds:
    """What a child may use of the machine; memory and CPU seconds are those of the whole tree. None: no limit."""

    seconds: float
    memory_bytes: int
    output_bytes: int
    processes: int = Quota.processes
    file_bytes: int = Quota.file_bytes
    cpu_seconds: float | None = None
    folder_bytes: int | None = None  # what its folder may hold, in bytes on disk and in entries
    entries: int | None = None
    free_bytes: int = 0  # a disk with less is full: that is the world's doing


class Watch:
    """What is seen of one tree. `folder` is the one that its commands may write in."""

    def __init__(
        self, tree: Tree, bounds: Bounds, folder: Path, group: Group | None, clock: Callable[[], float]
    ) -> None:
        self._tree, self._bounds, self._folder, self._group, self._clock = tree, bounds, folder, group, clock
        self.started = clock()
        self.peak = 0  # most resident bytes of the tree at once
        self._held_up = 0.0  # seconds in which nobody looked: they count for no limit of the life
        self._look_at, self._walk_at = self.started + LOOK_SECONDS, self.started + WALK_SECONDS

    def due(self, extra: float) -> float:
        """Seconds until the next look; `extra` seconds of its life do not count for the wall limit."""
        wall = self.started + self._bounds.seconds + self._held_up + extra
        return max(0.0, min(self._look_at, wall) - self._clock())

    def seconds(self) -> float:
        """How long it has run."""
        return self._clock() - self.started

    def exceeded(self, written: int, extra: float) -> str | None:
        """The limit that is reached, if any. `written`: bytes of output so far."""
        now = self._clock()
        if (late := now - self._look_at) > LATE_SECONDS:
            self._held_up += late
        if written > self._bounds.output_bytes:
            return "output"
        if now - self.started - self._held_up - extra > self._bounds.seconds:
            return "wall"
        if now < self._look_at:
            return None
        over = self._over_tree() or (self._over_folder() if now >= self._walk_at else None)
        self._look_at = now + max(LOOK_SECONDS, 20 * (self._clock() - now))  # looking costs 5 % of a core at most
        return over

    def last(self) -> str | None:
        """What the kernel ended a process for before anyone looked."""
        return "memory" if self._group and self._group.overran() else None

    def _over_tree(self) -> str | None:
        used = self._tree.use()
        self.peak = max(self.peak, used.memory_bytes)
        if self.peak > self._bounds.memory_bytes or self.last():
            return "memory"
        limit = self._bounds.cpu_seconds
        return "cpu" if limit is not None and used.cpu_seconds > limit else None

    def _over_folder(self) -> str | None:
        bounds, began = self._bounds, self._clock()
        disk = os.statvfs(self._folder)
        if disk.f_bavail * disk.f_frsize < bounds.free_bytes:
            return "room"
        over = None
        if bounds.folder_bytes is not None and bounds.entries is not None:
            found = contents(self._folder, bounds.folder_bytes, bounds.entries)
            over = "disk" if found.bytes > bounds.folder_bytes else None
            over = "entries" if found.entries > bounds.entries else over
        now = self._clock()
        self._walk_at = now + max(WALK_SECONDS, 5 * (now - began))
        return over
