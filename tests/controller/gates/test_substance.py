"""What is no change, what is left undone, and what grows too fast."""

from pathlib import Path

import pytest

from controller.gates.source import parsed
from controller.gates.substance.debt import debt, idle_tests
from controller.gates.substance.gate import substance
from controller.ledger.report import Report
from tests.controller.conftest import git
from tests.controller.gates.judging import Files, candidate, commit, write

CODE = '"""Sums."""\n\n\ndef double(number: int) -> int:\n    """Twice as much."""\n    return number * 2\n'
TOOL = '"""A tool."""\n\n\nclass Look:\n    """Looks at a file."""\n\n    path: str = ""\n'
TEST = '"""Sums."""\n\nfrom agent.sums import double\n\n\ndef test_double() -> None:\n    assert double(2) == 4\n'
BEFORE = {"agent/sums.py": CODE, "agent/tools/look.py": TOOL, "agent/prompts/plan.md": "Plan.\n",
          "tests/agent/test_sums.py": TEST}  # fmt: skip
MORE = "\n\ndef more(number: int) -> int:\n    return number + 1\n"


def judge(operator: Path, after: Files) -> Report:
    return substance(candidate(operator, BEFORE, after))


IDLE: dict[str, Files] = {
    "nothing": {},
    "comments": {"agent/sums.py": CODE.replace("return", "# As it was.\n    return")},
    "docstrings": {"agent/sums.py": CODE.replace("Twice as much", "The double")},
    "layout": {"agent/sums.py": CODE.replace("number * 2", "(number * 2)")},
    "the docstring of a tool's module": {"agent/tools/look.py": TOOL.replace("A tool", "The tool")},
    "an empty module": {"agent/more.py": '"""Nothing yet."""\n'},
    "a test's comments": {"tests/agent/test_sums.py": TEST + "# The end.\n"},
}


@pytest.mark.parametrize("case", IDLE)
def test_change_of_no_code_is_refused(case: str, operator: Path) -> None:
    report = judge(operator, IDLE[case])
    assert (report.result, "nothing that runs is changed" in report.reason) == ("refuse", True), report


CHANGES: dict[str, Files] = {
    "code": {"agent/sums.py": CODE + MORE},
    "less code": {"agent/tools/look.py": TOOL.replace('\n    path: str = ""\n', "")},
    "a deleted file": {"agent/tools/look.py": None},
    "what a tool says of itself": {"agent/tools/look.py": TOOL.replace("Looks at a file", "Looks into a file")},
    "a prompt": {"agent/prompts/plan.md": "Plan well.\n"},
    "one thing left for later": {"agent/sums.py": CODE + "# TODO: thrice\n" + MORE},
    "a stub that others fill in": {
        "agent/shape.py": "from typing import Protocol\n\n\nclass Shape(Protocol):\n    def a(self) -> int: ...\n"
        "    def b(self) -> int: ...\n"},
}  # fmt: skip


@pytest.mark.parametrize("case", CHANGES)
def test_what_changes_behaviour_passes(case: str, operator: Path) -> None:
    report = judge(operator, CHANGES[case])
    assert (report.result, report.reason) == ("pass", ""), report


