"""Hand on what stands: code where it is changed and passes its checks, else only the history."""

from collections.abc import Callable

from agent import publish
from agent.context import sentence, write_context
from agent.place import Place
from controller.contract import AgentContext, Birth, Claim, ExitCode


def settle(claim: Claim, place: Place) -> Claim:
    """What the life may really claim: code only if something is changed and passes."""
    if claim.outcome == "history":
        return claim
    if not place.changes():
        return as_history(claim, "nothing was changed")
    report = place.last_check()
    return claim if report.passed else as_history(claim, f"the check failed: {report.text}")


def as_history(claim: Claim, why: str) -> Claim:
    """A claim of code that cannot be handed on."""
    return claim.model_copy(
        update={"outcome": "history", "summary": sentence(f"{why[:200]}; {claim.summary}"), "mutant": ""}
    )


def hand_off(claim: Claim, place: Place, birth: Birth, remembering: Callable[[Claim], AgentContext]) -> ExitCode:
    """Write the memory and push. `remembering` makes it of the claim that holds. Raises GitFailed."""
    held = settle(claim, place)
    if held.outcome == "history":
        publish.revert(place.root, birth.parent, birth.genome)
    write_context(place.root, remembering(held))
    publish.push(place.root, birth, place.changes(), f"Generation {birth.generation}: {held.summary}")
    return ExitCode.CODE if held.outcome == "code" else ExitCode.HISTORY
