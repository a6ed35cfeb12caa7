"""Gates of the operator's own: a shell command of heirloom.toml, run in the candidate's tree."""

from dataclasses import replace

from controller.errors import IsolationError
from controller.gates.candidate import Candidate, Gate
from controller.ledger.report import Decision, Report
from controller.sandbox.child import Ending
from controller.settings.gate_policy import Own

EVIDENCE_CHARS = 4000
NOT_STARTED = (126, 127)  # bash's words for a command that is not there or cannot be run


def own(command: Own) -> Gate:
    """The gate that runs a command. One that cannot be started at all is nobody's pass, and not the genome's fault."""

    def gate(candidate: Candidate) -> Report:
        def told(result: Decision, reason: str, evidence: str = "") -> Report:
            return Report(command.name, result, reason, evidence[-EVIDENCE_CHARS:], private=command.private)

        try:
            ending = ran(candidate, command, "child")
            if ending.exit_code == 0 and not ending.limit:
                return told("pass", "")
            if ending.exit_code in NOT_STARTED and ran(candidate, command, "parent").exit_code in NOT_STARTED:
                # On the parent's tree too: so it is the machine's or the command's fault, not the candidate's
                return told("unknown", "the operator's command cannot be started, on the parent neither", ending.output)
        except IsolationError as error:
            return told("unknown", f"the operator's command cannot be started: {error}")
        return told("refuse", how(ending, command), ending.output)

    gate.__name__ = command.name
    return gate


def ran(candidate: Candidate, command: Own, tree: str) -> Ending:
    """The command's end in one of the two trees."""
    room = candidate.room
    tight = replace(room, bounds=replace(room.bounds, seconds=command.seconds))
    return tight.run(("bash", "-c", command.command), cwd=tree)


def how(ending: Ending, command: Own) -> str:
    """How a command ended that did not pass."""
    if ending.limit == "wall":
        return f"the operator's command did not end within {command.seconds:g} s"
    if ending.limit:
        return f"the operator's command was stopped by a limit ({ending.limit})"
    said = f"exit {ending.exit_code}" if ending.exit_code is not None else f"signal {ending.signal}"
    return f"the operator's command ended with {said}"
