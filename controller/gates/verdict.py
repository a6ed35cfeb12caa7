"""What the gates say together. Pure."""

from dataclasses import dataclass
from typing import Literal

Decision = Literal["pass", "refuse", "unknown"]  # unknown: a gate could not check; never a pass


@dataclass(frozen=True)
class Verdict:
    """What the gates say together; `gate` is the one that refused or could not check."""

    decision: Decision
    gate: str = ""
