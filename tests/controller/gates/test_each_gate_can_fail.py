"""Each gate decides something that no other does: switched off, its planted cases get through all the others."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from controller.gates.judging import judge
from controller.gates.registry import GATES as ALL
from tests.controller.gates.judging import Files, candidate
from tests.controller.gates.test_evidence import GOOD, OLD_TEST, SOURCE
from tests.controller.gates.test_tests import BEFORE, CODE, DOUBLE_ONLY, NEW, QUARTER, SUITE

GATES = tuple(gate for gate in ALL if gate.name != "reproduction")  # its cases live whole lives: nursery
MORE = '"""More."""\n\nMORE = 1\n'
ENTRY = {"generation": 1, "goal": "x", "claim": {"outcome": "code", "summary": "x"}}
STATES_NOTHING = "def test_more() -> None:\n    print()  # noqa: T201\n"
EMPTY = "\n\ndef later() -> None:\n    pass\n\n\ndef once() -> None:\n    pass\n"
TESTED = {CODE: QUARTER, "tests/agent/test_quarter.py": NEW}
SIZES = {"agent/size.py": SOURCE, "tests/agent/test_size.py": OLD_TEST}


@dataclass(frozen=True)
class Case:
    """What only `gate` refuses. `memory` changes agent_context.json once more."""

    gate: str
    after: Files
    before: Files = field(default_factory=dict)
    memory: Callable[[dict[str, object]], object] = lambda _: None


CASES = {
    "a file of the operator's": Case("shape", {"agent/more.py": MORE, "controller/x.py": MORE}),
    "a configuration of pytest": Case("shape", {"agent/more.py": MORE, "tests/agent/pytest.ini": "[pytest]\n"}),
    "a name that is a device's": Case("shape", {"agent/aux.py": MORE}),
    "another purpose": Case("context", {"agent/more.py": MORE}, memory=lambda told: told.update(purpose="Rule.")),
    "two entries": Case(
        "context", {"agent/more.py": MORE}, memory=lambda told: told.update(history=[ENTRY] * 2)),
    "a goal that is empty": Case(
        "goal", {"agent/more.py": MORE}, memory=lambda told: told.update(goal={"title": "x", "done_when": ["true"]})),
    "comments alone": Case("substance", {CODE: "# As it was.\n" + str(BEFORE[CODE])}, BEFORE),
    "empty bodies": Case("substance", {"agent/more.py": MORE + EMPTY}),
    "a test that states nothing": Case(
        "substance", {**TESTED, "tests/agent/test_more.py": STATES_NOTHING}, BEFORE),
    "an error of types": Case("builds", {"agent/more.py": 'MORE: int = "one"\n'}),
    "an unused import": Case("builds", {"agent/more.py": "import os\n\nMORE = 1\n"}),
    "a module that nothing imports and that cannot be": Case("builds", {"agent/more.py": "MORE = int('x')\n"}),
    "a weaker test": Case(
        "tests", {"agent/more.py": MORE, SUITE: str(BEFORE[SUITE]).replace("4) == 2", "4) == half(4)")}, BEFORE),
    "a test deleted": Case("tests", {**TESTED, SUITE: DOUBLE_ONLY}, BEFORE),
    "a regression": Case("tests", {CODE: str(BEFORE[CODE]).replace("number * 2", "number * 3")}, BEFORE),
    "tests without evidence": Case("evidence", {"tests/agent/test_edge.py": GOOD}, SIZES),
}  # fmt: skip
QUICK = {"an error of types"}


@pytest.mark.parametrize("name", [one if one in QUICK else pytest.param(one, marks=pytest.mark.slow) for one in CASES])
def test_without_its_gate_a_case_passes(name: str, operator: Path) -> None:
    case = CASES[name]

    made = candidate(operator, case.before, case.after, memory=case.memory)
    others = tuple(gate for gate in GATES if gate.name != case.gate)
    for gates, decided in ((GATES, case.gate), (others, "")):
        room = replace(made.room, folder=made.room.folder / decided)
        verdict, reports = judge(replace(made, room=room), gates)
        assert (verdict.gate, verdict.decision) == (decided, "refuse" if decided else "pass"), reports[-1]


def test_every_gate_has_a_planted_case() -> None:
    assert {case.gate for case in CASES.values()} == {gate.name for gate in GATES}
