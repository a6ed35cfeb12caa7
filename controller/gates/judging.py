"""A candidate is judged: each gate is asked in turn."""

import shutil
import time
from collections.abc import Callable
from dataclasses import replace

from controller.gates.candidate import INSIDE, Candidate
from controller.gates.gate import Gate
from controller.gates.verdict import Verdict
from controller.ledger.report import Report


def furnish(candidate: Candidate) -> None:
    """Put both trees and our own programs into the candidate's room."""
    folder = candidate.room.folder
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    candidate.lineage.export(candidate.parent, folder / "parent")
    candidate.lineage.export(candidate.commit, folder / "child")
    shutil.copytree(INSIDE, folder / "gate", ignore=shutil.ignore_patterns("__pycache__"))
    candidate.room.isolation.hand_over(folder)


def judge(
    candidate: Candidate,
    gates: tuple[Gate, ...],
    clock: Callable[[], float] = time.monotonic,
    everything: bool = False,
) -> tuple[Verdict, tuple[Report, ...]]:
    """Ask each gate in order until one does not pass; `everything`: ask the others too, the first one decides.

    The room is furnished before the first gate that needs it. With `everything` it is not where a gate that is always
    asked did not pass: such a tree is not unpacked, and no gate after that is asked.
    """
    reports: list[Report] = []
    verdict = Verdict("pass")
    furnished, sound = False, True
    for gate in gates:
        started = clock()
        if not gate.reads_only and not furnished:
            if not sound:
                break
            furnish(candidate)
            furnished = True
        answer = gate.check(candidate)
        report = replace(answer, name=gate.name, seconds=round(clock() - started, 3))
        reports.append(report)
        if report.result == "pass":
            continue
        if verdict.decision == "pass":
            verdict = Verdict(report.result, gate.name)
        if gate.always:
            sound = False
        if not everything:
            break
    return verdict, tuple(reports)
