"""Which gates there are, in the order in which they are asked."""

from controller.gates.builds.gate import builds
from controller.gates.candidate import Candidate, Gate
from controller.gates.context import context
from controller.gates.evidence.gate import evidence
from controller.gates.goal import goal
from controller.gates.judging import judge, name_of
from controller.gates.operator_command import own
from controller.gates.reproduction.gate import reproduction
from controller.gates.shape import shape
from controller.gates.substance.gate import substance
from controller.gates.tests.gate import tests
from controller.gates.verdict import Verdict
from controller.ledger.report import Report
from controller.settings.gate_policy import Policy

GATES: tuple[Gate, ...] = (shape, context, substance, goal, builds, tests, evidence, reproduction)


def chosen(policy: Policy) -> tuple[Gate, ...]:
    """The gates that an operator wants asked, their own ones last."""
    kept = (gate for gate in GATES if name_of(gate) not in policy.off)
    return (*kept, *(own(command) for command in policy.commands))


def judge_by_policy(candidate: Candidate, everything: bool = False) -> tuple[Verdict, tuple[Report, ...]]:
    """As `judge`, by the gates that the candidate's policy wants asked."""
    return judge(candidate, chosen(candidate.policy), everything=everything)
