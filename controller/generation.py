"""One try at a generation, phase by phase. Each phase is journalled, with all it needs, before it begins.

spawn → fetch (the child ended) → judge (what it pushed is here) → record (the outcome is known) → done
A phase that a dead controller left is found in the journal and repeated; equal data make equal commits.
"""

import time
from collections.abc import Mapping
from dataclasses import asdict, replace

from controller import life
from controller.asked import Asked, candidate, config, pushed
from controller.child import Ending
from controller.contract import CONTEXT_FILE, Goal
from controller.directed import REFUSED, Consent, Proposal
from controller.errors import Held, RequestError
from controller.gates import chosen, furnish, judge
from controller.gates.candidate import Candidate, Report
from controller.gates.goal import failure, goal_of
from controller.gates.reuse import remembering
from controller.gates.tried import keep
from controller.gateway.asking import Asking
from controller.gateway.guest import Guest
from controller.ledger import Try
from controller.outcome import Outcome, Seen, Verdict, decide
from controller.recording import record
from controller.request import no_room
from controller.waits import Waits
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
DRY_RUN = "dry run"


def live(world: World, tried: Try, newborn: life.Newborn) -> None:
    """Make the workspace, spawn the child, wait for its end, and journal that end. Raises IsolationError, GitError."""
    folder, token = world.folder(tried), life.new_token()
    world.discard(tried)
    world.tell(tried, "clone")
    life.prepare(folder, world.lineage, world.isolation, tried, newborn)
    asked = Asked(world, tried, newborn.goal)
    guest = Guest(
        try_id=tried.id,
        generation=tried.generation,
        token=token,
        seed=world.seed,
        tree=world.lineage.tree_without_context(tried.parent),
        deadline=time.monotonic() + world.bounds.seconds,
        models=tuple(model.id for model in newborn.models),
    )
    goal = newborn.goal.model_dump() if newborn.goal else None
    again = {"birth": life.TOLD.dump_python(newborn, mode="json"), "bounds": asdict(world.bounds)}
    consent = world.directed.consent if world.directed else ""
    world.journal.begin_phase(tried.id, "spawn", stamps=dict(world.stamps), goal=goal, consent=consent, **again)
    world.tell(tried, "live")
    child = life.start(folder, world.isolation, tried, token, world.bounds)
    try:
        assert child.listener is not None
        world.gateway.admit(guest, child.listener, Asking(asked, world.asks) if world.asks else None)
        ending = child.wait(Waits(world, tried, guest))
    finally:
        child.abandon()
        trouble = world.gateway.trouble(guest)
        world.gateway.dismiss(guest)
    world.journal.begin_phase(tried.id, "asks", number=asked.number, refused=asked.refused, why=asked.why)
    fault = asdict(trouble) if trouble else None
    world.journal.begin_phase(tried.id, "fetch", **asdict(replace(ending, output=ending.output[-4000:])), fault=fault)


def finish(world: World, tried: Try) -> Outcome:
    """From a life's end to its record: fetch, judge, commit. Takes up whatever phase the journal stands at.

    Raises Held where the gates cannot check; the try stays open and is judged again.
    """
    phases = world.journal.phases(tried.id)
    told = phases["spawn"]["goal"]
    stamps, goal = phases["spawn"]["stamps"], Goal(**told) if told else None
    ending = Ending(**{key: value for key, value in phases["fetch"].items() if key not in ("at", "fault")})
    attempt = phases["judge"]["attempt"] if "judge" in phases else fetch(world, tried)
    world.journal.begin_phase(tried.id, "judge", attempt=attempt)
    if "record" not in phases:
        outcome, reports, met = judged(world, tried, ending, attempt, goal, phases["fetch"].get("fault"))
        answers = [asdict(report) for report in reports]
        world.journal.begin_phase(tried.id, "record", outcome=asdict(outcome), reports=answers, met=met)
    row = world.journal.phases(tried.id)["record"]
    reports = tuple(Report(**report) for report in row["reports"])
    lived = Lived(ending, attempt, Outcome(**row["outcome"]), reports, row["met"], stamps, goal)
    world.put_away(tried)  # while the try is still open: a controller that dies here leaves no stray folder
    if lived.outcome.name != "aborted":
        lived = agreed(world, tried, lived, phases["spawn"].get("consent", ""))
    if lived.outcome.name == "aborted":
        world.journal.end_try(tried.id, "aborted", lived.outcome.detail)
        fault = phases["fetch"].get("fault") or {}
        world.tell(tried, "aborted", reason=fault.get("reason", lived.outcome.detail))
    else:
        world.tell(tried, "record")
        record(world, tried, lived)
    return lived.outcome


