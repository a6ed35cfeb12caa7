"""One life on the operator's instruction: its goal, and who has to agree before the lineage moves. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from controller.contract import Goal
from controller.ledger.life import Life
from controller.ledger.phases import Consent


@dataclass(frozen=True)
class Instruction:
    """The instruction as a goal.

    `approve` is given a life that is judged: where consent is `ask`, its answer counts; where it is `never`, it only
    shows the life.
    """

    goal: Goal
    consent: Consent = ""
    approve: Callable[[Life], bool] | None = None
