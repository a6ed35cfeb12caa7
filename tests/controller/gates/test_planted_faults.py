"""Planted tests that must fail, and planted faults that must be noticed."""

import ast
import random
from pathlib import Path

import pytest

from controller.gates.judging import furnish
from controller.gates.tests.canaries import plant
from controller.gates.tests.gate import tests as gate
from controller.gates.tests.planted_faults import draw_of, faulty, targets
from controller.ledger.report import Report
from tests.controller.gates.judging import Files, candidate
from tests.controller.gates.test_tests import BEFORE, CODE, QUARTER, SUITE, SUMS, TESTS


def test_canaries_are_named_like_their_neighbours(tmp_path: Path) -> None:
    folder = tmp_path / "tests" / "agent"
    folder.mkdir(parents=True)
    for name in ("sums", "more", "slow"):
        (folder / f"test_{name}.py").write_text(TESTS + ("pytestmark = 1\n" if name == "slow" else ""))
    known = {"double", "half", "twice", "much", "sums", "more", "slow"}
    drawn_names = set()
    for salt in range(20):
        for node in plant(tmp_path, random.Random(salt)):
            path, _, name = node.partition("::")
            drawn_names.add(name)
            assert {word for word in name.split("_") if word != "test"} <= known, name
            assert f"def {name}() -> None:\n    assert " in (tmp_path / path).read_text()
            assert not path.endswith("/test_slow.py")
    assert len(drawn_names) == 60
    assert all(ast.parse(path.read_text()) for path in folder.iterdir())


def test_every_canary_fails(tmp_path: Path) -> None:
    for salt in range(40):
        for node in plant(tmp_path / str(salt), random.Random(salt)):
            path, _, name = node.partition("::")
            space: dict[str, object] = {}
            exec((tmp_path / str(salt) / path).read_text(), space)
            with pytest.raises(AssertionError):
                space[name]()  # type: ignore[operator]


def test_fault_raises_when_called() -> None:
    text = 'X = 1  # kept\n\n\ndef f(a: int) -> int:\n    """Doc."""\n    return a\n\n\ndef g() -> int: return 1\n'
    for name, line in (("f", 4), ("g", 9)):
        space: dict[str, object] = {}
        exec(faulty(text, line, "LookupError"), space)
        with pytest.raises(LookupError, match=name):
            space[name](*([1] if name == "f" else []))  # type: ignore[operator]
    assert "# kept" in faulty(text, 4, "LookupError")


def test_targets_are_what_tests_call() -> None:
    code = {"agent/sums.py": QUARTER + "\n\nclass Sum:\n    def add(self) -> None:\n        return\n"}
    suite = TESTS + "\n\ndef test_sum() -> None:\n    Sum().add()\n    quarter(4)\n"
    found = targets(code, {"agent/sums.py": SUMS}, {SUITE: suite.replace("half\n", "half, Sum, quarter\n", 1)})
    assert {(one.name, one.sure) for one in found} == {
        ("double", False), ("half", False), ("quarter", True), ("add", False)}  # fmt: skip
    assert targets(code, {}, {SUITE: suite.replace("agent.sums", "agent.others")}) == []


def test_the_same_candidate_gets_the_same_faults(operator: Path) -> None:
    one = candidate(operator, BEFORE, {CODE: QUARTER})
    assert draw_of(one).random() == draw_of(one).random()


DEAF = """from agent.sums import quarter


def test_quarter() -> None:
    try:
        value = quarter(8)
    except Exception:
        value = 2
    assert value == 2
"""


def judge(operator: Path, before: Files, after: Files) -> Report:
    made = candidate(operator, before, after)
    furnish(made)
    return gate(made)


def test_deaf_test_for_code_is_refused(operator: Path) -> None:
    report = judge(operator, BEFORE, {CODE: QUARTER, "tests/agent/test_quarter.py": DEAF})
    assert (report.result, "call quarter of agent/sums.py stay green" in report.reason) == ("refuse", True), report


@pytest.mark.slow
def test_suite_that_notices_nothing_is_refused(operator: Path) -> None:
    deaf = "import agent.sums\n\n\ndef test_calls() -> None:\n    try:\n        value = agent.sums.double(1)\n"
    deaf += "        value = agent.sums.half(1)\n    except Exception:\n        value = 0\n    assert value == 0\n"
    before = {CODE: SUMS, SUITE: deaf}
    report = judge(operator, before, {CODE: SUMS + "\n\nMORE = 1\n"})
    assert (report.result, "stay green whatever is broken" in report.reason) == ("refuse", True), report
