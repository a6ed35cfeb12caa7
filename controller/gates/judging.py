"""A candidate is judged: each gate is asked in turn. What a gate raises on a candidate is an answer, too."""

import errno
import shutil
import time
from collections.abc import Callable
from dataclasses import replace

from controller.contract import one_line
from controller.errors import GitError, IsolationError, LedgerError, RequestError, StoppedEarly
from controller.gates.candidate import HUNTER, INSIDE, Candidate, Stopped
from controller.gates.gate import Gate
from controller.gates.verdict import Verdict
from controller.ledger.report import Report

WORLDS = (
    IsolationError,
    LedgerError,
    RequestError,
    Stopped,
    StoppedEarly,
)  # no candidate brings them about
REASON = 4_000  # characters of a reason: it may quote a name or a text of the candidate's, however long
WORLDS_NUMBERS = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM}


def furnish(candidate: Candidate) -> None:
    """Put both trees and our own programs into the candidate's room."""
    folder = candidate.room.folder
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    candidate.lineage.export(candidate.parent, folder / "parent")
    candidate.lineage.export(candidate.commit, folder / "child")
    for program, place in ((INSIDE, "gate"), (HUNTER, "gate/hunter")):
        shutil.copytree(program, folder / place, ignore=shutil.ignore_patterns("__pycache__"))
    candidate.room.isolation.hand_over(folder)


def judge(
    candidate: Candidate,
    gates: tuple[Gate, ...],
    clock: Callable[[], float] = time.monotonic,
    everything: bool = False,
    answered: Callable[[Report], None] = lambda report: None,
) -> tuple[Verdict, tuple[Report, ...]]:
    """Ask each gate in order; the first that does not pass decides.

    After a refusal only gates that cost little are asked; `everything`: all are. `answered` is given each answer as
    it comes. The room is furnished before the first gate that needs it. It is not where a gate that is always asked
    did not pass: such a tree is not unpacked, and no gate that needs it is asked.
    """
    reports: list[Report] = []
    verdict = Verdict("pass")
    furnished, sound = False, True
    for gate in gates:
        if verdict.decision != "pass" and not (everything or gate.costs_little):
            continue
        if not (gate.reads_only or sound):
            continue
        started = clock()
        if not gate.reads_only and not furnished:
            furnish(candidate)
            furnished = True
        answer = ask(gate, candidate)
        report = replace(answer, name=gate.name, reason=answer.reason[:REASON])
        if not report.reused:
            report = replace(report, seconds=round(clock() - started, 3))
        reports.append(report)
        answered(report)
        if report.result == "pass":
            continue
        if verdict.decision == "pass":
            verdict = Verdict(report.result, gate.name)
        if gate.always:
            sound = False
        if report.result == "unknown" and not everything:
            break
    return verdict, tuple(reports)


def ask(gate: Gate, candidate: Candidate) -> Report:
    """A gate's answer. One that fails is asked once more; one that fails twice the same way refuses.

    It would fail for ever: whoever judges the same candidate again would meet the same. Raises what is the world's.
    """
    first = answer_of(gate, candidate)
    if isinstance(first, Report):
        return first
    second = answer_of(gate, candidate)
    if isinstance(second, Report):
        return second
    said = f"{type(second).__name__}: {one_line(str(second))}"
    if type(first) is type(second):
        return Report(gate.name, "refuse", f"this candidate cannot be judged: the gate failed on it twice ({said})")
    return Report(gate.name, "unknown", f"the gate failed twice, in two ways; the last one: {said}")


def answer_of(gate: Gate, candidate: Candidate) -> Report | Exception:
    """A gate's answer, or what it raised on the candidate. Raises what is the world's."""
    try:
        return gate.check(candidate)
    except WORLDS:
        raise
    except Exception as error:  # all - what a candidate wrote can trip anything that reads it
        if isinstance(error, OSError) and error.errno in WORLDS_NUMBERS:
            raise
        if isinstance(error, GitError):
            candidate.lineage.check_writable()
        return error