def test_a_refusal_names_what_is_left_undone(operator: Path) -> None:
    undone = "# TODO: this\n# FIXME: that\ndef more() -> int:\n    raise NotImplementedError\n"
    assert "1 stub, 2 todo" in judge(operator, {"agent/more.py": undone}).reason


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("# TODO: a, FIXME: b\n", "todo"),
        ("def f():\n    raise NotImplementedError('later')\ndef g():\n    '''Later.'''\n", "stub"),
        ("try:\n    f()\nexcept OSError:\n    pass\nfor x in y:\n    try:\n        f()\n    except OSError:\n"
         "        continue\n", "swallowed"),
        ("import pytest\n@pytest.mark.skip\ndef test_a():\n    assert a\n@pytest.mark.xfail\ndef test_b():\n"
         "    assert a\n", "skipped"),
        ("import pytest\n\n\nclass TestA:\n    @pytest.mark.skipif(True)\n    def test_a(self):\n        assert a\n\n"
         "    def test_b(self):\n        pytest.skip('later')\n        assert b\n", "skipped"),
        ("from pytest import skip, xfail\n", "skipped"),
        ("with contextlib.suppress(OSError):\n    f()\nwith suppress(ValueError):\n    f()\n", "swallowed"),
        ("A = f()  # type: ignore[arg-type]\nB = g()  # noqa: E501\n", "excused"),
        ("A = f()  # type: ignore\nB = g()  # noqa\n", "silenced"),
        ("# ruff: noqa\n# mypy: ignore-errors\n", "silenced"),
        ("# ruff: noqa: E501\n# flake8: noqa\n", "silenced"),
        ("@typing.no_type_check\ndef f():\n    return 1\n@no_type_check\ndef g():\n    return 1\n",
         "silenced"),
        ("def test_a():\n    a()\ndef test_b():\n    assert True\n", "assertion-free"),
    ],
)  # fmt: skip
def test_each_kind_of_debt_is_counted(text: str, kind: str) -> None:
    assert +debt("tests/agent/test_x.py", text) == {kind: 2}


def test_stub_file_is_debt() -> None:
    assert +debt("agent/x.pyi", "def f() -> int: ...\n") == {"silenced": 1, "stub": 1}


@pytest.mark.parametrize(("said", "result"), [("noqa", "refuse"), ("noqa: F401", "pass")])
def test_silencing_a_whole_line_is_refused(said: str, result: str, operator: Path) -> None:
    report = judge(operator, {"agent/more.py": f"import os  # {said}\n"})
    assert (report.result, "1 silenced" in report.reason) == (result, result == "refuse"), report


def test_words_in_texts_are_no_debt() -> None:
    assert not +debt("agent/x.py", "WORDS = ('TODO', 'FIXME')\n")


@pytest.mark.parametrize(
    ("text", "is_idle"),
    [
        ("assert a == 1", False), ("assert a", False), ("assert True", True), ("assert 1 == 1", True), ("a()", True),
        ("stated(1)", False), ("called(1)", True), ("with pytest.raises(OSError):\n        a()", False),
    ],
)  # fmt: skip
def test_test_without_statement_is_idle(text: str, is_idle: bool) -> None:
    tree = parsed(f"def test_x():\n    {text}\n\ndef stated(a):\n    assert a == 1\n\ndef called(a):\n    a()\n")
    assert tree is not None
    assert idle_tests(tree) == ["test_x"] * is_idle


def test_undoing_the_last_change_is_refused(operator: Path) -> None:
    write(operator, {"agent/more.py": "MORE = 1\n"})
    commit(operator, "Before")
    write(operator, {"agent/more.py": "MORE = 2\n"})
    commit(operator, "The last change")
    write(operator, {"agent_context.json": (operator / "agent_context.json").read_text() + "\n"})
    commit(operator, "A life of history alone")
    report = substance(candidate(operator, {}, {"agent/more.py": "MORE = 1\n"}))
    assert (report.result, "it undoes the last change" in report.reason) == ("refuse", True)
    assert git(operator, "rev-parse", "--short=10", "HEAD~4") in report.reason


@pytest.mark.parametrize(("size", "result", "said"), [(7000, "pass", "over the band"), (20_000, "refuse", "at most")])
def test_growth_over_the_band_is_noted(size: int, result: str, said: str, operator: Path) -> None:
    report = judge(operator, {"agent/prompts/more.md": "x" * size})
    assert (report.result, said in report.reason) == (result, True), report


@pytest.mark.parametrize("text", ["-" * 60_000 + "1", "x" + ".a" * 60_000, "f" + "()" * 60_000, "(" * 60_000])
def test_unparsable_file_costs_nothing(text: str) -> None:
    assert parsed(text) is None
