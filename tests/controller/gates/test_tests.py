"""The parent's tests on the child's code: what was earned, what was bought, and what nobody can tell."""

import base64
import json
import zlib
from pathlib import Path

import pytest

from controller.gates.judging import furnish
from controller.gates.tests.gate import tests as gate  # not by a name that pytest collects
from controller.gates.tests.suite import PACKED_BYTES, Counts, unpacked
from controller.ledger.report import Report
from tests.controller.gates.judging import Files, candidate

SUMS = '''"""Sums."""


def double(number: int) -> int:
    """Twice as much."""
    return number * 2


def half(number: int) -> int:
    """Half as much."""
    return number // 2
'''
TESTS = """from agent.sums import double, half


def test_double_is_twice_as_much() -> None:
    assert double(2) == 4


def test_half_is_half_as_much() -> None:
    assert half(4) == 2
"""
CODE, SUITE = "agent/sums.py", "tests/agent/test_sums.py"
BEFORE = {CODE: SUMS, SUITE: TESTS}
TRIPLE = SUMS.replace("number * 2", "number * 3")
NO_HALF = SUMS.partition("\n\ndef half")[0]
DOUBLE_ONLY = "from agent.sums import double\n" + TESTS.partition("half\n")[2].partition("\n\ndef test_half")[0]
HALF_ONLY = "from agent.sums import half\n\n\ndef test_half" + TESTS.partition("def test_half")[2]
OTHER_HALF = SUMS.replace('number: int) -> int:\n    """Half', 'number: int, down: bool) -> int:\n    """Half')
NEW = "from agent.sums import quarter\n\n\ndef test_quarter() -> None:\n    assert quarter(8) == 2\n"
MORE = SUMS + "\n\nMORE = 1\n"
QUARTER = SUMS + "\n\ndef quarter(number: int) -> int:\n    return number // 4\n"


def judge(operator: Path, after: Files, before: Files | None = None, goal: str = "", summary: str = "") -> Report:
    made = candidate(operator, before or BEFORE, after, goal or "Change", summary or "Changed")
    furnish(made)
    return gate(made)


@pytest.mark.quick(1)
@pytest.mark.parametrize(
    ("after", "words", "reason"),
    [
        pytest.param({CODE: QUARTER, "tests/agent/test_quarter.py": NEW}, "Change",
                     "4 passed; earned, 1 of its new and changed tests fail", id="new code with its test"),
        pytest.param({CODE: NO_HALF, SUITE: DOUBLE_ONLY}, "Nothing needs half any more", "gone with what they tested",
                     id="a deletion"),
        pytest.param({CODE: OTHER_HALF, SUITE: TESTS.replace("half(4)", "half(4, True)")}, "Let half round up or down",
                     "inconclusive, changed with what they test: tests.agent.test_sums::test_half",
                     id="an interface that the goal names", marks=pytest.mark.slow),
        pytest.param({SUITE: TESTS.replace("test_half", "test_a_half")}, "Change", "3 passed", id="a test renamed",
                     marks=pytest.mark.slow),
    ],
)  # fmt: skip
def test_what_is_earned_passes(after: Files, words: str, reason: str, operator: Path) -> None:
    report = judge(operator, after, goal=words, summary=words)
    assert (report.result, reason in report.reason) == ("pass", True), report


BOUGHT = {
    "a regression": ({CODE: TRIPLE}, "1 of 3 tests fail: tests.agent.test_sums::test_double"),
    "a failing test deleted": ({CODE: TRIPLE, SUITE: HALF_ONLY}, "bought: tests.agent.test_sums::test_double_is_twice"),
    "a failing test weakened": ({CODE: TRIPLE, SUITE: TESTS.replace("== 4", ">= 4")}, "was weakened"),
    "a test skipped": (
        {CODE: QUARTER, SUITE: "import pytest\n" + TESTS.replace("def test_half", "@pytest.mark.skip\ndef test_half")},
        "is skipped now"),
    "a test left out as slow": (
        {CODE: MORE, SUITE: "import pytest\n" + TESTS.replace("def test_half", "@pytest.mark.slow\ndef test_half")},
        "test_half_is_half_as_much noticed a fault that no test notices now"),
    "a test deleted though it would pass": (
        {CODE: MORE, SUITE: DOUBLE_ONLY}, "test_half_is_half_as_much noticed a fault that no test notices now"),
    "an interface that the goal does not name": (
        {CODE: OTHER_HALF, SUITE: TESTS.replace("half(4)", "half(4, True)")}, "the goal does not name"),
    "a test file that mends the code": (
        {CODE: TRIPLE, "tests/agent/test_0.py": "import agent.sums\n\nagent.sums.double = lambda n: n * 2\n"},
        "the parent's test tests.agent.test_sums::test_double"),
    "a weakened test that skips itself on the parent": (
        {CODE: TRIPLE, SUITE: "import pytest\n" + TESTS.replace("assert double(2) == 4", "assert double(2) == 6 or "
                                                                "pytest.skip('new')")}, "was weakened"),
}  # fmt: skip
QUICK = {"a failing test deleted", "a failing test weakened"}


