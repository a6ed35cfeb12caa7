"""A life of tests alone: what it must show, and every way in which it may show too little."""

import difflib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from controller.contract import CONTEXT_FILE
from controller.gates.candidate import Candidate, Room
from controller.gates.evidence.gate import evidence
from controller.gates.evidence.mutant import NoMutant, mutated
from controller.gates.judging import furnish
from controller.git.lineage import Lineage
from controller.git.repository import Repository
from controller.ledger.report import Report
from controller.memory import parse_context
from controller.run.compose import VENV
from controller.sandbox.limits import Bounds
from controller.sandbox.none import Unisolated
from tests.controller.conftest import git

SOURCE = '''"""Sizes."""


def size(count: int, limit: int = 10) -> str:
    """A size in words."""
    if count < 0:
        raise ValueError("a size is not negative")
    return "big" if count > limit else "small"
'''
OLD_TEST = """from agent.size import size


def test_size_of_much() -> None:
    assert size(99) == "big"
"""
GOOD = """from agent.size import size


def test_size_at_the_limit_is_small() -> None:
    assert size(10) == "small"
"""


def diff(old: str, new: str, path: str = "agent/size.py") -> str:
    before, after = SOURCE.splitlines(True), SOURCE.replace(old, new).splitlines(True)
    return "".join(difflib.unified_diff(before, after, f"a/{path}", f"b/{path}"))


EDGE = diff("count > limit", "count >= limit")
REFUSAL = diff("count < 0", "count <= 0")
Judge = Callable[..., Report]


@pytest.fixture
def judge(operator: Path, tmp_path: Path) -> Judge:
    """Judges a first life that added files and claimed a mutant."""

    def make(mutant: str, seconds: float = 60.0, **files: str) -> Report:
        (operator / "agent" / "size.py").write_text(SOURCE)
        (operator / "tests" / "agent" / "test_size.py").write_text(OLD_TEST)
        git(operator, "add", "-A")
        git(operator, "commit", "--quiet", "-m", "A genome with a weak test")
        parent = git(operator, "rev-parse", "HEAD")
        text = (operator / CONTEXT_FILE).read_text()
        before, claim = parse_context(text), {"outcome": "code", "summary": "Pinned", "mutant": mutant}
        assert before is not None
        told = {**json.loads(text), "history": [{"generation": 1, "goal": "Pin", "claim": claim}]}
        (operator / CONTEXT_FILE).write_text(json.dumps(told))
        for name, content in files.items():
            (operator / name).write_text(content)
        git(operator, "add", "-A")
        git(operator, "commit", "--quiet", "-m", "An attempt")
        commit = git(operator, "rev-parse", "HEAD")
        lineage = Lineage(Repository(operator), Repository(tmp_path / "store.git", own=True), "lineage/main")
        lineage.open(parent)
        lineage.store.run("fetch", "--quiet", str(operator), commit)
        room = Room(Unisolated(VENV), tmp_path / "room", Bounds(seconds, 2**30, 2**20))
        changes = tuple(lineage.changes(parent, commit))
        candidate = Candidate(lineage, parent, commit, 1, (), changes, before, None, room)
        furnish(candidate)
        return evidence(candidate)

    return make


def pin(text: str) -> dict[str, str]:
    return {"tests/agent/test_edge.py": text}


def test_mutant_of_new_test_is_evidence(judge: Judge) -> None:
    report = judge(EDGE, **pin(GOOD))
    assert report.result == "pass", report
    assert "tests/agent/test_edge.py" in report.reason


@pytest.mark.slow
def test_mutant_may_show_by_a_refusal(judge: Judge) -> None:
    text = GOOD.replace('size(10) == "small"', 'size(0) == "small"')
    assert judge(REFUSAL, **pin(text)).result == "pass"


def test_changed_code_needs_no_evidence(judge: Judge) -> None:
    assert judge("", **{"agent/more.py": "MORE = 1\n"}).result == "pass"


