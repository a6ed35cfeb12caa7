"""Under a model that knows only the contract, the candidate lives a whole life and bears a sound grandchild.

A second, shorter life gets a fault of the world and a spent budget, and must still push its history. A third works on
a task, where the parent could. What can get through: a genome that knows the stub model, or the gate's ways, when it
sees them, and behaves for as long.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, ExitCode, Goal
from controller.errors import GitError, HeirloomError, IsolationError, LedgerError
from controller.gates.candidate import Candidate
from controller.gates.gate import Gate
from controller.gates.judging import judge
from controller.gates.reproduction.scratch_life import DAY, ScratchLife, ScratchLineage
from controller.gates.reproduction.stub_model import Stub
from controller.gates.reproduction.task_life import cannot_work
from controller.gateway.upstreams.upstream import Refusal
from controller.ledger.report import Report
from controller.memory import parse_context, proposal
from controller.settings.gate_policy import GatePolicy

NAME = "reproduction"
EVIDENCE_CHARS = 2000
FAULT = Refusal(529, "overloaded_error", "Overloaded")
SPENT = Refusal(402, "billing_error", "the budget of this life is spent")
WHEN_IT_FAILS = "when the model fails at its second call (529) and the budget is spent after that (402)"


@dataclass(frozen=True)
class Needs:
    """What one whole life asked of the model: how often, and how many bytes its first request had."""

    calls: int
    first_bytes: int


class DoesNotReproduce(HeirloomError):
    """The candidate does not reproduce; the message says why. `evidence`: what its life printed."""

    def __init__(self, reason: str, evidence: str = "") -> None:
        super().__init__(reason)
        self.evidence = evidence


def reproduction(candidate: Candidate, gates: tuple[Gate, ...]) -> Report:
    """Refuses a genome whose lives do not hand on a sound child, or not what became of them when the model fails.

    `gates`: those that the child must pass, where the operator did not switch them off.
    """
    try:
        scratch = ScratchLineage(candidate)
        try:
            return Report(NAME, "pass", live_twice(candidate, scratch, gates))
        finally:
            scratch.close()
    except DoesNotReproduce as error:
        return Report(NAME, "refuse", str(error), error.evidence[-EVIDENCE_CHARS:])
    except (IsolationError, GitError, LedgerError, OSError) as error:
        return Report(NAME, "unknown", f"no life could be lived to see it: {error}")


def live_twice(candidate: Candidate, scratch: ScratchLineage, gates: tuple[Gate, ...]) -> str:
    """Live the short life and the whole one; what was seen, in a line.

    Raises DoesNotReproduce, and as ScratchLineage does.
    """
    check_short_life(candidate, scratch)
    problem = cannot_work(candidate, scratch)
    if problem:
        raise DoesNotReproduce(problem)
    parent = scratch.parent(candidate.commit, summary_for(scratch))
    whole = whole_life(scratch, parent)
    needs = Needs(whole.stub.calls, whole.stub.first_bytes)
    attempt = check_whole_life(scratch, whole)
    check_grandchild(candidate, scratch, whole, attempt, gates)
    candidate.findings[key_of_needs(candidate, candidate.commit)] = asdict(needs)
    before = parents_needs(candidate, scratch)
    if before is not None:
        check_growth(before, needs, candidate.policy)
    return f"a whole life in {needs.calls} calls, its first request of {needs.first_bytes:,} bytes"


def summary_for(scratch: ScratchLineage) -> str:
    """What the newest entry of the memory says; the stub model listens for its last word."""
    return f"One step further, {history_word(scratch)}"


def history_word(scratch: ScratchLineage) -> str:
    """The word that only the newest entry in the history holds."""
    return scratch.draw[:10]


def goal_word(scratch: ScratchLineage) -> str:
    """The word that only the goal holds."""
    return scratch.draw[10:20]


def whole_life(scratch: ScratchLineage, parent: str) -> ScratchLife:
    """One life on another day, with an operator's goal, and the model that listens for it and for the last life."""
    goal = Goal(title=f"Take a small step, {goal_word(scratch)}", why="Each life should leave something.")
    stub = Stub(scratch.draw, (history_word(scratch), goal_word(scratch)))
    return scratch.live(parent, goal, stub, shifted=True)


def check_short_life(candidate: Candidate, scratch: ScratchLineage) -> None:
    """A life whose model fails at the second call, and whose budget is spent after that. Raises DoesNotReproduce."""
    parent = scratch.parent(candidate.commit, "Lived as long as it could")
    stub = Stub(f"short {scratch.draw}", faults=(FAULT, SPENT))
    life = scratch.live(parent, None, stub, shifted=False)
    check_own_end(life, WHEN_IT_FAILS)
    said = life.ending.output
    if stub.problem:
        raise DoesNotReproduce(f"a life came to nothing: {stub.problem}", said)
    met_the_fault = stub.calls > 1
    wanted = (ExitCode.HISTORY,) if met_the_fault else tuple(ExitCode)
    if life.ending.exit_code not in wanted:
        how = how_it_ended(life)
        raise DoesNotReproduce(f"{WHEN_IT_FAILS}, a life must push its history and exit 11; it {how}", said)
    if summary_pushed(scratch, life) is None:
        reason = f"{WHEN_IT_FAILS}, it ended well, but no history with one new entry was pushed"
        raise DoesNotReproduce(reason, said)


