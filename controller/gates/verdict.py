"""What the gates say together. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.ledger.report import Decision, Report


@dataclass(frozen=True)
class Verdict:
    """What the gates say together; `gate` is the first one that refused or could not check."""

    decision: Decision
    gate: str = ""

    def decided_by(self, reports: Sequence[Report]) -> Report:
        """The report that decided, of a verdict that is no pass."""
        return next(report for report in reports if report.name == self.gate)
