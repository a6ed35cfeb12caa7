"""The record of a life: facts gathered, one commit made, the lineage moved to it. Or the try is closed without one."""

from dataclasses import replace
from datetime import UTC, datetime

from controller.contract import (
    CONTEXT_BYTES,
    CONTEXT_FILE,
    EVOLVED,
    REFUSED,
    REFUSED_ASK,
    AgentContext,
    Entry,
    Facts,
    Goal,
    Outcome,
    one_line,
)
from controller.events.kinds import Aborted, Done, Recording
from controller.gates.goal.gate import NAME as GOAL
from controller.generation.parts import Parts
from controller.generation.verdict_text import failing_lines, last_lines
from controller.git.log import tip
from controller.git.trailers import CHAMPION, logged, message
from controller.ledger.life import Life
from controller.ledger.phases import Commit
from controller.ledger.total import Total
from controller.memory import (
    GOAL_ATTEMPTS,
    REASON_CHARS,
    chosen_goal,
    complete,
    goal_after,
    left_goal,
    parse_context,
    proposal,
)
from controller.settings.amounts import plain

LAST_CHARS = 300  # of what was printed last


def record(parts: Parts, life: Life) -> Life:
    """Record a life that is judged. Repeating it makes the same commit."""
    if life.outcome.kind.generation:
        return record_generation(parts, life)
    return abandon(parts, life)


def abandon(parts: Parts, life: Life) -> Life:
    """Close a try that makes no generation."""
    reason = life.outcome.detail
    parts.journal.end_try(life.tried.id, life.outcome.name, reason)
    if life.end is not None and life.end.fault is not None:
        reason = life.end.fault.reason
    parts.notify(Aborted(life.tried.generation, life.tried.number, reason))
    return replace(life, closed=life.outcome.name)


def record_generation(parts: Parts, life: Life) -> Life:
    """Make the generation's one commit and move the lineage to it."""
    assert life.result is not None
    parts.notify(Recording(life.tried.generation, life.tried.number))
    tried, outcome, date = life.tried, life.outcome, life.result.at
    before = parts.context(tried.parent)
    child = proposed(parts, life, before)
    goal, why = goal_after_life(life, before, child)
    facts = facts_of(parts, life, why, date)
    after = complete(before, child, tried.generation, goal, facts)
    says = summary(after.history[-1])
    source = life.attempt if outcome.name == EVOLVED and life.attempt else tried.parent
    words = trailers(parts, life, facts, goal, source)
    text = message(tried.generation, str(outcome), says, words)
    made = parts.lineage.commit(tried.parent, source, after.render(), text, date)
    life = parts.journal.begin_phase(life, Commit(made, told_by(parts, life, made, text, date)))
    assert life.commit is not None
    new = life.commit.commit
    parts.lineage.advance(life.commit.tip, tried.stood, tried.generation)
    parts.journal.record_generation(tried, parts.lineage.branch, new, outcome)
    parts.notify(
        Done(
            generation=tried.generation,
            number=tried.number,
            outcome=str(outcome),
            commit=new,
            goal=words["Goal"],
            tests=words["Tests"],
            tokens=facts.tokens,
            seconds=facts.seconds,
            gate_seconds=round(gate_seconds(life), 1),
            wall_seconds=round(wall_seconds(life), 1),
            says=says,
            reason=in_short(life, facts),
        )
    )
    return replace(life, closed=str(outcome))


def told_by(parts: Parts, life: Life, made: str, text: str, date: float) -> str:
    """The commit of the log that tells of what was made, where parents are chosen; "" in a plain line."""
    head = life.tried.head
    if not head:
        return ""
    best = champion(parts, head)
    return parts.lineage.log(head, made, best, logged(text, made, best), date)


def champion(parts: Parts, head: str) -> str:
    """The commit whose tree the branch has where parents are chosen: the one that evidence is for, so far.

    As long as nobody was shown to be better it is the one before, on the branch that stands at `head`.
    """
    before = tip(parts.lineage.store, head)
    known = head if before is None else before.trailers.get(CHAMPION, before.commit)
    return parts.champion() or known


def proposed(parts: Parts, life: Life, before: AgentContext) -> AgentContext | None:
    """The memory that the life pushed, where it is sound."""
    if life.attempt is None:
        return None
    text = parts.lineage.read(life.attempt, CONTEXT_FILE, CONTEXT_BYTES)
    return proposal(before, parse_context(text), life.tried.generation)


def goal_after_life(
    life: Life, before: AgentContext, child: AgentContext | None
) -> tuple[Goal | None, tuple[str, ...]]:
    """The goal that the next life finds, and why it is not kept, where it is not."""
    assert life.spawn is not None and life.result is not None
    operators = life.spawn.goal
    if operators is None and (refusal := goal_refused(life)) is not None:
        return None, refusal
    why: tuple[str, ...] = ()
    if operators is None and before.goal is not None and (reason := left_goal(before, child)):
        why = (f"the goal {before.goal.title!r} was left: {reason}",)
    evolved = life.outcome.name == EVOLVED
    goal = goal_after(
        chosen_goal(before, child, operators), evolved and life.result.met, evolved, operators is not None
    )
    if goal is not None and goal.status == "dropped" and goal.attempts >= GOAL_ATTEMPTS and goal != before.goal:
        return goal, (*why, f"the goal is dropped: {goal.attempts} lives did not meet it")
    return goal, why


