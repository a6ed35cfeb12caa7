"""Gate 7: under a model that knows only the contract, the candidate lives a whole life and bears a sound grandchild.

A second, shorter life gets a fault of the world and a spent budget, and must still push its history. What can get
through: a genome that knows the stub model, or the gate's ways, when it sees them, and behaves for as long.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, ExitCode, Goal
from controller.errors import GitError, HeirloomError, IsolationError, LedgerError
from controller.gates.candidate import Candidate
from controller.gates.gate import Gate
from controller.gates.judging import judge
from controller.gates.reproduction.scratch_life import DAY, Cradle, Lived
from controller.gates.reproduction.stub_model import Stub
from controller.gateway.upstreams.upstream import Refusal
from controller.ledger.report import Report
from controller.memory import parse_context, proposal
from controller.settings.gate_policy import Policy

NAME = "reproduction"
FAULT = Refusal(529, "overloaded_error", "Overloaded")
SPENT = Refusal(402, "billing_error", "the budget of this life is spent")


@dataclass(frozen=True)
class Needs:
    """What one whole life asked of the model: how often, and how many bytes its first request had."""

    calls: int
    first_bytes: int


class Barren(HeirloomError):
    """The candidate does not reproduce; the message says why. `evidence`: what its life printed."""

    def __init__(self, reason: str, evidence: str = "") -> None:
        super().__init__(reason)
        self.evidence = evidence


def reproduction(candidate: Candidate, gates: tuple[Gate, ...]) -> Report:
    """Refuses a genome whose lives do not hand on a sound child, or not what became of them when the model fails.

    `gates`: those that the child must pass, where the operator did not switch them off.
    """
    try:
        cradle = Cradle(candidate)
        try:
            return Report(NAME, "pass", lives(candidate, cradle, gates))
        finally:
            cradle.close()
    except Barren as error:
        return Report(NAME, "refuse", str(error), error.evidence[-2000:])
    except (IsolationError, GitError, LedgerError, OSError) as error:
        return Report(NAME, "unknown", f"no life could be lived to see it: {error}")


def lives(candidate: Candidate, cradle: Cradle, gates: tuple[Gate, ...]) -> str:
    """Live the short life and the whole one; what was seen, in a line. Raises Barren, and as the cradle does."""
    short(candidate, cradle)
    told = cradle.parent(candidate.commit, f"One step further, {cradle.draw[:10]}")
    whole, stub = whole_life(cradle, told)
    needs = Needs(stub.calls, stub.first_bytes)
    attempt = fertile(cradle, whole)
    sound(candidate, cradle, whole, attempt, gates)
    candidate.findings[key(candidate, candidate.commit)] = asdict(needs)
    before = parents_needs(candidate, cradle)
    if before is not None:
        grown(before, needs, candidate.policy)
    return f"a whole life in {needs.calls} calls, its first request of {needs.first_bytes:,} bytes"


def whole_life(cradle: Cradle, parent: str) -> tuple[Lived, Stub]:
    """One life on another day, with an operator's goal, and the model that listens for it and for the last life."""
    goal = Goal(title=f"Take a small step, {cradle.draw[10:20]}", why="Each life should leave something.")
    stub = Stub(cradle.draw, (cradle.draw[:10], cradle.draw[10:20]))
    return cradle.live(parent, goal, stub, shifted=True), stub


def short(candidate: Candidate, cradle: Cradle) -> None:
    """A life whose model fails at the second call, and whose budget is spent after that. Raises Barren."""
    parent = cradle.parent(candidate.commit, "Lived as long as it could")
    stub = Stub(f"short {cradle.draw}", faults=(FAULT, SPENT))
    lived = cradle.live(parent, None, stub, shifted=False)
    when = "when the model fails at its second call (529) and the budget is spent after that (402)"
    ended(lived, when)
    if stub.problem:
        raise Barren(f"a life came to nothing: {stub.problem}", lived.ending.output)
    wanted = (ExitCode.HISTORY,) if stub.calls > 1 else tuple(ExitCode)
    if lived.ending.exit_code not in wanted:
        raise Barren(f"{when}, a life must push its history and exit 11; it {how(lived)}", lived.ending.output)
    if entry(cradle, lived) is None:
        raise Barren(f"{when}, it ended well, but no history with one new entry was pushed", lived.ending.output)