@pytest.mark.quick(1)
@pytest.mark.parametrize(
    "case", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in BOUGHT]
)
def test_what_is_bought_is_refused(case: str, operator: Path) -> None:
    after, reason = BOUGHT[case]
    report = judge(operator, after)
    assert (report.result, reason in report.reason) == ("refuse", True), report


@pytest.mark.slow
def test_parents_own_failures_are_unknown(operator: Path) -> None:
    report = judge(operator, {CODE: TRIPLE + "\n\nMORE = 1\n"}, {CODE: TRIPLE, SUITE: TESTS})
    assert (report.result, "on its own code: tests.agent.test_sums::test_double" in report.reason) == ("unknown", True)


@pytest.mark.slow
def test_a_deletion_that_nobody_names_is_refused(operator: Path) -> None:
    report = judge(operator, {CODE: NO_HALF, SUITE: DOUBLE_ONLY})
    assert (report.result, "test_half_is_half_as_much" in report.reason) == ("refuse", True), report


def packed(told: object) -> str:
    return base64.b64encode(zlib.compress(json.dumps(told).encode())).decode()


def test_unreadable_report_holds_no_test() -> None:
    assert unpacked(packed({"a::test_b": [1, 0, 0]})) == {"a::test_b": Counts(passed=1)}
    bomb = {"a" * PACKED_BYTES: [1, 0, 0]}
    for text in ("", "!", "AAAA", packed([]), packed({"a": [1]}), packed({"a": ["x", 0, 0]}), packed(bomb)):
        assert unpacked(text) == {}


FLIPS = """import sys

from agent.sums import double

WHOLE = "tests/agent" in sys.argv


def test_double_again() -> None:
    assert double(1) == 2 + WHOLE
"""


@pytest.mark.slow
def test_passing_alone_is_flaky(operator: Path) -> None:
    report = judge(operator, {CODE: MORE, "tests/agent/test_again.py": FLIPS})
    told = "flaky: tests.agent.test_again::test_double_again"
    assert (report.result, told in report.reason) == ("pass", True), report


@pytest.mark.slow
def test_own_flaky_tests_are_debt(operator: Path) -> None:
    twice = FLIPS + FLIPS.partition("WHOLE = ")[2].partition("\n")[2].replace("again", "once_more")
    report = judge(operator, {CODE: MORE, "tests/agent/test_again.py": twice})
    assert (report.result, "flaky tests among it: tests.agent.test_again::test_double_ag" in report.reason) == (
        "refuse", True), report  # fmt: skip


# Red or green, run by run: the child's own and twice alone, the parent's own and twice alone, then whatever comes.
ENDS = "rrrgrggggggg"
COUNTS = """RUNS = Path("{path}")
COUNT = len(RUNS.read_text()) if RUNS.exists() else 0
RUNS.write_text("x" * (COUNT + 1))
WHOLE = "{ends}"[COUNT] == "r"
"""


@pytest.mark.slow
def test_what_flips_on_the_parent_decides_nothing(operator: Path, tmp_path: Path) -> None:
    counts = COUNTS.format(path=tmp_path / "runs", ends=ENDS)
    flips = FLIPS.replace("import sys", "from pathlib import Path")
    flips = flips.replace('WHOLE = "tests/agent" in sys.argv\n', counts)
    report = judge(operator, {CODE: MORE}, {**BEFORE, "tests/agent/test_again.py": flips})
    told = "flaky: tests.agent.test_again::test_double_again"
    assert (report.result, told in report.reason) == ("pass", True), report
    assert len((tmp_path / "runs").read_text()) >= 6


@pytest.mark.slow
def test_refusal_shows_the_failing_assertion(operator: Path) -> None:
    loud = (
        "    for number in range(99):\n        print(number)\n    values = list(range(2000))\n    assert values == []\n"
    )
    red = f"def test_loud() -> None:\n{loud}"
    report = judge(operator, {CODE: MORE, "tests/agent/test_loud.py": red})
    lines = report.evidence.splitlines()
    assert lines[0] == "tests.agent.test_loud::test_loud"
    assert "E       assert [0, 1, 2" in report.evidence
    assert (len(lines) < 60, len(report.evidence) <= 4000) == (True, True)