def goal_refused(life: Life) -> tuple[str, ...] | None:
    """Why the life's own goal is not kept, where no life could meet it: refused at last, or when the life asked.

    Empty where the verdict names it already; None: it is kept.
    """
    if life.outcome == Outcome(REFUSED, GOAL):
        return ()
    if refused_ask(life) and goal_is_gone(life):
        return (f"{GOAL}: {life.requests.why}",)
    return None


def facts_of(parts: Parts, life: Life, why: tuple[str, ...], date: float) -> Facts:
    """What the controller saw of a life. `why`: what became of its goal; `date`: seconds since the epoch."""
    assert life.end is not None and life.result is not None
    tests = [report.reason for report in life.result.reports if report.name == "tests"]
    return Facts(
        outcome=str(life.outcome),
        parent=life.tried.parent,
        attempt=life.attempt or "",
        exit=life.end.exit,
        reasons=(*why, *reasons_of(life)),
        tests=one_line(tests[0]) if tests else "",
        tokens=parts.calls.of_try(life.tried.id).total,
        seconds=round(life.end.seconds, 1),
        date=datetime.fromtimestamp(int(date), UTC).isoformat(),
    )


def reasons_of(life: Life) -> list[str]:
    """Why the gates refused, what of the goal is not met, and the last words of a child that died."""
    assert life.end is not None and life.result is not None
    refusals = [report for report in life.result.reports if report.result != "pass"]
    reasons = [f"{report.name}: {report.reason}" for report in refusals]
    if life.push is not None:
        reasons.insert(0, life.push.problem)
    if refused_ask(life) and not goal_is_gone(life):
        reasons.insert(0, f"{REFUSED_ASK} {life.requests.refused}: {life.requests.why}")
    for report in life.result.reports:
        if report.name == GOAL and report.result == "pass":
            reasons.append(report.reason)
    for report in refusals:
        if not report.private:
            reasons.append("\n".join(failing_lines(report.evidence)[-4:]))
            reasons.append("\n".join(last_lines(report.evidence, 8))[-LAST_CHARS:])
    if life.outcome.kind.death and not life.outcome.kind.judged:
        reasons.append(life.end.output[-LAST_CHARS:].strip() or f"{life.exit}, without a word")
    return [reason for reason in reasons if reason.strip()]


def refused_ask(life: Life) -> bool:
    """Whether the gates refused what the life asked them last, and were not asked at its end."""
    return bool(life.requests.refused) and not life.outcome.kind.judged


def goal_is_gone(life: Life) -> bool:
    """Whether the refusal of its goal is why the goal is not kept, which is said already."""
    return life.requests.refused == GOAL and life.spawn is not None and life.spawn.goal is None


def in_short(life: Life, facts: Facts) -> str:
    """Why a life came to nothing, or its goal is not met, as one line; "" where there is nothing to say."""
    if not facts.reasons:
        return ""
    if not life.outcome.kind.death or life.outcome.kind.judged:
        return one_line(facts.reasons[0], REASON_CHARS)
    last = one_line(facts.reasons[-1].splitlines()[-1], REASON_CHARS)
    return last if last.startswith(life.exit) else f"{life.exit}: {last}"


def wall_seconds(life: Life) -> float:
    """How long the try took, from its begin to its outcome, by the journal."""
    assert life.result is not None
    return max(life.result.at - life.tried.started, 0.0)


def gate_seconds(life: Life) -> float:
    """How long what it pushed was judged, by the journal; what it asked while it lived is part of its own seconds."""
    assert life.result is not None
    if life.push is None:
        return 0.0
    return max(life.result.at - life.push.at, 0.0)


def summary(entry: Entry) -> str:
    """What a life says that it did, in the subject of its commit."""
    if entry.claim is not None and entry.claim.summary:
        return entry.claim.summary
    return entry.goal or "left no claim"


def trailers(parts: Parts, life: Life, facts: Facts, goal: Goal | None, source: str) -> dict[str, str]:
    """Every trailer of the generation's commit, as the contract names them."""
    assert life.result is not None
    tried, calls = life.tried, parts.calls
    usage, run = calls.of_try(tried.id), calls.of_run(tried.run)
    aborted = parts.journal.aborted(parts.lineage.branch, tried.generation)
    gates = [f"{report.name}={report.result}" for report in life.result.reports]
    if not gates and refused_ask(life):
        gates = [f"asked:{life.requests.refused}=refuse"]
    return {
        **life.stamps,
        "Generation": str(tried.generation),
        "Parent": tried.parent,
        "Outcome": str(life.outcome),
        "Goal": goal.title if goal else "none",
        "Attempt": life.attempt or "none",
        "Tree": parts.lineage.tree(source),
        "Tries": str(tried.number),
        "Gates": " ".join(gates) or "none",
        "Gate-Asks": str(life.requests.number),
        "Tests": facts.tests or "none",
        "Tokens-In": str(usage.input + usage.written),
        "Tokens-Cached": str(usage.cached),
        "Tokens-Out": str(usage.output),
        "Tokens-Assumed": str(calls.assumed_of_try(tried.id)),  # of those out: no provider told them
        "Tokens-Aborted": str(sum(calls.of_try(one).total for one in aborted)),
        "Cost-USD": "unknown" if calls.unpriced(tried.id) else plain(usage.cost),
        # Of the whole run so far: what a lost ledger is held against
        "Spent": Total(run.total, run.calls, run.dollars).trailer(),
        "Seconds": f"{facts.seconds:.1f}",
        "Gate-Seconds": f"{gate_seconds(life):.1f}",
        "Wall-Seconds": f"{wall_seconds(life):.1f}",
        "Run": tried.run,
    }
