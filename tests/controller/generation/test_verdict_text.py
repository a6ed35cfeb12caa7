"""What the gates say in words: where, what was stated, the last lines; bounded and printable."""

from controller.gates.verdict import Verdict
from controller.generation.verdict_text import LAST_LINES, LINE_CHARS, describe
from controller.ledger.report import Report

EVIDENCE = """
def test_double() -> None:
>       assert double(2) == 4
E       assert 6 == 4
E        +  where 6 = double(2)

tests/agent/test_sums.py:5: AssertionError
"""


def refused(evidence: str, reason: str = "1 of 2 tests fail") -> str:
    return describe(Verdict("refuse", "tests"), (Report("shape", "pass"), Report("tests", "refuse", reason, evidence)))


def test_a_refusal_names_place_and_assertion() -> None:
    text = refused(EVIDENCE)
    assert text.startswith("refused by tests: 1 of 2 tests fail\n\nWhat failed:\n>       assert double(2) == 4\nE ")
    assert "tests/agent/test_sums.py:5: AssertionError" in text
    assert f"({LAST_LINES} lines at most):" in text


def test_printed_text_is_bounded_and_plain() -> None:
    text = refused("\n".join(f"line {number} \x1b[2J{'x' * 1000}" for number in range(1000)), "y" * 9000)
    assert "\x1b" not in text and "line 999" in text and "line 959 " not in text
    assert len(text) < 1100 + (LAST_LINES + 1) * (LINE_CHARS + 2)


def test_every_refusal_is_told() -> None:
    reports = (
        Report("goal", "refuse", "the goal is empty"),
        Report("builds", "pass"),
        Report("tests", "refuse", "1 of 2 tests fail", EVIDENCE),
        Report("evidence", "unknown", "no sandbox"),
    )
    text = describe(Verdict("refuse", "goal"), reports)
    assert text.startswith(
        "refused by goal: the goal is empty\n\nrefused by tests: 1 of 2 tests fail\n\nWhat failed:\n"
    )
    assert text.endswith("\n\nthis could not be checked by evidence: no sandbox") and "builds" not in text


def test_pass_and_doubt_differ() -> None:
    assert (
        describe(Verdict("pass"), (Report("tests", "pass", "3 passed"),)) == "the gates let this pass: tests: 3 passed"
    )
    doubt = describe(Verdict("unknown", "tests"), (Report("tests", "unknown", "no sandbox"),))
    assert doubt == "this could not be checked by tests: no sandbox"
