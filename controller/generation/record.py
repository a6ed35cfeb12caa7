"""The record of a generation: facts gathered, one commit made, the lineage moved to it."""

from datetime import UTC, datetime

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, Facts, Goal, one_line
from controller.events.kinds import Done
from controller.gates.goal import NAME
from controller.generation.outcome import Outcome
from controller.generation.parts import Lived, Parts
from controller.generation.verdict_text import assertion, last
from controller.git.trailers import message
from controller.ledger.chain import Total
from controller.ledger.journal import Try
from controller.memory import chosen_goal, complete, goal_after, parse_context, proposal
from controller.settings.amounts import plain

UNJUDGED = ("history", "killed", "crashed")


def record(parts: Parts, tried: Try, lived: Lived) -> None:
    """Make the generation's one commit and move the lineage to it. Repeating it makes the same commit."""
    before = parts.context(tried.parent)
    pushed = parts.lineage.read(lived.attempt, CONTEXT_FILE, CONTEXT_BYTES) if lived.attempt else None
    child = proposal(before, parse_context(pushed), tried.generation)
    evolved = lived.outcome.name == "evolved"
    goal = goal_after(chosen_goal(before, child, lived.goal), evolved and lived.met)
    date = parts.journal.phases(tried.id)["record"]["at"]
    facts = facts_of(parts, tried, lived, date)
    refused = goal_refused(parts, tried, lived) if lived.goal is None else None
    why: tuple[str, ...] = ()
    if refused is not None:
        goal, why = None, refused
    elif goal and goal.status == "dropped" and goal != before.goal:
        why = (f"the goal is dropped: {goal.attempts} lives did not meet it",)
    facts = facts.model_copy(update={"reasons": (*why, *facts.reasons)})
    after = complete(before, child, tried.generation, goal, facts)
    source = lived.attempt if evolved and lived.attempt else tried.parent
    claim = after.history[-1].claim
    says = (claim.summary if claim else "") or after.history[-1].goal or "left no claim"
    words = trailers(parts, tried, lived, facts, goal, source)
    text = message(tried.generation, str(lived.outcome), says, words)
    made = parts.lineage.commit(tried.parent, source, after.render(), text, date)
    new = parts.journal.begin_phase(tried.id, "commit", commit=made)["commit"]
    parts.lineage.advance(new, tried.parent, tried.generation)
    parts.journal.record_generation(tried, parts.lineage.branch, new, str(lived.outcome))
    parts.notify(
        Done(
            generation=tried.generation,
            number=tried.number,
            outcome=str(lived.outcome),
            commit=new,
            goal=words["Goal"],
            tests=words["Tests"],
            tokens=facts.tokens,
            seconds=facts.seconds,
            says=says,
        )
    )


def goal_refused(parts: Parts, tried: Try, lived: Lived) -> tuple[str, ...] | None:
    """Why the life's own goal is not kept, where no life could meet it: refused at last, or when the life asked.

    Empty where the verdict tells it already; None: it is kept.
    """
    asked = parts.journal.phases(tried.id).get("asks", {})
    if lived.outcome.name in UNJUDGED and asked.get("refused") == NAME:
        return (f"{NAME}: {asked['why']}",)
    return () if lived.outcome == Outcome("refused", NAME) else None


def facts_of(parts: Parts, tried: Try, lived: Lived, date: float) -> Facts:
    """What the controller saw of a life."""
    ending = lived.ending
    refusals = [report for report in lived.reports if report.result != "pass"]
    reasons = [f"{report.name}: {report.reason}" for report in refusals]
    reasons += [one.reason for one in lived.reports if (one.name, one.result) == ("goal", "pass")]
    for report in (one for one in refusals if not one.private):
        reasons += ["\n".join(assertion(report.evidence)[-4:]), "\n".join(last(report.evidence, 8))[-300:]]
    if lived.outcome.name in ("crashed", "killed"):
        reasons.append(ending.output[-300:])
    return Facts(
        outcome=str(lived.outcome),
        parent=tried.parent,
        attempt=lived.attempt or "",
        exit=f"signal {ending.signal}" if ending.exit_code is None else f"exit {ending.exit_code}",
        reasons=tuple(reason for reason in reasons if reason.strip()),
        tests=one_line(next((report.reason for report in lived.reports if report.name == "tests"), "")),
        tokens=parts.calls.of_try(tried.id).total,
        seconds=round(ending.seconds, 1),
        date=datetime.fromtimestamp(int(date), UTC).isoformat(),
    )


def trailers(parts: Parts, tried: Try, lived: Lived, facts: Facts, goal: Goal | None, source: str) -> dict[str, str]:
    """Every trailer of the generation's commit, as the contract names them."""
    usage, run = parts.calls.of_try(tried.id), parts.calls.of_run(tried.run)
    aborted = parts.journal.aborted(parts.lineage.branch, tried.generation)
    return {
        **lived.stamps,
        "Generation": str(tried.generation),
        "Parent": tried.parent,
        "Outcome": str(lived.outcome),
        "Goal": goal.title if goal else "none",
        "Attempt": lived.attempt or "none",
        "Tree": parts.lineage.tree(source),
        "Tries": str(tried.number),
        "Gates": " ".join(f"{report.name}={report.result}" for report in lived.reports) or "none",
        "Gate-Asks": str(parts.journal.phases(tried.id).get("asks", {}).get("number", 0)),
        "Tests": facts.tests or "none",
        "Tokens-In": str(usage.input + usage.written),
        "Tokens-Cached": str(usage.cached),
        "Tokens-Out": str(usage.output),
        "Tokens-Aborted": str(sum(parts.calls.of_try(one).total for one in aborted)),
        "Cost-USD": "unknown" if parts.calls.unpriced(tried.id) else plain(usage.cost),
        # Of the whole run so far: what a lost ledger is held against
        "Spent": Total(run.total, run.calls, run.dollars).trailer(),
        "Seconds": f"{facts.seconds:.1f}",
        "Run": tried.run,
    }
