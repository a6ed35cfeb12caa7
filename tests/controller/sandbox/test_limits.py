"""The limits of the machine: each is one bound made from one setting; what is measured of a folder and of time."""

import mmap
import os
from dataclasses import asdict
from itertools import repeat
from pathlib import Path

import pytest

from controller.sandbox.cgroup import is_delegated
from controller.sandbox.limits import DEEP, LATE_SECONDS, Bounds, Watch, bounds_of, contents
from controller.sandbox.process_tree import ProcessTree
from controller.settings.settings import Settings

MOST = 10**9
BOUNDS: dict[str, tuple[str, float]] = {
    "minutes_per_life": ("seconds", 6000.0),
    "memory_mb": ("memory_bytes", 100 << 20),
    "output_mb": ("output_bytes", 100 << 20),
    "cpu_minutes_per_life": ("cpu_seconds", 6000.0),
    "processes": ("processes", 100),
    "folder_mb": ("folder_bytes", 100 << 20),
}


@pytest.mark.parametrize("key", BOUNDS)
def test_each_setting_is_one_bound(key: str) -> None:
    name, value = BOUNDS[key]
    plain = asdict(bounds_of(Settings(), 0))
    changed = asdict(bounds_of(Settings.model_validate({key: 100}), 0))
    assert changed == {**plain, name: value}


def test_contents_are_counted(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "file").write_bytes(b"x" * 10_000)
    (tmp_path / "link").symlink_to("/usr")
    found = contents(tmp_path, MOST, MOST)
    assert found.entries == 3
    assert 10_000 <= found.bytes < 100_000


def test_counting_stops_at_a_limit(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / str(number)).touch()
    assert contents(tmp_path, MOST, 10).entries == 11


def test_deep_nesting_counts_as_full(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(DEEP + 2):
        folder /= "a"
    folder.mkdir(parents=True)
    assert contents(tmp_path, MOST, 1000).entries == 1001


@pytest.mark.parametrize(("leap", "limit"), [(LATE_SECONDS * 100, None), (LATE_SECONDS / 2, "wall")])
def test_stalled_controller_charges_no_time(tmp_path: Path, leap: float, limit: str | None) -> None:
    readings = iter((0.0, *repeat(leap, 100)))
    tree = ProcessTree(os.getpid(), contained=False, marks={})
    try:
        watch = Watch(tree, Bounds(1.0, 1 << 40, 1), tmp_path, None, clock=lambda: next(readings))
        assert watch.exceeded(written=0, extra=0.0) == limit
    finally:
        os.close(tree.pidfd)


@pytest.mark.parametrize(
    ("name", "user", "delegated"),
    [
        ("heirloom.service", 0, True),
        ("run-u7.scope", os.geteuid(), os.geteuid() != 0),
        ("run-u7.scope", os.geteuid() + 1, False),
        ("user.slice", 0, False),
    ],
)
def test_delegated_units_are_divided(tmp_path: Path, name: str, user: int, delegated: bool) -> None:
    folder = tmp_path / name
    folder.mkdir()
    assert not is_delegated(folder, user)  # nothing to divide it by
    (folder / "cgroup.subtree_control").touch()
    assert is_delegated(folder, user) == delegated


def exceeded(folder: Path, bounds: Bounds) -> str | None:
    """What this process exceeds by a look at everything."""
    readings = iter((0.0, *repeat(LATE_SECONDS / 2, 100)))
    tree = ProcessTree(os.getpid(), contained=False, marks={})
    try:
        return Watch(tree, bounds, folder, None, clock=lambda: next(readings)).exceeded(written=0, extra=0.0)
    finally:
        os.close(tree.pidfd)


def test_hidden_memory_exceeds_its_limit(tmp_path: Path) -> None:
    bounds = Bounds(60.0, 8 << 30, 1)
    assert exceeded(tmp_path, bounds) is None
    with mmap.mmap(-1, 9 << 30):
        assert exceeded(tmp_path, bounds) == "memory"


def test_nameless_files_exceed_their_limit(tmp_path: Path) -> None:
    bounds = Bounds(60.0, 1 << 40, 1, folder_bytes=1 << 20, entries=100)
    assert exceeded(tmp_path, bounds) is None
    descriptor = os.open(tmp_path, os.O_TMPFILE | os.O_RDWR)
    os.write(descriptor, os.urandom(2 << 20))
    os.fsync(descriptor)
    limit = exceeded(tmp_path, bounds)
    os.close(descriptor)
    assert limit == "disk"
