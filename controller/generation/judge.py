"""What became of a life: what it pushed is fetched, and judged where that decides."""

from dataclasses import dataclass, replace
from functools import partial

from controller.contract import CONTEXT_FILE
from controller.errors import Held, PastBounds
from controller.events.kinds import Fetching, GateAnswered, Judging
from controller.gates import judging
from controller.gates.cache import remembering
from controller.gates.gate import Gate
from controller.gates.goal.gate import NAME as GOAL
from controller.gates.goal.gate import met_or_not
from controller.gates.registry import chosen
from controller.gates.substance.repeats import keep
from controller.gates.verdict import Verdict
from controller.gateway.faults import fault_status
from controller.generation.candidate import candidate, fingerprint
from controller.generation.inbox import fetch_push
from controller.generation.outcome import Seen, decide
from controller.generation.parts import Parts
from controller.git.lineage import Change, Lineage
from controller.ledger.life import Life, Try
from controller.ledger.phases import Result
from controller.ledger.report import Report
from controller.life import workspace
from controller.state.place import no_room

JUDGED_AT_MOST = 3
CHECKS = Gate(GOAL, met_or_not)


@dataclass(frozen=True)
class Judgement:
    """What the gates say of an attempt. `met`: it passes, and the goal's own checks succeed on it."""

    verdict: Verdict
    reports: tuple[Report, ...]
    met: bool


def judge(parts: Parts, life: Life) -> Life:
    """From a life's end to what became of it, journalled. Raises IsolationError, GitError.

    Raises Held where the gates cannot check; the try stays open and is judged again.
    """
    if life.push is None:
        parts.notify(Fetching(life.tried.generation, life.tried.number))
        life = parts.journal.begin_phase(life, fetch_push(parts, life.tried))
    return parts.journal.begin_phase(life, result_of(parts, life))


def result_of(parts: Parts, life: Life) -> Result:
    """The outcome of a life, by the gates where they decide. Raises Held where they cannot check."""
    seen = seen_of(parts, life)
    outcome = decide(seen)
    if outcome is not None:
        return Result(outcome)
    for _ in range(JUDGED_AT_MOST):
        judgement = ask_gates(parts, life)
        outcome = decide(seen, judgement.verdict)
        if outcome is not None:
            return Result(outcome, judgement.reports, judgement.met)
    last = judgement.verdict.decided_by(judgement.reports)
    raise Held(
        "gates",
        f"generation {life.tried.generation} could not be judged: {last.name}: {last.reason}; "
        "mend that: the same attempt will be judged",
    )


def seen_of(parts: Parts, life: Life) -> Seen:
    """What was seen of a life that ended."""
    assert life.end is not None
    status = parts.calls.last_status(life.tried.id)
    full = life.end.limit == "room"
    attempt, changes = changes_of(parts.lineage, life)
    return Seen(
        world_fault=life.end.fault is not None or fault_status(status) is not None,
        no_room=full or no_room(parts.lives),
        limit=None if full else life.end.limit,
        exit_code=life.end.exit_code,
        pushed=attempt is not None and attempt != life.tried.parent,
        changed=any(change.path != CONTEXT_FILE for change in changes),
    )


def changes_of(lineage: Lineage, life: Life) -> tuple[str | None, list[Change]]:
    """The commit that a life pushed, and what it changed.

    None where nobody can read that: it was kept before pushes were measured, and would stop whatever reads it.
    """
    if life.attempt is None:
        return None, []
    try:
        return life.attempt, lineage.changes(life.tried.parent, life.attempt)
    except PastBounds:
        lineage.drop(lineage.attempt_ref(life.tried.generation, life.tried.number))
        return None, []


def ask_gates(parts: Parts, life: Life) -> Judgement:
    """The gates' verdict on what a life pushed, in a room of its own that is removed."""
    assert life.spawn is not None and life.attempt is not None
    parts.notify(Judging(life.tried.generation, life.tried.number))
    folder = parts.gates_folder(life.tried)
    one = candidate(parts, life.tried, life.attempt, life.spawn.goal, folder)
    gates = remembering(chosen(parts.policy), one, fingerprint(parts))
    verdict, reports = judging.judge(one, gates, answered=partial(tell, parts, life.tried, False))
    keep(one, verdict, reports)
    met = verdict.decision == "pass"
    if met:
        answer = judging.ask(CHECKS, one)
        met = answer.result == "pass"
        reports = tuple(with_reason(report, answer.reason) for report in reports)
    workspace.remove(folder)
    return Judgement(verdict, reports, met)


def tell(parts: Parts, tried: Try, asked: bool, report: Report) -> None:
    """Report a gate's answer as an event; `asked`: by the life itself."""
    parts.notify(
        GateAnswered(
            generation=tried.generation,
            number=tried.number,
            gate=report.name,
            result=report.result,
            seconds=report.seconds,
            reused=report.reused,
            asked=asked,
        )
    )


def with_reason(report: Report, reason: str) -> Report:
    """The goal gate's report with this reason, if there is one; another report as it is."""
    return replace(report, reason=reason) if report.name == GOAL and reason else report
