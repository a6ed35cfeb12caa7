"""The genome's tests, the parent's and the child's, each on the code of both.

(a) the parent's tests on the parent's code: red means that nothing can be said
(b) the parent's tests on the child's code
(c) the child's tests on the child's code
(d) the child's new and changed tests on the parent's code
A run whose answer another run implies is left out; most lives need (c) alone. Earned: the child passes its parent's
tests. Bought: it fails one that it deleted, weakened or skipped. Inconclusive: an interface was changed, the changed
test fails on the parent's code, and the goal names what was changed. At last the tests are measured by the planted
faults that they notice (`strength.py`): as many as the parent's in what still stands, and enough in what is new.
"""

from controller.gates.candidate import Candidate
from controller.gates.substance.gate import growth_of_debt
from controller.gates.tests.runs import Runs
from controller.gates.tests.strength import weakness
from controller.gates.tests.suite import EVIDENCE_CHARS, Counts, Ran
from controller.ledger.report import Report

NAME = "tests"
REASON_CHARS = 2000
UNNAMED_CHANGE = "the goal does not name what it tests"


def tests(candidate: Candidate) -> Report:
    """Refuses red tests, lost tests, bought passes, blind suites, and a run whose report and exit code disagree."""
    runs = Runs(candidate)
    report = judged(candidate, runs)
    runs.keep(report.result == "pass")
    return report


def judged(candidate: Candidate, runs: Runs) -> Report:
    """The report, from the runs."""
    if problem := problem_of_run(runs.child):
        return refused(runs, *problem)
    if not runs.child.count and runs.old.functions:
        return refused(runs, "no tests are left")
    if runs.crossed.problem:
        return refused(runs, f"the parent's tests on the child's code: {runs.crossed.problem}", runs.crossed.evidence)
    fates: dict[str, list[str]] = {"kept": [], "gone": [], "changed": []}
    for name in runs.old.functions:
        became = fate(runs, name)
        if became not in fates:
            return refused(runs, became, runs.crossed.text(name))
        fates[became].append(name)
    if problem_of_flaky := flaky_debt(candidate, runs):
        return refused(runs, problem_of_flaky)
    if runs.programs_changed and (missed := weakness(candidate, runs, fates["gone"])):
        return refused(runs, missed.reason, missed.evidence, missed.of_words)
    return Report(NAME, "pass", earned(runs, fates)[:REASON_CHARS])


def flaky_debt(candidate: Candidate, runs: Runs) -> str:
    """What is wrong where flaky tests, beside what else was left undone, are more debt than a life may add."""
    flaky = runs.unsteady()
    if not flaky or len(flaky) + growth_of_debt(candidate).total() <= candidate.policy.debt:
        return ""
    return f"more is left undone than before, flaky tests among it: {', '.join(flaky)}; make each pass every time"


def earned(runs: Runs, fates: dict[str, list[str]]) -> str:
    """What a candidate that passes is told."""
    skipped = sum(one.skipped for one in runs.child.functions.values())
    words = [f"{runs.child.count - skipped} passed"]
    if skipped:
        words = [f"{words[0]}, {skipped} skipped"]
    if fates["changed"]:
        words.append(f"inconclusive, changed with what they test: {', '.join(fates['changed'])}")
    elif runs.code_changed and runs.files:
        words.append(f"earned, {len(runs.backward.red)} of its new and changed tests fail on the parent's code")
    if fates["gone"]:
        words.append(f"gone with what they tested: {', '.join(fates['gone'])}")
    if flaky := sorted({*runs.child.flaky, *runs.crossed.flaky}):
        words.append(f"flaky: {', '.join(flaky)}")
    return "; ".join(words)


def problem_of_run(ran: Ran) -> tuple[str, str] | None:
    """What is wrong with the child's own run, and the evidence."""
    if ran.red:
        listed = ", ".join(name for name, _ in ran.failures[:5]) or ran.red[0]
        return f"{len(ran.red)} of {len(ran.functions)} tests fail: {listed}", ran.text(ran.red[0])
    if ran.problem:
        return ran.problem, ran.evidence
    return None


def refused(runs: Runs, reason: str, evidence: str = "", of_words: bool = False) -> Report:
    """A refusal, unless the parent's own tests are red on its own code: then nobody can tell."""
    if bad := runs.parent.problem or ", ".join(runs.parent.red[:5]):
        return Report(NAME, "unknown", f"the parent's tests do not pass on its own code: {bad}", runs.parent.evidence)
    of_words = of_words or reason.endswith(UNNAMED_CHANGE)
    return Report(NAME, "refuse", reason, evidence[-EVIDENCE_CHARS:], of_words=of_words)


def fate(runs: Runs, name: str) -> str:
    """What became of a test of the parent's: "kept", "gone" or "changed"; else what is wrong with that."""
    now, before = runs.child.of(name), runs.crossed.of(name)
    if now == Counts():
        return fate_of_missing(runs, name)
    if now.skipped > before.skipped:
        return f"bought: {name} is skipped now"
    if not runs.broken(name):
        return "kept"
    if not runs.old.touched(name):
        return f"the parent's test {name} fails on the child's code"
    there = runs.backward.of(name)
    if runs.backward.problem or ((there.passed or there.skipped) and not there.red):
        return f"bought: {name} was weakened: as it is now the parent's code passes it too, and the original fails"
    if runs.old.named(name):
        return "changed"
    return f"{name} was changed, and {UNNAMED_CHANGE}"


def fate_of_missing(runs: Runs, name: str) -> str:
    """The same of a test of which nothing ran in the child's own suite."""
    if runs.crossed.of(name) == Counts() and runs.parent.of(name) == Counts():
        return "kept"  # pytest never collected it
    if runs.old.gone(name):
        return "gone"
    if not runs.broken(name):
        return "kept"  # if others notice what it did: that is seen later
    if not (runs.old.followed(name) and runs.ran_elsewhere(name)):
        return f"bought: {name} was deleted, and the child's code fails it"
    if runs.old.named(name, moved=True):
        return "changed"
    return f"{name} was moved, and {UNNAMED_CHANGE}"
