"""What `heirloom doctor` finds: a line each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One line: `needed` says whether a run fails without it."""

    name: str
    fine: bool
    says: str
    needed: bool = True
