"""Each gate has been proved able to fail: switched off, its planted cases get through."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from controller.gates.judging import judge
from controller.gates.registry import GATES, judge_by_policy
from controller.life.workspace import remove
from controller.run.compose import VENV
from controller.sandbox.bubblewrap import Bubblewrap
from controller.settings.gate_policy import GatePolicy
from nursery.ground import Ground
from nursery.table import HOSTILE
from nursery.unread import UNREAD

TOO_MANY = {"100,000 files"}  # substance would read each of them: minutes
# What another gate that only reads refuses too
ALSO = dict.fromkeys(
    (
        "edits the contract's tests",
        "a symbolic link to the outside",
        "a submodule",
        "a file of 50 MB",
        "more files than a life may touch",
        "a genome too heavy to read",
        "prompts too heavy to read",
        "an encoding that hides code",
        "code that hides in a string",
        "a memory that is no JSON",
    ),
    "substance",
)
HEAVY = {*TOO_MANY, "more files than a life may touch"}
REPRESENTATIVES = {
    "builds": "an error of types",
    "tests": "a test left out",
    "evidence": "tests alone, and no evidence",
    "reproduction": "ignores its goal",
}


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(tmp_path_factory.mktemp("ground"), Bubblewrap(VENV))
    yield made
    made.close()


@pytest.mark.quick(8)
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in HEAVY else name for name in UNREAD]
)
def test_only_its_gate_catches_a_genome(name: str, ground: Ground) -> None:
    """Shape cannot be switched off by policy, since what it lets through is unpacked: here it is left out by hand."""
    planted = UNREAD[name]
    made = ground.plant(planted)
    verdict, reports = judge_by_policy(made)
    assert (verdict.decision, verdict.gate) == ("refuse", planted.gate), reports[-1]
    assert planted.reason in verdict.decided_by(reports).reason
    if name not in TOO_MANY:
        others = tuple(gate for gate in GATES if gate.reads_only and gate.name != planted.gate)
        verdict, _ = judge(made, others)
        assert verdict.gate == ALSO.get(name, "")


@pytest.mark.slow
@pytest.mark.parametrize("gate", REPRESENTATIVES)
def test_without_its_gate_a_genome_passes(gate: str, ground: Ground) -> None:
    made = ground.plant(HOSTILE[REPRESENTATIVES[gate]])
    assert HOSTILE[REPRESENTATIVES[gate]].gate == gate
    made = replace(made, policy=GatePolicy.model_validate({"off": [gate]}))
    verdict, reports = judge_by_policy(made)
    remove(made.room.folder)
    assert verdict.decision == "pass", reports[-1]
    assert {report.name for report in reports} == {one.name for one in GATES} - {gate}


def test_every_gate_is_switched_off_once() -> None:
    assert {*REPRESENTATIVES, *(planted.gate for planted in UNREAD.values())} == {gate.name for gate in GATES}
