"""The outcome table: the first row that fits. Pure."""

from dataclasses import dataclass

from controller.contract import ABORTED, CRASHED, EVOLVED, HISTORY, KILLED, REFUSED, ExitCode, Outcome
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


def decide(seen: Seen, verdict: Verdict | None = None) -> Outcome | None:
    """The outcome of a try. None: it is for the gates to say, and `verdict` is missing, or says that they could not.

    The verdict counts only where the table asks for it.
    """
    if seen.world_fault:
        return Outcome(ABORTED, "world")
    if seen.limit:
        return Outcome(KILLED, seen.limit)
    if seen.exit_code == ExitCode.CODE and seen.pushed and seen.changed:
        return judged(verdict)
    if seen.exit_code == ExitCode.HISTORY and seen.pushed:
        return Outcome(HISTORY)  # other changes, if there are any, stay in the attempt
    if seen.no_room and not seen.pushed:
        return Outcome(ABORTED, "full disk")
    return Outcome(CRASHED)


def judged(verdict: Verdict | None) -> Outcome | None:
    """The outcome of a life that handed on code."""
    if verdict is None or verdict.decision == "unknown":
        return None
    if verdict.decision == "refuse":
        return Outcome(REFUSED, verdict.gate)
    return Outcome(EVOLVED)
