"""The outcome table: the first row that fits. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from controller.contract import ExitCode
from controller.gates.verdict import Verdict


@dataclass(frozen=True)
class Seen:
    """What the controller saw of one try, in facts.

    `pushed`: the life's ref holds a sound commit that is not the parent. `changed`: that commit differs from the
    parent in more than agent_context.json.
    """

    world_fault: bool = False  # the gateway's last answer to the life was a fault of the world
    no_room: bool = False  # the disk is full
    limit: str | None = None  # the limit that ended it
    exit_code: int | None = None
    pushed: bool = False
    changed: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a try ended. `detail` is the limit or the gate."""

    name: Literal["aborted", "killed", "evolved", "refused", "unjudged", "history", "crashed"]
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.name}({self.detail})" if self.detail else self.name


def decide(seen: Seen, judge: Callable[[], Verdict]) -> Outcome:
    """The outcome of a try. `judge` runs the gates, and is called only where the table asks for it.

    `unjudged` is no end: the gates could not check, and the same attempt is judged again.
    """
    if seen.world_fault:
        return Outcome("aborted", "world")
    if seen.limit:
        return Outcome("killed", seen.limit)
    if seen.exit_code == ExitCode.CODE and seen.pushed and seen.changed:
        verdict = judge()
        if verdict.decision == "pass":
            return Outcome("evolved")
        return Outcome("refused" if verdict.decision == "refuse" else "unjudged", verdict.gate)
    if seen.exit_code == ExitCode.HISTORY and seen.pushed:
        return Outcome("history")  # other changes, if there are any, stay in the attempt
    if seen.no_room and not seen.pushed:
        return Outcome("aborted", "full disk")
    return Outcome("crashed")
