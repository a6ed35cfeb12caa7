"""The short task that every candidate is asked: a genome that can no longer work on one is not born."""

from typing import Any

from controller.contract import ExitCode
from controller.gates.candidate import Candidate
from controller.gates.reproduction.scratch_life import ScratchLineage
from controller.gates.reproduction.stub_model import Stub
from controller.sandbox.child import Ending

FILE = "answer.txt"
START = {"README.md": "# A folder\n\nWhat is asked for goes into this folder.\n"}


def cannot_work(candidate: Candidate, scratch: ScratchLineage) -> str:
    """Why a candidate cannot work on a task though its parent could; "" where it can, or neither can.

    The parent is asked only where the candidate cannot, and once. Raises as ScratchLineage does.
    """
    problem = problem_of(candidate, scratch, candidate.commit)
    if problem and problem_of(candidate, scratch, candidate.parent):
        return ""
    return problem


def problem_of(candidate: Candidate, scratch: ScratchLineage, commit: str) -> str:
    """Why a genome cannot work on a task, "" where it can: known, or lived once. Raises as ScratchLineage does."""
    key = f"works {candidate.lineage.tree_without_context(commit)}"
    known: Any = candidate.findings.get(key)
    if known is None:
        known = worked(scratch, commit)
        candidate.findings[key] = known
    return str(known)


def worked(scratch: ScratchLineage, commit: str) -> str:
    """Let a genome work on the task, under a model that knows only the contract: what is wrong, "" where nothing is."""
    word = scratch.draw[20:32]
    stub = Stub(f"task {scratch.draw}", command=f"printf %s {word} >{FILE}\n")
    ending, answer = scratch.work(commit, f"Write the word {word} into {FILE}, and nothing else.", START, stub)
    where = "on a task, a folder that is not itself (`task` of birth.json),"
    if stub.problem:
        return f"{where} a life came to nothing: {stub.problem}"
    if stub.calls == 0:
        return f"{where} the first request of a life must hold what is asked; it {words(ending)}"
    if ending.exit_code != ExitCode.CODE:
        return f"{where} a life must end by exit 10; it {words(ending)}"
    if answer.problem:
        return f"{where} a life must leave the folder that it was given; {answer.problem}"
    assert answer.folder is not None
    file = answer.folder / FILE
    if not file.is_file() or file.read_text(errors="replace") != word:
        return f"{where} a life must run what the model says in that folder; {FILE} is not what its command wrote"
    return ""


def words(ending: Ending) -> str:
    """How a life ended, and the last line that it printed."""
    how = f"ended with exit {ending.exit_code}"
    if ending.limit:
        how = f"was stopped by a limit ({ending.limit})"
    last = ending.output.strip().rpartition("\n")[2]
    return f"{how}; {last[:200]}" if last else how
