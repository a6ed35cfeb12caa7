"""Two lives at once: two threads, one ledger, one gateway, one file of recordings; real processes."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from controller.audit.open_ledger import open_checked
from controller.contract import GATE_PATH, Limits, ModelInfo
from controller.errors import Held
from controller.gateway.admission import Admission
from controller.gateway.reservations import Terms
from controller.gateway.server import Gateway
from controller.gateway.upstreams.script import Script
from controller.gateway.upstreams.upstream import JSON, Reply
from controller.generation.generation import finish
from controller.generation.judge import judge
from controller.generation.live import live
from controller.generation.parts import Parts
from controller.git.lineage import Lineage
from controller.ledger.calls import Calls
from controller.ledger.database import Database
from controller.ledger.findings import Findings
from controller.ledger.journal import Journal, Run
from controller.ledger.life import Life
from controller.ledger.phases import Newborn
from controller.ledger.recordings import Exchange, Recordings
from controller.run.compose import VENV, stamp
from controller.sandbox.levels import choose
from controller.sandbox.limits import bounds_of
from controller.settings.settings import Settings
from controller.state.place import locate, make_state
from tests.controller.conftest import git
from tests.controller.generation.test_gate_requests import asks
from tests.controller.lives import END, GOAL, READING, context, history, leftovers
from tests.controller.lives import Reply as Line

RUN = Run("20260101-000000-0000", "lineage/main", 2, {}, tokens=10**6, calls=100)
LEVELS = pytest.mark.parametrize("isolation", ["bubblewrap", "none"])


class Rendezvous(Script):
    """A script whose first replies wait until two lives have asked: so both are lived at the same time."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._here: set[int] = set()
        self._both = asyncio.Event()

    async def reply(self, request: JSON, admission: Admission) -> Reply:  # type: ignore[override]
        """As a script's, once both are here."""
        self._here.add(admission.try_id)
        if len(self._here) == 2:
            self._both.set()
        await self._both.wait()
        return super().reply(request, admission)


@contextmanager
def parts_for(operator: Path, lives: list[list[Line]], isolation: str) -> Iterator[tuple[Parts, Database]]:
    """The parts of one run over a new lineage; generation n is answered by the n-th of these lives."""
    place = locate(operator, RUN.lineage)
    make_state(place)
    script = operator.parent / "script.json"
    script.write_text(json.dumps({"lives": lives}))
    settings = Settings(model=f"script:{script}", gates=READING)
    level, _ = choose(isolation, VENV, embedded=False)
    upstream = Rendezvous(script)
    lineage = Lineage(place.repository, place.store, place.branch)
    database = open_checked(place, lineage, git(operator, "rev-parse", "HEAD"))
    gateway = Gateway(upstream, Calls(database), recordings=Recordings(place.lineage), terms=Terms())
    gateway.start()
    journal = Journal(database)
    journal.begin_run(RUN)
    try:
        yield (
            Parts(
                lineage=lineage,
                isolation=level,
                gateway=gateway,
                journal=journal,
                calls=Calls(database),
                lives=place.lives,
                bounds=bounds_of(settings, free_bytes=0),
                notify=lambda _: None,
                stamps=stamp(settings, isolation),
                seed=0,
                genome=settings.genome,
                goal=None,
                known=Findings(database),
                policy=READING,
            ),
            database,
        )
    finally:
        gateway.stop()
        database.close()


def lived(parts: Parts, generation: int, models: tuple[ModelInfo, ...]) -> Life:
    """One life at a generation, from its birth to its verdict."""
    bounds = parts.bounds
    limits = Limits(seconds=bounds.seconds, memory_bytes=bounds.memory_bytes, output_bytes=bounds.output_bytes)
    newborn = Newborn(models, limits, parts.genome, None, (), asks=parts.asks)
    tried = parts.journal.begin_try(RUN, generation, parts.lineage.head())
    return judge(parts, live(parts, parts.journal.life(tried), newborn))


def said(operator: Path, life: Life) -> list[Exchange]:
    """What is recorded of a life."""
    recordings = Recordings(locate(operator, RUN.lineage).lineage)
    try:
        return list(recordings.of_life(life.tried.id))
    finally:
        recordings.close()


def script_of(name: str) -> list[Line]:
    """A life that leaves a mark in the genome, and asks the gates about it."""
    return [GOAL, asks(f"echo '{name} = 1' >>agent/__init__.py\n"), END]


@pytest.mark.quick(1)
@LEVELS
def test_two_lives_at_once(operator: Path, isolation: str) -> None:
    names = ("first", "second")
    with parts_for(operator, [script_of(name) for name in names], isolation) as (parts, database):
        models = Script(operator.parent / "script.json").models()
        with ThreadPoolExecutor(2) as pool:
            running = [pool.submit(lived, parts, number, models) for number in (1, 2)]
            lives = [one.result() for one in running]
        assert lives == [parts.journal.life(life.tried) for life in lives]
        for name, life in zip(names, lives, strict=True):
            assert (str(life.outcome), life.exit, life.requests.number) == ("evolved", "exit 10", 1)
            assert life.attempt is not None
            changed = parts.lineage.store.run("diff", life.tried.parent, life.attempt, "--", "agent")
            assert [line for line in changed.splitlines() if line.startswith("+") and "= 1" in line] == [f"+{name} = 1"]
        used = [parts.calls.of_try(life.tried.id) for life in lives]
        whole = parts.calls.of_run(RUN.id)
        assert (whole.total, whole.calls) == (sum(one.total for one in used), 6)
        assert [one.calls for one in used] == [3, 3]
        booked = database.rows("SELECT try, reserved, settled FROM calls")
        assert all(row["settled"] is not None for row in booked)
        # One lineage takes one of them; the other one is a try whose parent is no longer the newest
        assert finish(parts, lives[0]).closed == "evolved"
        with pytest.raises(Held, match="was moved"):
            finish(parts, lives[1])
    assert [one.outcome for one in history(operator)] == ["evolved"]
    assert context(operator, 1)["history"][-1]["generation"] == 1
    assert leftovers(operator) == []
    for name, other, life in zip(names, reversed(names), lives, strict=True):
        exchanges = said(operator, life)
        assert [one.number for one in exchanges] == [1, 2, 3, 4]
        assert [one.path for one in exchanges].count(GATE_PATH) == 1
        text = json.dumps([one.request for one in exchanges])
        assert f"{name} = 1" in text and f"{other} = 1" not in text
