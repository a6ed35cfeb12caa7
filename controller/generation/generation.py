"""One try at a generation, phase by phase. Each phase is journalled, with all it needs, before it begins.

spawn → fetch (the child ended) → judge (what it pushed is here) → record (the outcome is known) → done
A phase that a dead controller left is found in the journal and repeated; equal data make equal commits.
"""

import time
from collections.abc import Mapping
from dataclasses import asdict, replace

from controller.contract import CONTEXT_FILE, Goal
from controller.errors import Held, RequestError
from controller.events.kinds import Aborted, Cloning, Fetching, Judging, Living, Recording
from controller.gates.cache import remembering
from controller.gates.candidate import Candidate
from controller.gates.goal import failure, goal_of
from controller.gates.judging import furnish, judge
from controller.gates.registry import chosen
from controller.gates.substance.repeats import keep
from controller.gates.verdict import Verdict
from controller.gateway.faults import fault_status
from controller.gateway.gate_endpoint import Asking
from controller.gateway.guest import Guest
from controller.generation.candidate import candidate, config
from controller.generation.consent import REFUSED, Consent, Proposal
from controller.generation.gate_requests import Asked
from controller.generation.inbox import pushed
from controller.generation.outcome import Outcome, Seen, decide
from controller.generation.parts import Lived, Parts
from controller.generation.record import record
from controller.generation.waits import Waits
from controller.ledger.journal import Try
from controller.ledger.report import Report
from controller.life import workspace
from controller.sandbox.child import Ending
from controller.state.place import no_room

JUDGED_AT_MOST = 3
DRY_RUN = "dry run"


def live(parts: Parts, tried: Try, newborn: workspace.Newborn) -> None:
    """Make the workspace, spawn the child, wait for its end, and journal that end. Raises IsolationError, GitError."""
    folder, token = parts.folder(tried), workspace.new_token()
    parts.discard(tried)
    parts.notify(Cloning(tried.generation, tried.number))
    workspace.prepare(folder, parts.lineage, parts.isolation, tried, newborn)
    asked = Asked(parts, tried, newborn.goal)
    guest = Guest(
        try_id=tried.id,
        generation=tried.generation,
        token=token,
        seed=parts.seed,
        tree=parts.lineage.tree_without_context(tried.parent),
        deadline=time.monotonic() + parts.bounds.seconds,
        models=tuple(model.id for model in newborn.models),
    )
    goal = newborn.goal.model_dump() if newborn.goal else None
    again = {"birth": workspace.TOLD.dump_python(newborn, mode="json"), "bounds": asdict(parts.bounds)}
    consent = parts.directed.consent if parts.directed else ""
    parts.journal.begin_phase(tried.id, "spawn", stamps=dict(parts.stamps), goal=goal, consent=consent, **again)
    parts.notify(Living(tried.generation, tried.number))
    child = workspace.start(folder, parts.isolation, tried, token, parts.bounds)
    try:
        assert child.listener is not None
        parts.gateway.admit(guest, child.listener, Asking(asked, parts.asks) if parts.asks else None)
        ending = child.wait(Waits(parts, tried, guest))
    finally:
        child.abandon()
        met_fault = parts.gateway.fault(guest)
        parts.gateway.dismiss(guest)
    parts.journal.begin_phase(tried.id, "asks", number=asked.number, refused=asked.refused, why=asked.why)
    fault = asdict(met_fault) if met_fault else None
    parts.journal.begin_phase(tried.id, "fetch", **asdict(replace(ending, output=ending.output[-4000:])), fault=fault)


