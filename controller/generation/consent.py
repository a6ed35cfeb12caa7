"""One life on the operator's instruction: what it is told, and who has to agree before the lineage moves. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from controller.contract import Goal
from controller.generation.outcome import Outcome
from controller.ledger.report import Report

Consent = Literal["", "ask", "never"]  # ask: a person agrees before the lineage moves; never: it does not move
REFUSED = Report("operator", "refuse", "a person looked at it and said no")


@dataclass(frozen=True)
class Proposal:
    """What a life left, before anything is recorded. `attempt`: the commit that it pushed, or None."""

    generation: int
    parent: str
    attempt: str | None
    outcome: Outcome
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class Directed:
    """The instruction. `approve` is asked where consent is `ask`."""

    goal: Goal
    consent: Consent = ""
    approve: Callable[[Proposal], bool] | None = None
