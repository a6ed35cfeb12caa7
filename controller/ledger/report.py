"""A gate's answer, as gates give it and the journal keeps it."""

from dataclasses import dataclass
from typing import Literal

Decision = Literal["pass", "refuse", "unknown"]  # unknown: a gate could not check; never a pass


@dataclass(frozen=True)
class Report:
    """One gate's answer. `reason` is for a person and for the next life; `evidence` is bounded text.

    `of_words`: a refusal that the same change need not meet again, if its goal or its claim says otherwise.
    `seconds`: what the gate took; where the answer is `reused`, what it took when it was found out.
    `private`: the evidence is the operator's, and enters no lineage.
    """

    name: str
    result: Decision
    reason: str = ""
    evidence: str = ""
    seconds: float = 0.0
    of_words: bool = False
    private: bool = False
    reused: bool = False
