"""What the gates say, for whoever must do better: the child that asks, the life after a refused one. Pure.

It quotes what a candidate's tests printed, so it is bounded and printable, and whoever shows it to a model fences it.
"""

from collections.abc import Sequence

from controller.contract import one_line
from controller.gates.verdict import Verdict
from controller.ledger.report import Report

LAST_LINES, LINE_CHARS = 40, 300
ASSERTION_LINES = 12


def told(verdict: Verdict, reports: Sequence[Report]) -> str:
    """The verdict in words: what failed and where, the failing assertion, the last lines of what was printed."""
    if verdict.decision == "pass":
        said = "; ".join(f"{report.name}: {report.reason}" for report in reports if report.reason)
        return f"the gates let this pass: {said}" if said else "the gates let this pass"
    report = next(one for one in reports if one.name == verdict.gate)
    head = "refused by" if verdict.decision == "refuse" else "this could not be checked by"
    parts = [f"{head} {report.name}: {one_line(report.reason, 1000)}"]
    if failing := assertion(report.evidence):
        parts.append("What failed:\n" + "\n".join(failing))
    if report.evidence.strip():
        parts.append(f"The last of what was printed ({LAST_LINES} lines at most):\n" + "\n".join(last(report.evidence)))
    return "\n\n".join(parts)


def assertion(evidence: str) -> list[str]:
    """The lines in which pytest shows what was stated and what was found."""
    lines = [one for one in evidence.splitlines() if one.startswith(("E  ", ">  ")) or is_place(one)]
    return [shown(line) for line in lines[:ASSERTION_LINES]]


def is_place(line: str) -> bool:
    """Whether a line says where, as `tests/agent/test_x.py:3: AssertionError` does."""
    path, _, rest = line.partition(":")
    return path.endswith(".py") and rest.partition(":")[0].isdigit()


def last(evidence: str, lines: int = LAST_LINES) -> list[str]:
    """The last lines, each bounded."""
    return [shown(line) for line in evidence.splitlines()[-lines:]]


def shown(line: str) -> str:
    """One line, bounded and printable, its blanks kept."""
    return "".join(char if char.isprintable() else " " for char in line[:LINE_CHARS]).rstrip()
