"""What the gates say together. Pure."""

from dataclasses import dataclass

from controller.ledger.report import Decision


@dataclass(frozen=True)
class Verdict:
    """What the gates say together; `gate` is the one that refused or could not check."""

    decision: Decision
    gate: str = ""
