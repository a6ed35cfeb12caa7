"""Locks that a killed git left where only the holder of the lineage takes any: removed before anything begins."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from controller.errors import GitError
from controller.git.lineage import Lineage
from controller.sandbox.process_tree import working_in

PATIENCE = 10.0  # seconds for a git that outlived its controller
PAUSE = 0.05


def release(lineage: Lineage, common: Path, sleep: Callable[[float], None] = time.sleep) -> list[Path]:
    """Remove what lies in the way; `common`: the operator's git folder. To be called by who holds the lineage.

    Raises GitError where a git still works there: a lock of its own would be taken from it.
    """
    found = [*of_store(lineage), *of_operator(lineage, common)]
    waited = 0.0
    while found and (at_work := working_in("git", (lineage.store.path, lineage.operator.path, common))):
        if waited >= PATIENCE:
            raise GitError(
                f"{found[0]} is there, and git still works on it (process {at_work[0]}); wait for that, or end it, "
                "and run again"
            )
        sleep(PAUSE)
        waited += PAUSE
        found = [*of_store(lineage), *of_operator(lineage, common)]
    for lock in found:
        lock.unlink(missing_ok=True)
    return found


def of_store(lineage: Lineage) -> Iterator[Path]:
    """Every lock of a name in our own store: nobody else works there."""
    yield from lineage.store.path.glob("*.lock")
    yield from (lineage.store.path / "refs").rglob("*.lock")


def of_operator(lineage: Lineage, common: Path) -> Iterator[Path]:
    """In the operator's repository only those of the lineage's own refs, which the controller alone moves."""
    tip = common / f"{lineage.ref}.lock"
    if tip.exists():
        yield tip
    yield from (common / "refs" / "heirloom" / lineage.branch).rglob("*.lock")
