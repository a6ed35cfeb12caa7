"""Generations that the operator makes: no life is lived, one commit is made, its trailers say whose it is."""

from controller.contract import CONTRACT_VERSION, TRAILERS, AgentContext
from controller.generation.controller_id import controller_id
from controller.git.lineage import Lineage
from controller.git.log import NOBODY
from controller.git.trailers import message

NUMBERS = (
    "Tokens-",
    "Cost-",
    "Seconds",
    "Wall-Seconds",
    "Gate-",
    "Tries",
)  # how the names of trailers begin that hold a number


def commit(
    lineage: Lineage, number: int, outcome: str, says: str, tree: str, context: AgentContext, date: float, source: str
) -> str:
    """The commit of such a generation upon the lineage's head, which is not moved yet. Equal input, equal id.

    `source`: the commit that its files were taken of. `date`: epoch, in seconds.
    """
    head = lineage.head()
    goal = "none"
    if context.goal is not None:
        goal = context.goal.title
    facts = {
        **nothing_lived(),
        "Generation": str(number),
        "Parent": head,
        "Outcome": outcome,
        "Attempt": source,
        "Goal": goal,
        "Tree": tree,
        "Controller": controller_id(),
        "Contract": str(CONTRACT_VERSION),
    }
    return lineage.commit(head, tree, context.render(), message(number, outcome, says, facts), date)


def nothing_lived() -> dict[str, str]:
    """Every trailer, as it is where nobody lived."""
    return {name: "0" if name.startswith(NUMBERS) else NOBODY for name in TRAILERS}
