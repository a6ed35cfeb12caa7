"""Generations that the operator makes: no life is lived, one commit is made, its trailers say whose it is."""

from controller.contract import CONTRACT_VERSION, TRAILERS, AgentContext
from controller.generation.controller_id import controller_id
from controller.git.lineage import Lineage
from controller.git.log import NOBODY
from controller.git.trailers import message


def commit(
    lineage: Lineage, number: int, outcome: str, says: str, tree: str, context: AgentContext, date: float, taken: str
) -> str:
    """The commit of such a generation upon the lineage's head, not yet moved to. Equal input, equal id.

    `taken`: the commit that it took files of.
    """
    head = lineage.head()
    words = {
        **dict.fromkeys(TRAILERS, NOBODY),
        **{name: "0" for name in TRAILERS if name.startswith(("Tokens-", "Cost-", "Seconds", "Gate-", "Tries"))},
        "Generation": str(number),
        "Parent": head,
        "Outcome": outcome,
        "Attempt": taken,
        "Goal": context.goal.title if context.goal else "none",
        "Tree": tree,
        "Controller": controller_id(),
        "Contract": str(CONTRACT_VERSION),
        "Run": NOBODY,
    }
    return lineage.commit(head, tree, context.render(), message(number, outcome, says, words), date)
