"""What processes hold of memory and disk that neither their resident pages nor the names in a folder show.

Memory: shared memory that is mapped and not touched any more, page tables, the buffers of sockets and pipes. Disk:
files without a name that are open, mapped, or under way in a socket. Read from /proc, which the kernel writes.
"""

import mmap
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
MAPS = Path("/proc/self/maps")
SOCKET_BYTES = 425_984  # the most that may wait in one, by the kernel's defaults
PIPE_BYTES = 65_536  # likewise
INODE_BYTES = 1024  # of the kernel's memory, for each name in a file system that lies in memory
TCP_TABLES = ("tcp", "tcp6")
DESCRIPTORS = 50_000  # of all processes together: who has more open is over every limit
NAMELESS = " (deleted)"


def used_bytes(folder: Path) -> int:
    """What is used of the disk that a folder lies on, by whomever."""
    disk = os.statvfs(folder)
    return (disk.f_blocks - disk.f_bfree) * disk.f_frsize


def in_memory_bytes(folder: Path) -> int:
    """What a file system that lies in memory takes of it: what its files hold, and the files themselves."""
    disk = os.statvfs(folder)
    return used_bytes(folder) + (disk.f_files - disk.f_ffree) * INODE_BYTES


def queued_bytes(process: int) -> int:
    """What waits in all TCP sockets of a process's network: no process holds it, nor a control group of version 1."""
    total = 0
    for name in TCP_TABLES:
        for line in Path(f"/proc/{process}/net/{name}").read_text().splitlines()[1:]:
            sent, _, received = line.split()[4].partition(":")
            total += int(sent, 16) + int(received, 16)
    return total


@dataclass
class Held:
    """What was found of some processes. `shared` and `unlinked`: bytes by inode; the sets are of inodes."""

    tables: int = 0  # bytes of page tables
    shared_resident: int = 0  # bytes that are in the processes' resident memory, once for each
    shared: dict[int, int] = field(default_factory=dict)
    sockets: set[int] = field(default_factory=set)
    pipes: set[int] = field(default_factory=set)
    in_sockets: int = 0  # descriptors under way: of what, nobody sees
    unlinked: dict[int, int] = field(default_factory=dict)
    mapped: set[int] = field(default_factory=set)  # files without a name that are mapped, whatever their size
    descriptors: int = 0

    @property
    def memory_bytes(self) -> int:
        """What is to be added to the resident memory of the processes; buffers as if they were full."""
        buffers = (len(self.sockets) + self.in_sockets) * SOCKET_BYTES + len(self.pipes) * PIPE_BYTES
        return self.tables - self.shared_resident + sum(self.shared.values()) + buffers

    @property
    def has_unsized(self) -> bool:
        """Whether there may be files whose size cannot be read."""
        return self.in_sockets > 0 or bool(self.mapped - self.unlinked.keys())


@dataclass(frozen=True)
class Mount:
    """Where a folder lies: the file system's device as /proc writes it, and the path in that file system."""

    major: int
    minor: int
    path: Path


def mount_of(folder: Path) -> Mount:
    """The mount that shows a folder, which need not exist any more."""
    folder = folder.resolve()
    deepest, found = -1, None
    for root, place, device in mounted(MOUNTS):
        depth = len(place.parts)
        if folder.is_relative_to(place) and depth >= deepest:  # of two at one place the later one lies above
            major, _, minor = device.partition(":")
            deepest, found = depth, Mount(int(major), int(minor), root / folder.relative_to(place))
    assert found is not None, "/ is mounted"
    return found


def mounted(table: Path) -> Iterable[tuple[Path, Path, str]]:
    """Of each mount of a process: which folder of its file system is shown, where, and the device."""
    for line in table.read_text(errors="surrogateescape").splitlines():
        _, _, device, root, place, *_ = line.split(" ")
        yield Path(plain(root)), Path(plain(place)), device


def plain(word: str) -> str:
    """A path of the kernel's table without its escapes."""
    for code, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        word = word.replace(code, char)
    return word


@cache
def shared_device() -> str:
    """The device of what is shared and has no file, as the table of mappings writes it: seen at one of our own."""
    with mmap.mmap(-1, mmap.PAGESIZE):
        for line in MAPS.read_text().splitlines():
            if line.endswith(f"/dev/zero{NAMELESS}"):
                return line.split()[3]
    return ""


def held(processes: Iterable[int], folder: Path) -> Held:
    """What these processes hold; `folder`: the one on whose disk unlinked files count."""
    mount = mount_of(folder)
    device = f"{mount.major:02x}:{mount.minor:02x}"
    disk = folder.stat().st_dev
    found = Held()
    for process in processes:
        with suppress(OSError):  # it ended meanwhile
            add_status(found, Path(f"/proc/{process}/status"))
            add_mappings(found, Path(f"/proc/{process}/maps"), device)
            add_descriptors(found, process, disk)
    return found


def add_status(found: Held, path: Path) -> None:
    """Page tables, and how much of the resident memory is shared."""
    for line in path.read_text(errors="replace").splitlines():
        if line.startswith("VmPTE:"):
            found.tables += int(line.split()[1]) * 1024
        elif line.startswith("RssShmem:"):
            found.shared_resident += int(line.split()[1]) * 1024


def add_mappings(found: Held, path: Path, device: str) -> None:
    """Shared memory without a file, as large as it is mapped; and mapped files of a device that have no name."""
    for line in path.read_text(errors="replace").splitlines():
        if not line.endswith(NAMELESS):
            continue
        span, _, offset, on, inode, _ = line.split(maxsplit=5)
        if on == shared_device():
            first, _, last = span.partition("-")
            end = int(offset, 16) + int(last, 16) - int(first, 16)
            found.shared[int(inode)] = max(end, found.shared.get(int(inode), 0))
        elif on == device:
            found.mapped.add(int(inode))


def add_descriptors(found: Held, process: int, disk: int) -> None:
    """Files of a disk without a name, sockets and pipes."""
    for name in os.listdir(f"/proc/{process}/fd"):  # noqa: PTH208  there may be thousands
        if found.descriptors > DESCRIPTORS:
            return
        found.descriptors += 1
        with suppress(OSError):  # it was closed meanwhile
            status = os.stat(f"/proc/{process}/fd/{name}")  # noqa: PTH116  likewise
            if stat.S_ISSOCK(status.st_mode):
                found.sockets.add(status.st_ino)
                found.in_sockets += under_way(Path(f"/proc/{process}/fdinfo/{name}"))
            elif stat.S_ISFIFO(status.st_mode):
                found.pipes.add(status.st_ino)
            elif stat.S_ISREG(status.st_mode) and status.st_nlink == 0:
                add_unlinked(found, status, disk)


def add_unlinked(found: Held, status: os.stat_result, disk: int) -> None:
    """A file without a name: on the disk, or in memory."""
    size = status.st_blocks * 512
    device = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}"
    if status.st_dev == disk:
        found.unlinked[status.st_ino] = size
    elif device == shared_device():
        found.shared[status.st_ino] = max(size, found.shared.get(status.st_ino, 0))


def under_way(path: Path) -> int:
    """How many descriptors wait in a socket to be received."""
    for line in path.read_text().splitlines():
        if line.startswith("scm_fds:"):
            return int(line.split()[1])
    return 0
