"""Candidates for one gate: a small genome with tests, and what a first life made of it."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from controller.contract import CONTEXT_FILE, GENOME
from controller.gates.candidate import Candidate, Room
from controller.git.lineage import Lineage
from controller.git.repository import Repository
from controller.ledger.judgements import Judgements
from controller.memory import parse_context
from controller.run.compose import VENV
from controller.sandbox.limits import Bounds
from controller.sandbox.none import Unisolated
from nursery.ground import TYPES
from tests.controller.conftest import git

Files = Mapping[str, str | None]  # None: deleted


def write(folder: Path, files: Files) -> None:
    """Write and delete files."""
    for path, text in files.items():
        if text is None:
            (folder / path).unlink()
        else:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)


def commit(folder: Path, words: str) -> str:
    """Commit everything; the id."""
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", words)
    return git(folder, "rev-parse", "HEAD")


def candidate(
    operator: Path, before: Files, after: Files, goal: str = "Change", summary: str = "Changed",
    judgements: Judgements | None = None,
    memory: Callable[[dict[str, object]], object] = lambda _: None,
) -> Candidate:  # fmt: skip
    """What a first life pushed: files changed from `before` to `after`, with a proper entry."""
    write(operator, before)
    parent = commit(operator, "The parent")
    told = json.loads((operator / CONTEXT_FILE).read_text())
    born = parse_context(json.dumps(told))
    assert born is not None
    entry = {"generation": 1, "goal": goal, "claim": {"outcome": "code", "summary": summary}}
    written = {**told, "goal": {"title": goal}, "history": [entry]}
    memory(written)
    write(operator, {**after, CONTEXT_FILE: json.dumps(written)})
    pushed = commit(operator, "An attempt")
    lineage = Lineage(Repository(operator), Repository(operator.parent / "store.git", own=True), "lineage/main")
    lineage.open(parent)
    lineage.store.run("fetch", "--quiet", str(operator), pushed)
    folder = operator.parent / "room"
    shutil.rmtree(folder, ignore_errors=True)
    room = Room(Unisolated(VENV), folder, Bounds(120.0, 2**30, 2**20))
    changes = tuple(lineage.changes(parent, pushed))
    return Candidate(lineage, parent, pushed, 1, GENOME, changes, born, None, room, judgements=judgements, types=TYPES)
