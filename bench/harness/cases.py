"""The troubles of the world by name: those that pass soon, and those that take their minute."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from bench.harness.runs import Kept
from bench.harness.starved import no_memory, stopped
from bench.harness.troubles import AT, MIB, Told, full_disk, lock_left, unwritable

STORE = "heirloom/lineages/lineage%2Fmain/store.git"  # of our own
ATTEMPT = f"refs/heirloom/lineage/main/{AT}.1.lock"
Trouble = Callable[[Path, Sequence[Kept]], Told]


def short(place: str) -> str:
    """A place below `.git`, the long path to our store left out."""
    return place.replace(STORE, "store.git")


DISK: dict[str, Trouble] = {
    f"a full disk, from {phase} on": partial(full_disk, phase=phase)
    for phase in ("clone", "live", "fetch", "judge", "record", "done")
}
CLOSED: dict[str, Trouble] = {
    f"{short(place)} cannot be written, from {phase} on": partial(unwritable, place=place, phase=phase)
    for place, phase in (
        ("heirloom", "live"), ("heirloom/lives", "done"), (STORE, "live"), (STORE, "fetch"), ("objects", "live"),
        ("refs", "live"),
    )
}  # fmt: skip
LOCKS: dict[str, Trouble] = {
    f"{short(lock)} left behind": partial(lock_left, lock=lock, phase="live")
    for lock in (
        "index.lock", "packed-refs.lock", "refs/heads/lineage/main.lock", ATTEMPT,
        f"{STORE}/refs/heads/lineage/main.lock",
        f"{STORE}/packed-refs.lock", f"{STORE}/{ATTEMPT}", f"{STORE}/HEAD.lock", f"{STORE}/index.lock",
    )
}  # fmt: skip
MEMORY: dict[str, Trouble] = {
    f"no memory for the controller, from {phase} on": partial(no_memory, phase=phase, spare=spare)
    for phase, spare in (("live", 0), ("fetch", MIB), ("done", MIB))
}
STILL: dict[str, Trouble] = {"a controller that stands still for 3 s": partial(stopped, seconds=3.0)}
CASES: Mapping[str, Trouble] = DISK | CLOSED | LOCKS | MEMORY | STILL
SLOW_CASES: Mapping[str, Trouble] = {"a controller that stands still for 60 s": partial(stopped, seconds=60.0)}
