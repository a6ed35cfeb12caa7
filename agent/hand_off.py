"""Hand on what stands: code where it is changed and passes its checks, else only the history."""

from agent.context import sentence, with_entry, write_context
from agent.place import Place
from agent.tools.done import Done
from controller.contract import AgentContext, Claim, ExitCode, Goal


def hindrance(place: Place) -> str:
    """Why code cannot be handed on, or nothing."""
    if not place.changes():
        return "nothing was changed"
    report = place.last_check()
    return "" if report.passed else f"the check {report}"


def as_claim(done: Done, problem: str) -> Claim:
    """What a life says of itself, within the contract's bounds."""
    return Claim(
        outcome="history" if problem else done.outcome,
        summary=sentence(f"{problem[:200]}; {done.summary}" if problem else done.summary),
        expected=sentence(done.expected),
        lesson=sentence(done.lesson),
        mutant="" if problem else done.mutant,
    )


def hand_off(done: Done, place: Place, context: AgentContext, goal: Goal | None, unfinished: bool) -> ExitCode:
    """Write the memory and push. Work that a budget left unfinished is pushed too, but never claimed as code."""
    claim = as_claim(done, hindrance(place) if done.outcome == "code" else "")
    if claim.outcome == "history" and not unfinished:
        place.revert()
    write_context(place.root, with_entry(context, place.birth.generation, goal, claim, done.seen))
    place.push(f"Generation {place.birth.generation}: {claim.summary}")
    return ExitCode.CODE if claim.outcome == "code" else ExitCode.HISTORY