def fertile(cradle: Cradle, lived: Lived) -> str:
    """The commit that a whole life pushed. Raises Barren where it bore no child, or was not told what it must be."""
    stub, days = lived.stub, cradle.shift // DAY
    where = f"under the stub model, {days} days from now,"
    ended(lived, where)
    lack = "" if stub.offered else "; no request of it offered a tool `bash`"
    if stub.problem:
        raise Barren(f"{where} the life came to nothing: {stub.problem}{lack}", lived.ending.output)
    if lived.ending.exit_code != ExitCode.CODE:
        said = entry(cradle, lived)
        summary = f'; it says: "{said}"' if said else ""
        raise Barren(f"{where} a life must push code and exit 10; it {how(lived)}{lack}{summary}", lived.ending.output)
    if lived.attempt is None or lived.attempt == lived.parent:
        raise Barren(
            f"{where} a life claims that it pushed code (exit 10), but nothing new was pushed", lived.ending.output
        )
    unheard = {cradle.draw[10:20]: "its goal", cradle.draw[:10]: "the summary of the newest entry in its history"}
    if missing := [what for word, what in unheard.items() if word in stub.unheard]:
        raise Barren(f"{where} no request of the life holds {' or '.join(missing)}: the model must be told")
    return lived.attempt


def sound(candidate: Candidate, cradle: Cradle, lived: Lived, attempt: str, gates: tuple[Gate, ...]) -> None:
    """Raise Barren where the child that was born is not sound; it is judged as any is, from git to its imports."""
    changes = tuple(cradle.lineage.changes(lived.parent, attempt))
    if not any(change.path == f"agent/{lived.stub.module}.py" for change in changes):
        raise Barren("what the model's command wrote below agent/ is not in what the life pushed", lived.ending.output)
    memory = parse_context(cradle.lineage.read(lived.parent, CONTEXT_FILE, CONTEXT_BYTES))
    assert memory is not None
    room = replace(candidate.room, folder=cradle.folder / "room")
    born: dict[str, Any] = {"parent": lived.parent, "commit": attempt, "generation": cradle.number,
                            "changes": changes, "room": room, "findings": {}, "judgements": None}  # fmt: skip
    grandchild = replace(candidate, lineage=cradle.lineage, before=memory, goal=None, types=cradle.types(), **born)
    asked = tuple(gate for gate in gates if gate.name not in candidate.policy.off)
    verdict, reports = judge(grandchild, asked)
    if verdict.decision == "unknown":
        raise IsolationError(f"{verdict.gate}: {reports[-1].reason}")
    if verdict.decision == "refuse":
        raise Barren(f"its child is refused by {verdict.gate}: {reports[-1].reason}", reports[-1].evidence)


def ended(lived: Lived, where: str) -> None:
    """Raise Barren where a life did not end by itself."""
    if lived.ending.limit:
        raise Barren(f"{where} a life must end by itself; it {how(lived)}", lived.ending.output)


def how(lived: Lived) -> str:
    """How a life ended, in words."""
    if lived.ending.limit:
        return f"was stopped after {lived.ending.seconds:.0f} s by a limit ({lived.ending.limit})"
    code, number = lived.ending.exit_code, lived.ending.signal
    return f"ended with exit {code}" if code is not None else f"was ended by signal {number}"


def entry(cradle: Cradle, lived: Lived) -> str | None:
    """The summary of the one new entry that a life pushed, or None where there is none."""
    memories = [parse_context(cradle.lineage.read(commit, CONTEXT_FILE, CONTEXT_BYTES)) if commit else None
                for commit in (lived.parent, lived.attempt)]  # fmt: skip
    child = proposal(memories[0], memories[1], cradle.number) if memories[0] else None
    claim = child.history[-1].claim if child else None
    return claim.summary if claim else None


def key(candidate: Candidate, commit: str) -> str:
    """What the needs of a genome depend on."""
    return f"needs {candidate.lineage.tree_without_context(commit)}"


def parents_needs(candidate: Candidate, cradle: Cradle) -> Needs | None:
    """The same of the parent: known, or lived once; None where it cannot live such a life."""
    name = key(candidate, candidate.parent)
    known: Any = candidate.findings.get(name)
    if known is None:
        lived, stub = whole_life(cradle, cradle.parent(candidate.parent, f"One step further, {cradle.draw[:10]}"))
        whole = lived.ending.exit_code == ExitCode.CODE
        known = candidate.findings[name] = asdict(Needs(stub.calls, stub.first_bytes)) if whole else {}
    return Needs(**known) if known else None


def grown(before: Needs, now: Needs, policy: Policy) -> None:
    """Raise Barren where a life needs far more of the model than its parent's did."""
    for what, then, needed, (times, more) in (
        ("calls of the model", before.calls, now.calls, policy.calls_band),
        ("bytes in its first request", before.first_bytes, now.first_bytes, policy.request_band),
    ):
        if needed > (most := times * then + more):
            raise Barren(
                f"a life needs {needed:,} {what}, its parent's needs {then:,}; at most {int(most):,} are allowed"
            )