def check_whole_life(scratch: ScratchLineage, life: ScratchLife) -> str:
    """The commit that a whole life pushed. Raises DoesNotReproduce where it bore none, or did not tell the model."""
    stub, said = life.stub, life.ending.output
    where = f"under the stub model, {scratch.shift // DAY} days from now,"
    check_own_end(life, where)
    lack = "" if stub.offered else "; no request of it offered a tool `bash`"
    if stub.problem:
        raise DoesNotReproduce(f"{where} the life came to nothing: {stub.problem}{lack}", said)
    if life.ending.exit_code != ExitCode.CODE:
        summary = summary_pushed(scratch, life)
        quoted = f'; it says: "{summary}"' if summary else ""
        how = how_it_ended(life)
        raise DoesNotReproduce(f"{where} a life must push code and exit 10; it {how}{lack}{quoted}", said)
    if life.attempt is None or life.attempt == life.parent:
        reason = f"{where} a life claims that it pushed code (exit 10), but nothing new was pushed"
        raise DoesNotReproduce(reason, said)
    missing = []
    if goal_word(scratch) in stub.unheard:
        missing.append("its goal")
    if history_word(scratch) in stub.unheard:
        missing.append("the summary of the newest entry in its history")
    if missing:
        what = " or ".join(missing)
        raise DoesNotReproduce(f"{where} no request of the life holds {what}: the model must be told")
    return life.attempt


def check_grandchild(
    candidate: Candidate, scratch: ScratchLineage, life: ScratchLife, attempt: str, gates: tuple[Gate, ...]
) -> None:
    """Judge the child that was born as any is. Raises DoesNotReproduce where it is not sound."""
    changes = tuple(scratch.lineage.changes(life.parent, attempt))
    if not any(change.path == f"agent/{life.stub.module}.py" for change in changes):
        reason = "what the model's command wrote below agent/ is not in what the life pushed"
        raise DoesNotReproduce(reason, life.ending.output)
    memory = parse_context(scratch.lineage.read(life.parent, CONTEXT_FILE, CONTEXT_BYTES))
    assert memory is not None
    grandchild = replace(
        candidate,
        lineage=scratch.lineage,
        parent=life.parent,
        commit=attempt,
        generation=scratch.number,
        changes=changes,
        before=memory,
        goal=None,
        room=replace(candidate.room, folder=scratch.folder / "room"),
        findings={},
        judgements=None,
        types=scratch.types(),
    )
    asked = tuple(gate for gate in gates if gate.name not in candidate.policy.off)
    verdict, reports = judge(grandchild, asked)
    if verdict.decision == "unknown":
        raise IsolationError(f"{verdict.gate}: {verdict.decided_by(reports).reason}")
    if verdict.decision == "refuse":
        refusal = verdict.decided_by(reports)
        raise DoesNotReproduce(f"its child is refused by {verdict.gate}: {refusal.reason}", refusal.evidence)


def check_own_end(life: ScratchLife, where: str) -> None:
    """Raise DoesNotReproduce where a life did not end by itself."""
    if life.ending.limit:
        how = how_it_ended(life)
        raise DoesNotReproduce(f"{where} a life must end by itself; it {how}", life.ending.output)


def how_it_ended(life: ScratchLife) -> str:
    """How a life ended, in words."""
    ending = life.ending
    if ending.limit:
        return f"was stopped after {ending.seconds:.0f} s by a limit ({ending.limit})"
    if ending.exit_code is not None:
        return f"ended with exit {ending.exit_code}"
    return f"was ended by signal {ending.signal}"


def summary_pushed(scratch: ScratchLineage, life: ScratchLife) -> str | None:
    """The summary of the one new entry that a life pushed, or None where there is none."""
    before = parse_context(scratch.lineage.read(life.parent, CONTEXT_FILE, CONTEXT_BYTES))
    if before is None or life.attempt is None:
        return None
    after = parse_context(scratch.lineage.read(life.attempt, CONTEXT_FILE, CONTEXT_BYTES))
    child = proposal(before, after, scratch.number)
    claim = child.history[-1].claim if child else None
    return claim.summary if claim else None


def key_of_needs(candidate: Candidate, commit: str) -> str:
    """What the needs of a genome depend on."""
    return f"needs {candidate.lineage.tree_without_context(commit)}"


def parents_needs(candidate: Candidate, scratch: ScratchLineage) -> Needs | None:
    """The same of the parent: known, or lived once; None where it cannot live such a life."""
    key = key_of_needs(candidate, candidate.parent)
    found: Any = candidate.findings.get(key)
    if found is None:
        life = whole_life(scratch, scratch.parent(candidate.parent, summary_for(scratch)))
        found = {}
        if life.ending.exit_code == ExitCode.CODE:
            found = asdict(Needs(life.stub.calls, life.stub.first_bytes))
        candidate.findings[key] = found
    return Needs(**found) if found else None


def check_growth(before: Needs, now: Needs, policy: GatePolicy) -> None:
    """Raise DoesNotReproduce where a life needs far more of the model than its parent's did."""
    check_within("calls of the model", before.calls, now.calls, policy.calls_band)
    check_within("bytes in its first request", before.first_bytes, now.first_bytes, policy.request_band)


def check_within(what: str, before: int, now: int, band: tuple[float, int]) -> None:
    """Raise DoesNotReproduce where something is more than so many times, and so much more than, it was before."""
    times, more = band
    most = times * before + more
    if now > most:
        reason = f"a life needs {now:,} {what}, its parent's needs {before:,}; at most {int(most):,} are allowed"
        raise DoesNotReproduce(reason)
