"""What a gate is: one row of the table in `registry`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from controller.gates.candidate import Candidate
from controller.ledger.report import Report

Check = Callable[[Candidate], Report]
CachedBy = Literal["nothing", "files", "tree"]


@dataclass(frozen=True)
class Gate:
    """One gate. What is left out is the careful choice: it runs the candidate's code, and hangs on its whole tree.

    `check`: the function that answers. `reads_only`: it needs nothing of the candidate unpacked.
    `cached_by`: what an answer of it holds for: "nothing" (it is asked anew each time), "files" (the tree without
    agent_context.json) or "tree" (goal and claim too).
    `always`: why it cannot be switched off; "" where it can. No code is unpacked that such a gate does not let pass.
    `life_may_ask`: whether it answers a life that asks before it hands off.
    `costs_little`: it is asked although one before it refused, so that a verdict tells all of what is wrong.
    `of_grandchild`: whether the reproduction gate asks it about the child that the candidate bears.
    """

    name: str
    check: Check
    reads_only: bool = False
    cached_by: CachedBy = "tree"
    always: str = ""
    life_may_ask: bool = True
    costs_little: bool = False
    of_grandchild: bool = False
