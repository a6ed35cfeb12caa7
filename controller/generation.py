"""One try at a generation, phase by phase. Each phase is journalled, with all it needs, before it begins.

spawn → fetch (the child ended) → judge (what it pushed is here) → record (the outcome is known) → done
A phase that a dead controller left is found in the journal and repeated; equal data make equal commits.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, replace

from controller import life
from controller.child import Child, Ending
from controller.contract import CONTEXT_BYTES, CONTEXT_FILE
from controller.errors import StoppedEarly
from controller.gates import judge
from controller.gates.candidate import Candidate, Report, Room
from controller.gateway.guest import Guest
from controller.ledger import Try
from controller.lineage import Change
from controller.outcome import Outcome, Seen, Verdict, decide
from controller.record import chosen_goal, parse_context, proposal
from controller.recording import record
from controller.world import Lived, World

WORLD_FAULTS = {
    401,
    402,
    403,
    408,
    409,
    429,
}  # beside every 5xx; 599 is the ledger's word for an answer that never came
JUDGED_AT_MOST = 3
GATE_SECONDS = 300.0


def live(world: World, tried: Try, newborn: life.Newborn, holds: Callable[[Child | None], None]) -> None:
    """Make the workspace, spawn the child, wait for its end, and journal that end.

    `holds` is told of the running child, so that an interrupt can end it. Raises IsolationError, GitError.
    """
    folder, token = world.folder(tried), life.new_token()
    life.remove(folder)
    world.tell(tried, "clone")
    life.prepare(folder, world.lineage, world.isolation, tried, newborn)
    guest = Guest(
        try_id=tried.id,
        generation=tried.generation,
        token=token,
        seed=world.seed,
        tree=world.lineage.tree_without_context(tried.parent),
        deadline=time.monotonic() + world.bounds.seconds,
        models=tuple(model.id for model in newborn.models),
    )
    world.journal.begin_phase(tried.id, "spawn")
    world.tell(tried, "live")
    child = life.start(folder, world.isolation, tried, token, world.bounds)
    holds(child)
    try:
        assert child.listener is not None
        world.gateway.admit(guest, child.listener)
        ending = child.wait(lambda: world.gateway.waited(guest))
    finally:
        child.end()
        holds(None)
        world.gateway.dismiss(guest)
    world.journal.begin_phase(tried.id, "fetch", **asdict(replace(ending, output=ending.output[-4000:])))


def finish(world: World, tried: Try) -> Outcome:
    """From a life's end to its record: fetch, judge, commit. Takes up whatever phase the journal stands at.

    Raises StoppedEarly where the gates cannot check; the try stays open and is judged again by the next run.
    """
    phases = world.journal.phases(tried.id)
    ending = Ending(**{key: value for key, value in phases["fetch"].items() if key != "at"})
    attempt = phases["judge"]["attempt"] if "judge" in phases else fetch(world, tried)
    world.journal.begin_phase(tried.id, "judge", attempt=attempt)
    if "record" in phases:
        outcome = Outcome(**phases["record"]["outcome"])
        reports = tuple(Report(**report) for report in phases["record"]["reports"])
        lived = Lived(ending, attempt, outcome, reports, phases["record"]["met"])
    else:
        lived = judged(world, tried, ending, attempt)
        told = [asdict(report) for report in lived.reports]
        world.journal.begin_phase(tried.id, "record", outcome=asdict(lived.outcome), reports=told, met=lived.met)
    if lived.outcome.name == "aborted":
        world.journal.end_try(tried.id, "aborted", lived.outcome.detail)
        world.tell(tried, "aborted", reason=lived.outcome.detail)
    else:
        world.tell(tried, "record")
        record(world, tried, lived)
    life.remove(world.folder(tried))
    return lived.outcome


def fetch(world: World, tried: Try) -> str | None:
    """The commit that a life pushed, or None."""
    world.tell(tried, "fetch")
    folder = world.folder(tried)
    if not folder.exists():
        return None
    inbox = f"{world.isolation.root(folder)}/{life.INBOX}"
    command = life.upload_pack(folder, world.isolation)
    return world.lineage.fetch(tried.generation, tried.number, command, inbox)


def judged(world: World, tried: Try, ending: Ending, attempt: str | None) -> Lived:
    """The outcome of a try, with the gates' reports where they were asked."""
    status = world.calls.last_status(tried.id)
    changes = tuple(world.lineage.changes(tried.parent, attempt)) if attempt else ()
    seen = Seen(
        world_fault=status is not None and (status >= 500 or status in WORLD_FAULTS),
        limit=ending.limit,
        exit_code=ending.exit_code,
        pushed=attempt is not None and attempt != tried.parent,
        changed=any(change.path != CONTEXT_FILE for change in changes),
    )
    reports: tuple[Report, ...] = ()
    met = False

    def ask() -> Verdict:
        nonlocal reports, met
        assert attempt is not None
        verdict, reports, met = ask_gates(world, tried, attempt, changes)
        return verdict

    for _ in range(JUDGED_AT_MOST):
        outcome = decide(seen, ask)
        if outcome.name != "unjudged":
            return Lived(ending, attempt, outcome, reports, met)
    raise StoppedEarly(
        f"generation {tried.generation} could not be judged: {reports[-1].name}: {reports[-1].reason}; "
        "mend that and run again: the same attempt will be judged"
    )


def ask_gates(
    world: World, tried: Try, attempt: str, changes: tuple[Change, ...]
) -> tuple[Verdict, tuple[Report, ...], bool]:
    """The gates' verdict in a room of its own, their reports, and whether the goal's own checks succeed."""
    world.tell(tried, "judge")
    folder = world.folder(tried).with_suffix(".gates")
    life.remove(folder)
    room = Room(world.isolation, folder, replace(world.bounds, seconds=GATE_SECONDS))
    before, goal = world.context(tried.parent), world.operators_goal(tried.parent)
    one = Candidate(world.lineage, tried.parent, attempt, tried.generation, world.genome, changes, before, goal, room)
    verdict, reports = judge(one)
    met = verdict.decision == "pass" and goal_met(one)
    life.remove(folder)
    return verdict, reports, met


def goal_met(candidate: Candidate) -> bool:
    """Whether every check of the goal succeeds on the candidate; a goal without checks is met by evolving."""
    text = candidate.lineage.read(candidate.commit, CONTEXT_FILE, CONTEXT_BYTES)
    child = proposal(candidate.before, parse_context(text), candidate.generation)
    goal = chosen_goal(candidate.before, child, candidate.goal)
    checks = goal.done_when if goal else ()
    return all(candidate.room.run(("bash", "-c", check), cwd="child").exit_code == 0 for check in checks)
