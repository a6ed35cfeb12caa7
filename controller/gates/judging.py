"""What the controller trusts: one file, one gate; cheapest first."""

import shutil
import time
from collections.abc import Callable
from dataclasses import replace

from controller.gates.candidate import INSIDE, Candidate, Gate
from controller.gates.verdict import Verdict
from controller.ledger.report import Report

READING = ("shape", "context", "substance", "goal")  # what needs nothing of the candidate unpacked


def name_of(gate: Gate) -> str:
    """The name that a gate has in reports."""
    return str(getattr(gate, "__name__", gate))


def furnish(candidate: Candidate) -> None:
    """Put both trees and our own programs into the candidate's room."""
    folder = candidate.room.folder
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    candidate.lineage.export(candidate.parent, folder / "parent")
    candidate.lineage.export(candidate.commit, folder / "child")
    shutil.copytree(INSIDE, folder / "gate", ignore=shutil.ignore_patterns("__pycache__"))
    candidate.room.isolation.own(folder)


def judge(
    candidate: Candidate,
    gates: tuple[Gate, ...],
    clock: Callable[[], float] = time.monotonic,
    everything: bool = False,
) -> tuple[Verdict, tuple[Report, ...]]:
    """Ask each gate in order until one does not pass; `everything`: ask the others too, the first one decides.

    Nothing is exported before the shape is known to be sound.
    """
    reports: list[Report] = []
    verdict, furnished = Verdict("pass"), False
    for gate in gates:
        started = clock()
        if name_of(gate) not in READING and not furnished:
            if reports and reports[0].name == "shape" and reports[0].result != "pass":
                break  # only with `everything`: what lies in such a tree is not unpacked
            furnish(candidate)
            furnished = True
        report = replace(gate(candidate), seconds=round(clock() - started, 3))
        reports.append(report)
        if report.result != "pass":
            verdict = verdict if verdict.decision != "pass" else Verdict(report.result, report.name)
            if not everything:
                break
    return verdict, tuple(reports)