STATED = "    assert size(10) == "
CASES = {
    "no mutant": ("", GOOD, "none is given"),
    "prose": ("count is compared wrongly", GOOD, "not a unified diff"),
    "a mutant that does not apply": (EDGE.replace("count < 0", "count < 7"), GOOD, "does not fit the parent"),
    "a mutant at the wrong lines": (EDGE.replace("@@ -5", "@@ -4"), GOOD, "does not fit the parent"),
    "a mutant outside of the tree": (EDGE.replace("agent/size.py", "../x.py"), GOOD, "only Python files of agent/"),
    "a mutant that climbs": (EDGE.replace("agent/size.py", "agent/../x.py"), GOOD, "only Python files of agent/"),
    "a mutant of a test": (EDGE.replace("agent/", "tests/agent/"), GOOD, "only Python files of agent/"),
    "a mutant of another file": (EDGE.replace("+++ b/agent/size", "+++ b/agent/x"), GOOD, "only Python files"),
    "a mutant of a file that is not there": (EDGE.replace("size.py", "sizes.py"), GOOD, "not a file of the parent"),
    "a mutant that the old tests notice": (diff('"big" if', '"tiny" if'), GOOD, "notice the mutant already"),
    "a mutant that does not run": (diff('return "big"', "return big"), GOOD, "notice the mutant already"),
    "a test that passes on the mutant": (EDGE, GOOD.replace("10", "3"), "do not fail on the mutant"),
    "a test that fails on the parent": (EDGE, GOOD.replace("10", "30"), "did not pass with hash seed 0"),
    "a test that cannot be collected": (EDGE, "import nowhere\n" + GOOD, "did not pass with hash seed 0"),
    "a test that skips itself": (
        EDGE, GOOD.replace(STATED, "    __import__('pytest').skip()\n" + STATED), "did not pass"),
    "no test in it": (EDGE, "import agent.size\n", "did not pass"),
    "a test of the day": (
        EDGE, "from datetime import datetime\nYEAR = datetime.now().year\n\n"
        + GOOD.replace("assert size", f"assert {__import__('time').gmtime().tm_year} == YEAR\n    assert size"),
        "s ahead"),
    "a test of the moment": (
        EDGE, "import time\n" + GOOD.replace("assert size", "assert time.time() < START + 9e5\n    assert size")
        .replace("\n\n\ndef", f"\n\nSTART = {__import__('time').time()}\n\n\ndef"), "s ahead"),
    "a test of the hash seed": (
        EDGE, GOOD.replace("assert size", "assert list({'a', 'b', 'c', 'd'}) == list({'d', 'b', 'c', 'a'}) and "
                           "__import__('os').environ['PYTHONHASHSEED'] == '0'\n    assert size"), "hash seed 1"),
    "a test of the time zone": (
        EDGE, GOOD.replace("assert size", "assert __import__('time').timezone == 0\n    assert size"), "NPT-5:45"),
    "an accident on the mutant": (
        diff('"small"', '""'), GOOD.replace("assert size(10) == ", "assert size(10)[0] == ").replace('"small"', '"s"'),
        "by accident"),
    "an import that fails on the mutant": (
        EDGE, "from agent.size import size\nassert size(10) == 'small'\n" + GOOD, "by accident"),
}  # fmt: skip


@pytest.mark.quick(4)
@pytest.mark.parametrize("case", CASES)
def test_too_little_is_no_evidence(case: str, judge: Judge, tmp_path: Path) -> None:
    mutant, text, reason = CASES[case]
    report = judge(mutant, **pin(text))
    assert (report.result, reason in report.reason) == ("refuse", True), report
    assert not (tmp_path / "room" / "x.py").exists()


@pytest.mark.parametrize(
    ("more", "result"), [('    assert size(10) == "small"\n', "pass"), ('    assert size(98) == "big"\n', "refuse")]
)
def test_better_test_is_evidence(more: str, result: str, judge: Judge) -> None:
    report = judge(EDGE, **{"tests/agent/test_size.py": OLD_TEST + more})
    assert (report.result, "do not fail on the mutant" in report.reason) == (result, result == "refuse"), report


def test_deleted_tests_are_no_evidence(judge: Judge) -> None:
    report = judge(EDGE, **{"tests/agent/test_size.py": "import agent.size\n"})
    assert (report.result, "none of them is new or rewritten" in report.reason) == ("refuse", True), report


@pytest.mark.slow
def test_endless_test_is_no_evidence(judge: Judge) -> None:
    endless = GOOD.replace("assert size", "while size(10) != 'small':\n        pass\n    assert size")
    assert "did not come to an end on the mutant" in judge(EDGE, 30.0, **pin(endless)).reason


def test_diff_of_two_files_is_applied() -> None:
    old = {"agent/a.py": "one\ntwo\n", "agent/b/c.py": "x\ny\nz\n"}
    text = (
        "diff --git a/agent/a.py b/agent/a.py\n--- a/agent/a.py\n+++ b/agent/a.py\n@@ -1,2 +1,3 @@\n one\n+more\n two\n"
        "--- a/agent/b/c.py\n+++ b/agent/b/c.py\n@@ -1 +1 @@\n-x\n+X\n@@ -3 +3 @@\n-z\n+Z\n"
    )
    assert mutated(text, old.get) == {"agent/a.py": "one\nmore\ntwo\n", "agent/b/c.py": "X\ny\nZ\n"}


@pytest.mark.parametrize("change", ["@@ -1,2 +1,9 @@", "@@ -1,9 +1,2 @@", "@@ -7,2 +1,2 @@", "no hunk"])
def test_hunk_that_miscounts_is_refused(change: str) -> None:
    text = f"--- a/agent/a.py\n+++ b/agent/a.py\n{change}\n one\n-two\n+2\n"
    with pytest.raises(NoMutant):
        mutated(text, {"agent/a.py": "one\ntwo\n"}.get)
