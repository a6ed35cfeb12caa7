"""Lives a try again, at its commit, under its isolation, answered by its recording: nothing of it is kept.

Its birth is the recorded one, with the same numbers, dates and paths. It has a store and a ledger of its own, in a
folder that goes away. The lineage and the operator's repository are only read.
"""

import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from starlette.responses import Response

from controller.contract import GATE_PATH
from controller.errors import RequestError
from controller.events.kinds import Notify, Warned
from controller.gateway.admission import Admission
from controller.gateway.difference import Difference
from controller.gateway.gate_endpoint import GateEndpoint, Waiter
from controller.gateway.server import Gateway
from controller.gateway.upstreams.replay import REFUSED, Replay, check_whole
from controller.generation.inbox import fetch_push
from controller.generation.live import live
from controller.generation.parts import Parts
from controller.git.lineage import FETCH, Lineage
from controller.git.repository import ZERO, Repository
from controller.ledger.calls import Calls
from controller.ledger.database import LEDGER_FILE, Database
from controller.ledger.journal import Journal, Run
from controller.ledger.life import Life
from controller.ledger.recordings import Exchange
from controller.replay.recorded_life import tree_of
from controller.sandbox.isolation import Isolation
from controller.sandbox.levels import choose
from controller.sandbox.temporary import temporary_folder
from controller.state.place import Place


class RecordedVerdicts(GateEndpoint):
    """What the gates answered, out of a recording."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    def answer(self, waiter: Waiter, now: Callable[[], float], everything: bool = False) -> Response:
        """The recorded answer."""
        one = self._replay.next(GATE_PATH, {})
        return Response(one.answer, one.status or REFUSED, dict(one.headers))

    def close(self) -> None:
        """Nothing is being judged."""


class ReplayGateway(Gateway):
    """A gateway that plays a recording, and ends the life at its first difference."""

    def __init__(self, replay: Replay, calls: Calls) -> None:
        super().__init__(replay, calls)
        self._replay = replay

    def admit(self, admission: Admission, listener: socket.socket, gate: GateEndpoint | None = None) -> None:
        """As a gateway's; what the gates said is in the recording, too."""
        super().admit(admission, listener, RecordedVerdicts(self._replay) if gate else None)

    def waited(self, admission: Admission) -> float:
        """As a gateway's; once something else was asked, the life's clock has run out."""
        if self._replay.over:
            return -float("inf")
        return super().waited(admission)


@dataclass(frozen=True)
class Relived:
    """What became of a replay.

    `unasked`: recorded calls that it did not make. `exit`: how it ended, "" where a difference ended it. `tree`: of
    what it pushed, None where it pushed nothing or was ended before it could. `changed`: paths in which the two
    attempts differ.
    """

    differences: Sequence[Difference]
    unasked: int
    exit: str
    tree: str | None
    changed: Sequence[str] = field(default=())


def relive(place: Place, past: Life, exchanges: Sequence[Exchange], lenient: bool, notify: Notify) -> Relived:
    """Live a recorded life again. Raises RequestError, IsolationError, GitError."""
    check_whole(exchanges)
    isolation, warning = choose(past.stamps["Isolation"], Path(sys.prefix), embedded=False)
    if warning:
        notify(Warned(warning))
    replay = Replay(exchanges, past.newborn.models, lenient)
    with temporary_folder("replay") as folder:
        database = Database(Path(folder) / LEDGER_FILE)
        gateway = ReplayGateway(replay, Calls(database))
        gateway.start()
        parts = scratch(place, past, isolation, gateway, database, Path(folder), notify)
        try:
            return live_again(parts, place, past, replay)
        finally:
            parts.discard(past.tried)
            gateway.stop()
            database.close()


def scratch(
    place: Place,
    past: Life,
    isolation: Isolation,
    gateway: ReplayGateway,
    database: Database,
    folder: Path,
    notify: Notify,
) -> Parts:
    """Parts with which the try's number, commit and paths are what they were. Raises RequestError, GitError."""
    tried, store = past.tried, place.store
    needed = [tried.parent, *past.newborn.attempts.values()]
    for commit in needed:
        if store.resolve(commit) is None:
            raise RequestError(f"the commit {commit[:10]}, which that life found in its clone, is not here any more")
    lineage = Lineage(store, Repository(folder / "store.git", own=True), place.branch)
    lineage.make_bare(lineage.store.path)
    Repository(lineage.store.path).run(*FETCH, str(store.path), *needed)
    lineage.store.move(lineage.ref, tried.parent, ZERO)
    journal = Journal(database)
    journal.begin_run(Run(tried.run, place.branch, tried.generation, {}))
    journal.copy_try(tried, place.branch)
    return Parts(
        lineage=lineage,
        isolation=isolation,
        gateway=gateway,
        journal=journal,
        calls=Calls(database),
        lives=place.lives,
        bounds=past.bounds,
        notify=notify,
        stamps=past.stamps,
        seed=int(past.stamps["Seed"]),
        genome=past.newborn.genome,
        goal=past.newborn.goal,
        asks=past.newborn.asks,
    )


def live_again(parts: Parts, place: Place, past: Life, replay: Replay) -> Relived:
    """Live it, and hold what it pushed beside what was pushed then."""
    tried = past.tried
    life = live(parts, parts.journal.life(tried), past.newborn)
    if replay.over:
        return Relived(replay.differences, replay.left, "", None)
    attempt = fetch_push(parts, tried).attempt
    if attempt is None:
        return Relived(replay.differences, replay.left, life.exit, None)
    tree, changed = parts.lineage.tree(attempt), changed_paths(parts, place, past, attempt)
    return Relived(replay.differences, replay.left, life.exit, tree, changed)


def changed_paths(parts: Parts, place: Place, past: Life, attempt: str) -> list[str]:
    """Where an attempt differs from what was pushed then; none where that was nothing."""
    if past.attempt is None or tree_of(place, past) == parts.lineage.tree(attempt):
        return []
    Repository(parts.lineage.store.path).run(*FETCH, str(parts.lineage.operator.path), past.attempt)
    return [change.path for change in parts.lineage.changes(past.attempt, attempt)]
