"""Gate 5: the genome's tests, the parent's and the child's, each on the code of both.

(a) the parent's tests on the parent's code: red means that nothing can be told
(b) the parent's tests on the child's code
(c) the child's tests on the child's code
(d) the child's new and changed tests on the parent's code
A run whose answer another run implies is left out; most lives need (c) alone. Earned: the child passes its parent's
tests. Bought: it fails one that it deleted, weakened or skipped. Inconclusive: an interface was changed, the changed
test fails on the parent's code, and the goal names what was changed. At last the suite must notice a fault (`faults`).
"""

from controller.gates.candidate import Candidate
from controller.gates.substance.gate import growth
from controller.gates.tests.planted_faults import unnoticed
from controller.gates.tests.runs import Runs
from controller.gates.tests.suite import EVIDENCE_CHARS, Counts, Ran
from controller.ledger.report import Report

NAME = "tests"
UNNAMED_GONE = "neither goal nor claim names what is gone"
UNNAMED_CHANGE = "the goal does not name what it tests"


def tests(candidate: Candidate) -> Report:
    """Refuses red tests, lost tests, bought passes, blind suites, and a run whose report and exit code disagree."""
    runs = Runs(candidate)
    report = judged(candidate, runs)
    runs.keep(report.result == "pass")
    return report


def judged(candidate: Candidate, runs: Runs) -> Report:
    """The report, from the runs."""
    if problem := of_run(runs.child):
        return refused(runs, *problem)
    if not runs.child.count and runs.old.functions:
        return refused(runs, "no tests are left")
    if runs.crossed.problem:
        return refused(runs, f"the parent's tests on the child's code: {runs.crossed.problem}", runs.crossed.evidence)
    fates: dict[str, list[str]] = {"kept": [], "gone": [], "changed": []}
    for name in runs.old.functions:
        told = fate(runs, name)
        if told not in fates:
            return refused(runs, told, runs.crossed.text(name))
        fates[told].append(name)
    if missed := unsteady(candidate, runs) or (unnoticed(candidate) if runs.programs_changed else ""):
        return refused(runs, missed)
    return Report(NAME, "pass", earned(runs, fates)[:2000])


def unsteady(candidate: Candidate, runs: Runs) -> str:
    """What is wrong where flaky tests, beside what else was left undone, are more debt than a life may add."""
    flaky = runs.unsteady()
    if not flaky or len(flaky) + sum(growth(candidate).values()) <= candidate.policy.debt:
        return ""
    return f"more is left undone than before, flaky tests among it: {', '.join(flaky)}; make each pass every time"


def earned(runs: Runs, fates: dict[str, list[str]]) -> str:
    """What a candidate that passes is told."""
    skipped = sum(one.skipped for one in runs.child.functions.values())
    words = [f"{runs.child.count} passed" if not skipped else f"{runs.child.count - skipped} passed, {skipped} skipped"]
    if fates["changed"]:
        words.append(f"inconclusive, changed with what they test: {', '.join(fates['changed'])}")
    elif runs.code_changed and runs.files:
        words.append(f"earned, {len(runs.backward.red)} of its new and changed tests fail on the parent's code")
    if fates["gone"]:
        words.append(f"gone with what they tested: {', '.join(fates['gone'])}")
    if flaky := sorted({*runs.child.flaky, *runs.crossed.flaky}):
        words.append(f"flaky: {', '.join(flaky)}")
    return "; ".join(words)


def of_run(ran: Ran) -> tuple[str, str] | None:
    """What is wrong with the child's own run, and the evidence."""
    if ran.red:
        named = ", ".join(name for name, _ in ran.failures[:5]) or ran.red[0]
        return f"{len(ran.red)} of {len(ran.functions)} tests fail: {named}", ran.text(ran.red[0])
    return (ran.problem, ran.evidence) if ran.problem else None


def refused(runs: Runs, reason: str, evidence: str = "") -> Report:
    """A refusal, unless the parent's own tests are red on its own code: then nobody can tell."""
    if bad := runs.parent.problem or ", ".join(runs.parent.red[:5]):
        return Report(NAME, "unknown", f"the parent's tests do not pass on its own code: {bad}", runs.parent.evidence)
    of_words = reason.endswith((UNNAMED_GONE, UNNAMED_CHANGE))
    return Report(NAME, "refuse", reason, evidence[-EVIDENCE_CHARS:], of_words=of_words)


def fate(runs: Runs, name: str) -> str:
    """What became of a test of the parent's: "kept", "gone" or "changed"; else what is wrong with that."""
    now, broken = runs.child.of(name), runs.broken(name)
    if now == Counts():
        if Counts() == runs.crossed.of(name) and Counts() == runs.parent.of(name):
            return "kept"  # pytest never collected it
        if runs.old.gone(name):
            return "gone"
        if broken and runs.old.followed(name):
            return "changed" if runs.old.named(name, moved=True) else f"{name} was moved, and {UNNAMED_CHANGE}"
        if broken:
            return f"bought: {name} was deleted, and the child's code fails it"
        what = f"{name} was deleted or left out, though what it tests is still there, or {UNNAMED_GONE}"
        return "kept" if runs.old.moved(name) else what
    if now.skipped > runs.crossed.of(name).skipped:
        return f"bought: {name} is skipped now"
    if not broken:
        fewer = now.passed < runs.crossed.of(name).passed
        return f"{name} runs with fewer cases than before" if fewer else "kept"
    if not runs.old.touched(name):
        return f"the parent's test {name} fails on the child's code"
    there = runs.backward.of(name)
    if runs.backward.problem or ((there.passed or there.skipped) and not there.red):
        return f"bought: {name} was weakened: as it is now the parent's code passes it too, and the original fails"
    return "changed" if runs.old.named(name) else f"{name} was changed, and {UNNAMED_CHANGE}"
