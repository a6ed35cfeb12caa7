"""A report is used again exactly when all that it depends on is the same."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from controller.contract import CONTEXT_FILE, Goal
from controller.gates.cache import remembering
from controller.gates.candidate import Candidate, Stopped
from controller.gates.gate import Check, Gate
from controller.gates.judging import judge
from controller.gates.registry import GATES, named
from controller.ledger.database import Database
from controller.ledger.findings import KEPT, Findings
from controller.ledger.report import Decision, Report
from tests.controller.conftest import git
from tests.controller.gates.judging import candidate


class Counting:
    """A check that counts how often it was asked."""

    def __init__(self, result: Decision = "pass") -> None:
        self.asked, self._result = 0, result

    def __call__(self, one: Candidate) -> Report:
        self.asked += 1
        return Report("counting", self._result, f"asked {self.asked} times")


def amended(operator: Path, one: Candidate, files: dict[str, str]) -> Candidate:
    """The same candidate with other files, or another memory."""
    for path, text in files.items():
        (operator / path).write_text(text)
    git(operator, "add", "-A")
    git(operator, "commit", "--quiet", "--amend", "--allow-empty", "-m", "Again")
    commit = git(operator, "rev-parse", "HEAD")
    one.lineage.store.run("fetch", "--quiet", str(operator), commit)
    return replace(one, commit=commit)


def ask(check: Check, one: Candidate, configuration: str = "a") -> Report:
    """Ask one gate, or hear what it said before."""
    return remembering((Gate("counting", check),), one, configuration)[0].check(one)


def test_the_same_is_not_judged_twice(operator: Path) -> None:
    one, gate = candidate(operator, {}, {"agent/more.py": "X = 1\n"}), Counting()
    first, second = ask(gate, one), ask(gate, one)
    assert replace(first, seconds=0) == Report("counting", "pass", "asked 1 times")
    assert second == replace(first, reused=True)
    again = amended(operator, one, {})
    assert again.commit != one.commit
    ask(gate, again)
    assert gate.asked == 1


def test_reused_answer_keeps_its_seconds(operator: Path) -> None:
    one = candidate(operator, {}, {"agent/more.py": "X = 1\n"})
    told: list[Report] = []

    def slow(_: Candidate) -> Report:
        time.sleep(0.05)
        return Report("slow", "pass")

    for _ in range(2):
        judge(one, remembering((Gate("slow", slow, reads_only=True),), one, "a"), answered=told.append)
    assert [report.reused for report in told] == [False, True]
    assert told[0].seconds >= told[1].seconds >= 0.05


def test_what_differs_is_judged_again(operator: Path) -> None:
    one, gate = candidate(operator, {}, {"agent/more.py": "X = 1\n"}), Counting()
    ask(gate, one)
    ask(gate, one, "b")
    ask(gate, replace(one, goal=Goal(title="Another")))
    ask(gate, replace(one, parent=one.commit))
    told = json.loads((operator / CONTEXT_FILE).read_text())
    told["history"][-1]["claim"]["summary"] = "Another"
    ask(gate, amended(operator, one, {CONTEXT_FILE: json.dumps(told)}))
    ask(gate, amended(operator, one, {"agent/more.py": "X = 2\n"}))
    assert gate.asked == 6


def test_another_claim_keeps_reports_of_files(operator: Path) -> None:
    one = candidate(operator, {}, {"agent/more.py": "X = 1\n"})
    told = json.loads((operator / CONTEXT_FILE).read_text())
    told["history"][-1]["claim"]["summary"] = "Another"
    other = amended(operator, one, {CONTEXT_FILE: json.dumps(told)})
    report = Report("builds", "pass", "kept", reused=True)
    files = one.lineage.tree_without_context(other.commit)
    one.findings[f"report builds a {one.parent} {files}"] = {"name": "builds", "result": "pass", "reason": "kept"}
    assert remembering(named("builds"), other, "a")[0].check(other) == report


def test_unchecked_is_asked_again(operator: Path) -> None:
    one, gate = candidate(operator, {}, {"agent/more.py": "X = 1\n"}), Counting("unknown")
    ask(gate, one)
    ask(gate, one)
    assert gate.asked == 2


def test_gates_that_read_are_asked_anew(operator: Path) -> None:
    one = candidate(operator, {}, {"agent/more.py": "X = 1\n"})
    reading = tuple(gate for gate in GATES if gate.reads_only)
    assert remembering(reading, one, "a") == reading


def test_stopped_asks_and_keeps_nothing(operator: Path) -> None:
    one = candidate(operator, {}, {"agent/more.py": "X = 1\n"})
    answers = [False, True]
    check = Counting("refuse")
    gates = (Gate("counting", check),)
    with pytest.raises(Stopped):
        remembering(gates, one, "a", lambda: answers.pop(0))[0].check(one)
    assert check.asked == 1 and not one.findings
    with pytest.raises(Stopped):
        remembering(gates, one, "a", lambda: True)[0].check(one)
    assert check.asked == 1


def test_findings_outlive_the_controller_and_stay_few(tmp_path: Path) -> None:
    database = Database(tmp_path / "ledger.sqlite")
    findings = Findings(database)
    findings["needs x"] = {"calls": 2}
    findings["needs x"] = {"calls": 3}
    database.close()
    database = Database(tmp_path / "ledger.sqlite")
    assert Findings(database).get("needs x") == {"calls": 3}
    assert Findings(database).get("needs y") is None
    with database.transaction() as db:
        db.execute("UPDATE findings SET id = 1")
        db.execute("INSERT INTO findings (id, key, at, value) VALUES (?, 'old', 0, '1')", (KEPT,))
    Findings(database)["new"] = 1
    assert [Findings(database).get(key) for key in ("needs x", "old", "new")] == [None, 1, 1]
    database.close()
