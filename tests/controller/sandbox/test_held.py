"""What a process holds without a name or a resident page is counted."""

import mmap
import os
import socket
from pathlib import Path

import pytest

from controller.sandbox.held import (
    PIPE_BYTES,
    SOCKET_BYTES,
    Held,
    held,
    in_memory_bytes,
    mount_of,
    plain,
    queued_bytes,
    used_bytes,
)
from controller.sandbox.process_tree import shown_by

SIZE = 1 << 20
OURS = (os.getpid(),)


def nameless(folder: Path) -> int:
    """A descriptor of a file that has so many bytes and no name."""
    descriptor = os.open(folder, os.O_TMPFILE | os.O_RDWR)
    os.write(descriptor, os.urandom(SIZE))
    os.fsync(descriptor)
    return descriptor


def test_untouched_shared_memory_is_counted(tmp_path: Path) -> None:
    before = held(OURS, tmp_path)
    with mmap.mmap(-1, SIZE) as memory:
        memory[:] = b"x" * SIZE
        memory.madvise(mmap.MADV_DONTNEED)
        after = held(OURS, tmp_path)
    assert sum(after.shared.values()) - sum(before.shared.values()) == SIZE
    assert after.shared_resident - before.shared_resident < SIZE // 2


def test_memory_files_are_counted(tmp_path: Path) -> None:
    before = held(OURS, tmp_path)
    descriptor = os.memfd_create("planted")
    os.write(descriptor, bytes(SIZE))
    after = held(OURS, tmp_path)
    os.close(descriptor)
    assert sum(after.shared.values()) - sum(before.shared.values()) == SIZE


def test_unlinked_files_are_counted_once(tmp_path: Path) -> None:
    before = held(OURS, tmp_path)
    descriptor = nameless(tmp_path)
    again = os.dup(descriptor)
    after = held(OURS, tmp_path)
    os.close(descriptor)
    os.close(again)
    assert sum(after.unlinked.values()) - sum(before.unlinked.values()) == SIZE
    assert not after.has_unsized


def test_mapped_files_without_name_are_noticed(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path / "file", os.O_CREAT | os.O_RDWR)
    os.write(descriptor, bytes(SIZE))
    with mmap.mmap(descriptor, mmap.PAGESIZE):
        (tmp_path / "file").unlink()
        assert held(OURS, tmp_path).mapped
    os.close(descriptor)


def test_files_under_way_are_noticed(tmp_path: Path) -> None:
    here, there = socket.socketpair()
    descriptor = nameless(tmp_path)
    socket.send_fds(here, [b"x"], [descriptor])
    os.close(descriptor)
    found = held(OURS, tmp_path)
    here.close()
    there.close()
    assert found.has_unsized
    assert found.in_sockets == 1


def test_buffers_are_counted_as_full() -> None:
    found = Held(sockets={1, 2}, in_sockets=1, pipes={3})
    assert found.memory_bytes == 3 * SOCKET_BYTES + PIPE_BYTES


def test_resident_shared_memory_counts_once() -> None:
    assert Held(tables=1, shared_resident=40, shared={7: 20}).memory_bytes == 1 + 20 - 40


def test_page_tables_are_counted(tmp_path: Path) -> None:
    before = held(OURS, tmp_path).tables
    with mmap.mmap(-1, 256 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ) as memory:
        for place in range(0, 256 << 20, 2 << 20):
            assert memory[place] == 0
        after = held(OURS, tmp_path).tables
    assert after - before >= 64 * mmap.PAGESIZE


def test_ended_processes_hold_nothing(tmp_path: Path) -> None:
    assert held((2**22 + 1,), tmp_path) == Held()


@pytest.mark.parametrize(
    ("root", "within"),
    [("life", True), ("life/repo", True), ("life//deleted", True), ("life2", False), ("", False), ("../life", False)],
)
def test_mounts_below_a_folder_are_known(tmp_path: Path, root: str, within: bool) -> None:
    mount = mount_of(tmp_path / "life")  # which is not there any more
    assert shown_by(mount.path.parent / root, f"{mount.major}:{mount.minor}", mount) == within
    assert not shown_by(mount.path.parent / root, f"{mount.major + 1}:{mount.minor}", mount)


def test_escapes_of_mounts_are_read() -> None:
    assert plain("/a\\040b\\134c") == "/a b\\c"


def test_what_waits_in_tcp_is_counted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_connection(door.getsockname()) as one:
        other, _ = door.accept()
        before = queued_bytes(os.getpid())
        one.sendall(bytes(SIZE // 16))
        waiting = queued_bytes(os.getpid()) - before
        other.close()
    assert waiting >= SIZE // 16


def test_names_in_memory_take_memory(tmp_path: Path) -> None:
    assert in_memory_bytes(tmp_path) > used_bytes(tmp_path)
