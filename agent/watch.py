"""Notices what a model does not: turns that repeat or lead nowhere, and a budget that runs out."""

import re

from agent.errors import WindDown
from agent.model import Block, Reply
from agent.prompts import prompt
from controller.contract import Limits

STUCK = 20  # turns that change nothing until that is said; at twice, it ends
WORSE = 4  # that a turn counts for in which all failed, or was as before
MARKS = (0.95, 0.9, 0.8, 0.5)  # of a budget
FAILED = re.compile(r"\[(?!exit 0\])|failed:")  # how the results of bash and check begin


class Watch:
    """Over one conversation."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._mark = limits.model_dump(), 0.0
        self._seen, self._stuck, self._tree = set[str](), 0, ""

    def told(self, reply: Reply, results: list[Block], tree: str) -> str:
        """What to say after a turn, which left this state of the code. Raises WindDown."""
        made, said = [(call.name, call.input) for call in reply.calls], [one["content"] for one in results]
        turn = f"{made or reply.text} {said}"
        failed = results and all(one["is_error"] or FAILED.match(one["content"]) for one in results)
        before = self._stuck
        self._stuck += WORSE if failed or turn in self._seen else 1
        if tree != self._tree:
            self._stuck, self._tree = 0, tree
        self._seen.add(turn)
        if self._stuck >= 2 * STUCK:
            raise WindDown("stopped: turn after turn failed, repeated another or changed nothing")
        words = [prompt("stuck")] * (before < STUCK <= self._stuck)
        return "\n".join([*words, *self._left(reply.left)])

    def _left(self, left: dict[str, float]) -> list[str]:
        used = [1 - left[unit] / most for unit, most in self._limits.items() if most and unit in left]
        before, self._mark = self._mark, next((mark for mark in MARKS if mark <= max(used, default=0)), 0)
        amounts = ", ".join(f"{amount:,g} {unit}" for unit, amount in left.items())
        return [prompt("left", used=f"{self._mark:.0%}", left=amounts)] if self._mark > before else []