def agreed(world: World, tried: Try, lived: Lived, consent: Consent) -> Lived:
    """What may be recorded of a life: as it is, or as whoever gave the instruction decides. The answer is journalled.

    Raises RequestError where nobody is here to be asked.
    """
    directed = world.directed
    proposal = Proposal(tried.generation, tried.parent, lived.attempt, lived.outcome, lived.reports)
    if consent == "never":
        if world.dry and directed and directed.approve:
            directed.approve(proposal)
        return replace(lived, outcome=Outcome("aborted", DRY_RUN))
    if consent != "ask" or lived.outcome.name != "evolved":
        return lived
    said = world.journal.phases(tried.id).get("approval")
    if said is None:
        if directed is None or directed.approve is None:
            raise RequestError(f"generation {tried.generation} waits for a person's yes or no: give the same "
                               "`heirloom instruct --approve` again")  # fmt: skip
        said = world.journal.begin_phase(tried.id, "approval", yes=directed.approve(proposal))
    if said["yes"]:
        return lived
    return replace(lived, outcome=Outcome("refused", "operator"), reports=(*lived.reports, REFUSED), met=False)


def fetch(world: World, tried: Try) -> str | None:
    """The commit that a life pushed, or None. Raises IsolationError where no sandbox can be made to look."""
    world.tell(tried, "fetch")
    return pushed(world, tried)


def judged(
    world: World, tried: Try, ending: Ending, attempt: str | None, goal: Goal | None, fault: Mapping[str, str] | None
) -> tuple[Outcome, tuple[Report, ...], bool]:
    """The outcome of a try, with the gates' reports and whether its goal is met, where they were asked."""
    status = world.calls.last_status(tried.id)
    changes = tuple(world.lineage.changes(tried.parent, attempt)) if attempt else ()
    seen = Seen(
        world_fault=bool(fault) or (status is not None and (status >= 500 or status in WORLD_FAULTS)),
        no_room=ending.limit == "room" or no_room(world.lives),
        limit=ending.limit if ending.limit != "room" else None,
        exit_code=ending.exit_code,
        pushed=attempt is not None and attempt != tried.parent,
        changed=any(change.path != CONTEXT_FILE for change in changes),
    )
    reports: tuple[Report, ...] = ()
    met = False

    def ask() -> Verdict:
        nonlocal reports, met
        assert attempt is not None
        verdict, reports, met = ask_gates(world, tried, attempt, goal)
        return verdict

    for _ in range(JUDGED_AT_MOST):
        outcome = decide(seen, ask)
        if outcome.name != "unjudged":
            return outcome, reports, met
    raise Held(
        "gates",
        f"generation {tried.generation} could not be judged: {reports[-1].name}: {reports[-1].reason}; "
        "mend that: the same attempt will be judged",
    )


def ask_gates(world: World, tried: Try, attempt: str, goal: Goal | None) -> tuple[Verdict, tuple[Report, ...], bool]:
    """The gates' verdict in a room of its own, their reports, and whether the goal's own checks succeed."""
    world.tell(tried, "judge")
    folder = world.gates_folder(tried)
    one = candidate(world, tried, attempt, goal, folder)
    verdict, reports = judge(one, remembering(chosen(world.policy), one, config(world)))
    keep(one, verdict, reports)
    failed = failed_checks(one) if verdict.decision == "pass" else ()
    told = "\n".join(failed)
    reports = tuple(replace(report, reason=told) if report.name == "goal" and told else report for report in reports)
    life.remove(folder)
    return verdict, reports, verdict.decision == "pass" and not failed


def failed_checks(candidate: Candidate) -> tuple[str, ...]:
    """The goal's checks that fail on the candidate, and how; none: it is met, as one without checks is by evolving."""
    goal = goal_of(candidate)
    checks = goal.done_when if goal else ()
    if checks and not (candidate.room.folder / "child").exists():  # no gate that runs code was asked
        furnish(candidate)
    return tuple(filter(None, (failure(candidate, check, "child") for check in checks)))
