"""The table of gates, in the order in which they are asked: a new gate is one row here."""

from collections.abc import Mapping

from controller.errors import RequestError
from controller.gates.builds.gate import builds
from controller.gates.candidate import Candidate
from controller.gates.context import context
from controller.gates.evidence.gate import evidence
from controller.gates.gate import Gate
from controller.gates.goal.gate import goal
from controller.gates.judging import judge
from controller.gates.operator_command import gate_of
from controller.gates.reproduction.gate import reproduction
from controller.gates.shape import shape
from controller.gates.substance.gate import substance
from controller.gates.tests.gate import tests
from controller.gates.verdict import Verdict
from controller.ledger.report import Report
from controller.settings.gate_policy import GatePolicy, problem_of_off

UNPACKED = "what it lets through is unpacked on this machine; widen it by the keys genome and gates.files"


def bears(candidate: Candidate) -> Report:
    """The reproduction gate, with the gates of this table that it asks about the candidate's child."""
    return reproduction(candidate, tuple(gate for gate in GATES if gate.of_grandchild))


GATES: tuple[Gate, ...] = (
    Gate("shape", shape, reads_only=True, cached_by="nothing", always=UNPACKED, costs_little=True, of_grandchild=True),
    # A life that asks need not have written its entry yet
    Gate(
        "context",
        context,
        reads_only=True,
        cached_by="nothing",
        life_may_ask=False,
        costs_little=True,
        of_grandchild=True,
    ),
    Gate("substance", substance, reads_only=True, cached_by="nothing", costs_little=True, of_grandchild=True),
    Gate("goal", goal, reads_only=True, cached_by="nothing", costs_little=True),
    Gate("builds", builds, cached_by="files", costs_little=True, of_grandchild=True),
    Gate("tests", tests, cached_by="tree"),
    Gate("evidence", evidence, cached_by="tree"),
    Gate("reproduction", bears, cached_by="files"),
)


def named(*names: str) -> tuple[Gate, ...]:
    """The gates of these names, in the order of the table."""
    return tuple(gate for gate in GATES if gate.name in names)


def switches(gates: tuple[Gate, ...] = GATES) -> Mapping[str, str]:
    """The name of each gate, and why it cannot be switched off: "" where it can. Settings are read with this."""
    return {gate.name: gate.always for gate in gates}


def chosen(policy: GatePolicy, gates: tuple[Gate, ...] = GATES) -> tuple[Gate, ...]:
    """The gates that an operator wants asked, their own ones last.

    Raises RequestError where the policy switches off what cannot be.
    """
    known = switches(gates)
    for name in policy.off:
        if problem := problem_of_off(name, known):
            raise RequestError(f"gates.off: {problem}")
    kept = tuple(gate for gate in gates if gate.name not in policy.off)
    return kept + tuple(gate_of(command) for command in policy.commands)


def judge_by_policy(candidate: Candidate, everything: bool = False) -> tuple[Verdict, tuple[Report, ...]]:
    """As `judge`, by the gates that the candidate's policy wants asked."""
    return judge(candidate, chosen(candidate.policy), everything=everything)