def finish(parts: Parts, tried: Try) -> Outcome:
    """From a life's end to its record: fetch, judge, commit. Takes up whatever phase the journal stands at.

    Raises Held where the gates cannot check; the try stays open and is judged again.
    """
    phases = parts.journal.phases(tried.id)
    told = phases["spawn"]["goal"]
    stamps, goal = phases["spawn"]["stamps"], Goal(**told) if told else None
    ending = Ending(**{key: value for key, value in phases["fetch"].items() if key not in ("at", "fault")})
    attempt = phases["judge"]["attempt"] if "judge" in phases else fetch(parts, tried)
    parts.journal.begin_phase(tried.id, "judge", attempt=attempt)
    if "record" not in phases:
        outcome, reports, met = judged(parts, tried, ending, attempt, goal, phases["fetch"].get("fault"))
        answers = [asdict(report) for report in reports]
        parts.journal.begin_phase(tried.id, "record", outcome=asdict(outcome), reports=answers, met=met)
    row = parts.journal.phases(tried.id)["record"]
    reports = tuple(Report(**report) for report in row["reports"])
    lived = Lived(ending, attempt, Outcome(**row["outcome"]), reports, row["met"], stamps, goal)
    parts.put_away(tried)  # while the try is still open: a controller that dies here leaves no stray folder
    if lived.outcome.name != "aborted":
        lived = agreed(parts, tried, lived, phases["spawn"].get("consent", ""))
    if lived.outcome.name == "aborted":
        parts.journal.end_try(tried.id, "aborted", lived.outcome.detail)
        fault = phases["fetch"].get("fault") or {}
        reason = fault.get("reason", lived.outcome.detail)
        parts.notify(Aborted(tried.generation, tried.number, reason))
    else:
        parts.notify(Recording(tried.generation, tried.number))
        record(parts, tried, lived)
    return lived.outcome


def agreed(parts: Parts, tried: Try, lived: Lived, consent: Consent) -> Lived:
    """What may be recorded of a life: as it is, or as whoever gave the instruction decides. The answer is journalled.

    Raises RequestError where nobody is here to be asked.
    """
    directed = parts.directed
    proposal = Proposal(tried.generation, tried.parent, lived.attempt, lived.outcome, lived.reports)
    if consent == "never":
        if parts.dry and directed and directed.approve:
            directed.approve(proposal)
        return replace(lived, outcome=Outcome("aborted", DRY_RUN))
    if consent != "ask" or lived.outcome.name != "evolved":
        return lived
    said = parts.journal.phases(tried.id).get("approval")
    if said is None:
        if directed is None or directed.approve is None:
            raise RequestError(f"generation {tried.generation} waits for a person's yes or no: give the same "
                               "`heirloom instruct --approve` again")  # fmt: skip
        said = parts.journal.begin_phase(tried.id, "approval", yes=directed.approve(proposal))
    if said["yes"]:
        return lived
    return replace(lived, outcome=Outcome("refused", "operator"), reports=(*lived.reports, REFUSED), met=False)


def fetch(parts: Parts, tried: Try) -> str | None:
    """The commit that a life pushed, or None. Raises IsolationError where no sandbox can be made to look."""
    parts.notify(Fetching(tried.generation, tried.number))
    return pushed(parts, tried)


def judged(
    parts: Parts, tried: Try, ending: Ending, attempt: str | None, goal: Goal | None, fault: Mapping[str, str] | None
) -> tuple[Outcome, tuple[Report, ...], bool]:
    """The outcome of a try, with the gates' reports and whether its goal is met, where they were asked."""
    status = parts.calls.last_status(tried.id)
    changes = tuple(parts.lineage.changes(tried.parent, attempt)) if attempt else ()
    seen = Seen(
        world_fault=bool(fault) or fault_status(status) is not None,
        no_room=ending.limit == "room" or no_room(parts.lives),
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
        verdict, reports, met = ask_gates(parts, tried, attempt, goal)
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


def ask_gates(parts: Parts, tried: Try, attempt: str, goal: Goal | None) -> tuple[Verdict, tuple[Report, ...], bool]:
    """The gates' verdict in a room of its own, their reports, and whether the goal's own checks succeed."""
    parts.notify(Judging(tried.generation, tried.number))
    folder = parts.gates_folder(tried)
    one = candidate(parts, tried, attempt, goal, folder)
    verdict, reports = judge(one, remembering(chosen(parts.policy), one, config(parts)))
    keep(one, verdict, reports)
    failed = failed_checks(one) if verdict.decision == "pass" else ()
    told = "\n".join(failed)
    reports = tuple(replace(report, reason=told) if report.name == "goal" and told else report for report in reports)
    workspace.remove(folder)
    return verdict, reports, verdict.decision == "pass" and not failed


def failed_checks(candidate: Candidate) -> tuple[str, ...]:
    """The goal's checks that fail on the candidate, and how; none: it is met, as one without checks is by evolving."""
    goal = goal_of(candidate)
    checks = goal.done_when if goal else ()
    if checks and not (candidate.room.folder / "child").exists():  # no gate that runs code was asked
        furnish(candidate)
    return tuple(filter(None, (failure(candidate, check, "child") for check in checks)))
