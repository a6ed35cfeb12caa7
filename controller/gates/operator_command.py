"""Gates of the operator's: a shell command of heirloom.toml, run in the candidate's tree."""

from dataclasses import replace

from controller.errors import IsolationError
from controller.gates.candidate import Candidate
from controller.gates.gate import Check, Gate
from controller.ledger.report import Decision, Report
from controller.sandbox.child import Ending
from controller.settings.gate_policy import OperatorCommand

EVIDENCE_CHARS = 4000
NOT_STARTED = (126, 127)  # how bash ends where a command is not there or cannot be run


def gate_of(command: OperatorCommand) -> Gate:
    """The row of an operator's command; a life may ask it unless it is private."""
    return Gate(command.name, check_of(command), life_may_ask=not command.private)


def check_of(command: OperatorCommand) -> Check:
    """The check that runs a command. "unknown" where it cannot be started at all: that is not the genome's fault."""

    def check(candidate: Candidate) -> Report:
        def report(result: Decision, reason: str = "", evidence: str = "") -> Report:
            return Report(command.name, result, reason, evidence[-EVIDENCE_CHARS:], private=command.private)

        try:
            ending = run(candidate, command, "child")
            if ending.exit_code == 0 and not ending.limit:
                return report("pass")
            if ending.exit_code in NOT_STARTED and run(candidate, command, "parent").exit_code in NOT_STARTED:
                # On the parent's tree too: so it is the machine's or the command's fault, not the candidate's
                reason = "the operator's command cannot be started, on the parent neither"
                return report("unknown", reason, ending.output)
        except IsolationError as error:
            return report("unknown", f"the operator's command cannot be started: {error}")
        return report("refuse", how_it_ended(ending, command), ending.output)

    return check


def run(candidate: Candidate, command: OperatorCommand, tree: str) -> Ending:
    """Run the command in one of the two trees."""
    bounds = replace(candidate.room.bounds, seconds=command.seconds)
    room = replace(candidate.room, bounds=bounds)
    return room.run(("bash", "-c", command.command), cwd=tree)


def how_it_ended(ending: Ending, command: OperatorCommand) -> str:
    """How a command ended that did not pass."""
    if ending.limit == "wall":
        return f"the operator's command did not end within {command.seconds:g} s"
    if ending.limit:
        return f"the operator's command was stopped by a limit ({ending.limit})"
    if ending.exit_code is not None:
        return f"the operator's command ended with exit {ending.exit_code}"
    return f"the operator's command ended with signal {ending.signal}"
