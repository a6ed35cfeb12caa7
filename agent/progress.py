"""Notices what a model does not: turns that repeat or lead nowhere, and a budget that runs out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from agent.errors import WindDown
from agent.models.messages import Reply
from agent.prompts import prompt
from agent.toolbox import ToolResult
from controller.contract import Limits

STUCK = 20  # turns that change nothing until that is said; at twice, the conversation ends
WORSE = 4  # that a turn counts for in which all failed, or was as before
MARKS = (0.95, 0.9, 0.8, 0.5)  # of a budget


@dataclass(frozen=True)
class Turn:
    """An answer, what became of its calls, and the state of the code after them."""

    reply: Reply
    results: Sequence[ToolResult]
    tree: str

    @property
    def failed(self) -> bool:
        """Whether all that it called failed, and it called something."""
        return bool(self.results) and all(result.failed for result in self.results)

    @property
    def identity(self) -> str:
        """Equal for turns that ask for the same, or say the same, and get the same."""
        made = [[result.call.name, result.call.input, result.text] for result in self.results]
        return json.dumps([made or self.reply.text])


class Progress:
    """Of one conversation."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits.model_dump()
        self._mark = 0.0  # the highest that was told
        self._seen: set[str] = set()
        self._stuck = 0
        self._tree = ""

    def note(self, turn: Turn) -> str:
        """What to say after a turn, or nothing. Raises WindDown where the conversation leads nowhere."""
        words = []
        before = self._stuck
        self._count(turn)
        if self._stuck >= 2 * STUCK:
            raise WindDown("stopped: turn after turn failed, repeated another or changed nothing")
        if before < STUCK <= self._stuck:
            words.append(prompt("stuck"))
        if left := self._left(turn.reply.left):
            words.append(left)
        return "\n".join(words)

    def _count(self, turn: Turn) -> None:
        """Count the turn, unless it changed the code."""
        known = turn.identity in self._seen
        self._seen.add(turn.identity)
        if turn.tree != self._tree:
            self._stuck = 0
            self._tree = turn.tree
        elif turn.failed or known:
            self._stuck += WORSE
        else:
            self._stuck += 1

    def _left(self, left: dict[str, float]) -> str:
        """What is left of the budget, where a mark was passed that was not told yet."""
        used = [1 - left[unit] / most for unit, most in self._limits.items() if most and unit in left]
        mark = mark_passed(max(used, default=0.0))
        told = self._mark
        self._mark = mark
        if mark <= told:
            return ""
        amounts = ", ".join(f"{amount:,g} {unit}" for unit, amount in left.items())
        return prompt("left", used=f"{mark:.0%}", left=amounts)


def mark_passed(share: float) -> float:
    """The highest mark that a used share of a budget has reached; 0 where it has reached none."""
    return max((mark for mark in MARKS if share >= mark), default=0.0)
