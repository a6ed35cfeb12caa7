"""Working on a task in a test: the minimal genome, a script for a model, everything else real."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from controller.contract import Limits
from controller.gateway.reservations import Terms
from controller.gateway.server import Gateway
from controller.gateway.upstreams.script import Script
from controller.gateway.upstreams.upstream import LocalUpstream
from controller.generation.parts import Parts
from controller.git.lineage import Lineage
from controller.ground.work import Assignment, Worked, ground_lineage, work
from controller.ledger.calls import Calls
from controller.ledger.database import LEDGER_FILE, Database
from controller.ledger.journal import Journal, Run
from controller.ledger.recordings import Recordings
from controller.run.compose import VENV, stamp
from controller.sandbox.bubblewrap import Bubblewrap
from controller.sandbox.isolation import Isolation
from controller.sandbox.limits import bounds_of
from controller.settings.settings import Settings
from controller.state.place import locate, make_state
from tests.controller.conftest import git

BRANCH = "lineage/main"
INSTRUCTION = "Let count.py print one more."


@dataclass(frozen=True)
class Bench:
    """A ground on which the operator's genome works."""

    parts: Parts
    run: Run
    database: Database
    operator: Path

    def assignment(self, **more: Any) -> Assignment:
        """A small task, with the genome that the operator stands at."""
        start = self.operator.parent / "start"
        start.mkdir(exist_ok=True)
        (start / "count.py").write_text("print(1)\n")
        bounds = self.parts.bounds
        limits = Limits(seconds=60, memory_bytes=bounds.memory_bytes, output_bytes=bounds.output_bytes, tokens=100_000)
        commit = git(self.operator, "rev-parse", "HEAD")
        made = Assignment(commit, INSTRUCTION, start, self.parts.gateway.upstream.models(), limits)
        return replace(made, **more)

    def work(self, **more: Any) -> Worked:
        """Work on it."""
        return work(self.parts, self.run, self.assignment(**more))


@contextmanager
def bench(
    operator: Path,
    script: Sequence[Any] = (),
    isolation: Isolation | None = None,
    upstream: LocalUpstream | None = None,
    tokens: int | None = None,
) -> Iterator[Bench]:
    """A ground over the operator's repository; its one life is answered by a script, or by an upstream."""
    place = locate(operator, BRANCH)
    make_state(place)
    path = operator.parent / "script.json"
    path.write_text(json.dumps({"lives": [list(script) or [{"text": "Nothing."}]]}))
    settings = Settings(model=f"script:{path}")
    lineage = Lineage(place.repository, place.store, place.branch)
    lineage.open(git(operator, "rev-parse", "HEAD"))
    database = Database(place.state / LEDGER_FILE)
    gateway = Gateway(upstream or Script(path), Calls(database), recordings=Recordings(place.lineage), terms=Terms())
    gateway.start()
    run = Run("ground-1", ground_lineage(BRANCH), 0, {}, tokens)
    journal = Journal(database)
    journal.begin_run(run)
    level = isolation or Bubblewrap(VENV)
    parts = Parts(
        lineage=lineage,
        isolation=level,
        gateway=gateway,
        journal=journal,
        calls=Calls(database),
        lives=place.lives,
        bounds=bounds_of(settings, free_bytes=0),
        notify=lambda _: None,
        stamps=stamp(settings, level.name),
        seed=0,
        genome=settings.genome,
        goal=None,
    )
    try:
        yield Bench(parts, run, database, operator)
    finally:
        gateway.stop()
        database.close()
