"""A candidate that the operator asks the gates about: in a store of its own; nothing is recorded or moved."""

import shutil
from pathlib import Path

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE
from controller.errors import RequestError
from controller.gates.candidate import Candidate, Room
from controller.git.lineage import FETCH, Lineage
from controller.git.repository import Repository
from controller.memory import parse_context
from controller.sandbox.isolation import Isolation
from controller.sandbox.limits import Bounds
from controller.settings.settings import Settings


def candidate(
    settings: Settings, repository: Repository, commit: str, parent: str, isolation: Isolation, place: Path
) -> Candidate:
    """A candidate in a store of its own. Raises RequestError where the parent's memory is not sound."""
    before = parse_context(repository.read(parent, CONTEXT_FILE, CONTEXT_BYTES))
    if before is None:
        raise RequestError(f"{CONTEXT_FILE} at {parent[:10]} is missing or not sound; judge against another commit")
    lineage = Lineage(repository, Repository(place / "store.git", own=True), "gate")
    lineage.make_bare(lineage.store.path)
    Repository(lineage.store.path).run(*FETCH, str(repository.path), commit, parent)
    bounds = Bounds(settings.gates.seconds, settings.memory_mb * 2**20, settings.output_mb * 2**20)
    number = 1
    if before.history:
        number = before.history[-1].generation + 1
    changes = tuple(lineage.changes(parent, commit))
    room = Room(isolation, place / "room", bounds)
    return Candidate(
        lineage,
        parent,
        commit,
        number,
        settings.genome,
        changes,
        before,
        goal=None,
        room=room,
        types=types_of(repository, place),
        policy=settings.gates,
        genome_tokens=settings.genome_tokens,
    )


def types_of(repository: Repository, place: Path) -> Path:
    """A copy of the cache of types of this repository's lives: what is asked by hand adds nothing to theirs."""
    common = Path(repository.run("rev-parse", "--path-format=absolute", "--git-common-dir").strip())
    kept, copy = common / "heirloom" / "types", place / "types"
    if kept.is_dir():
        shutil.copytree(kept, copy, symlinks=True)
    return copy
