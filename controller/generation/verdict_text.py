"""What the gates say, for whoever must do better: the child that asks, the life after a refused one. Pure.

It quotes what a candidate's tests printed, so it is bounded and printable, and whoever shows it to a model fences it.
"""

from collections.abc import Sequence

from controller.contract import HIDDEN, one_line
from controller.gates.verdict import Verdict
from controller.ledger.report import Report

LAST_LINES, LINE_CHARS = 40, 300
ASSERTION_LINES = 12
HEADS = {"refuse": "refused by", "unknown": "this could not be checked by"}


def describe(verdict: Verdict, reports: Sequence[Report]) -> str:
    """The verdict in words: of each refusal what failed and where, the failing assertion, the last lines printed."""
    if verdict.decision == "pass":
        said = "; ".join(f"{report.name}: {report.reason}" for report in reports if report.reason)
        return f"the gates let this pass: {said}" if said else "the gates let this pass"
    paragraphs = []
    for report in reports:
        if report.result != "pass":
            paragraphs += paragraphs_of(report)
    return "\n\n".join(paragraphs)


def paragraphs_of(report: Report) -> list[str]:
    """What a gate says that did not let it pass."""
    head = HEADS[report.result]
    paragraphs = [f"{head} {report.name}: {one_line(report.reason, 1000)}"]
    failed = failing_lines(report.evidence)
    if failed:
        paragraphs.append("\n".join(["What failed:", *failed]))
    if report.evidence.strip():
        title = f"The last of what was printed ({LAST_LINES} lines at most):"
        paragraphs.append("\n".join([title, *last_lines(report.evidence, LAST_LINES)]))
    return paragraphs


def failing_lines(evidence: str) -> list[str]:
    """The lines in which pytest shows what was stated, what was found, and where; bounded."""
    found = []
    for line in evidence.splitlines():
        if line.startswith(("E  ", ">  ")) or names_a_place(line):
            found.append(printable_line(line))
    return found[:ASSERTION_LINES]


def names_a_place(line: str) -> bool:
    """Whether a line says where, as `tests/agent/test_x.py:3: AssertionError` does."""
    path, _, rest = line.partition(":")
    return path.endswith(".py") and rest.partition(":")[0].isdigit()


def last_lines(evidence: str, lines: int) -> list[str]:
    """The last lines, each bounded."""
    return [printable_line(line) for line in evidence.splitlines()[-lines:]]


def printable_line(line: str) -> str:
    """One line, bounded and printable, its blanks kept."""
    return "".join(char if char.isprintable() else " " for char in HIDDEN.sub("", line[:LINE_CHARS])).rstrip()
