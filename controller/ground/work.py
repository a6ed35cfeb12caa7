"""A life of another kind: a genome works on a task, and its answer is taken out to be graded.

It goes the way of every life: the same walls, gateway, reservations, limits and recordings. Its try stands in the
ledger under the ground's own lineage, so that no run of the genome's lineage counts it, recovers it or follows it.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from controller.contract import ExitCode, Limits, ModelInfo
from controller.errors import GitError, IsolationError, RequestError
from controller.gateway.faults import fault_status
from controller.gateway.session import UNTOLD
from controller.generation.live import admission_of, wait
from controller.generation.parts import Parts
from controller.git.lineage import Lineage
from controller.ledger.journal import Run
from controller.ledger.life import Try
from controller.ledger.phases import End, Newborn, Spawn
from controller.life import task_folder, workspace
from controller.life.task_folder import Answer
from controller.sandbox.isolation import Isolation
from controller.state.place import no_room

Ended = Literal["done", "gave up", "limit", "crashed", "refused", "void"]
OTHERS = ("run", "day")  # scopes of budgets that others spend too: what they refuse is no fault of the life
ENDS: Mapping[int | None, Ended] = {ExitCode.CODE: "done", ExitCode.HISTORY: "gave up"}


@dataclass(frozen=True)
class Assignment:
    """What a genome is to work on. `commit`: the genome, `generation`: its number, 0 for a start.

    `start`: the operator's folder, of which the life gets a copy. `limits`: what the life is told; `seconds` hold by
    them, tokens, dollars and calls by the run's limit of a life. `repeat`: how often it began it before.
    """

    commit: str
    instruction: str
    start: Path
    models: tuple[ModelInfo, ...]
    limits: Limits
    generation: int = 0
    repeat: int = 0


@dataclass(frozen=True)
class Worked:
    """How it ended, in facts. `detail`: the limit, or why. `life`: the ledger's id, under which it is recorded.

    `answer`: plain files and folders, the caller's to remove with `workspace.remove`; None: there is none, and `detail`
    says why where it ended well. `nanodollars` None: a call had no price. `seconds`: the child's; `wall`: all of it.
    A refused life could not be given the task: its genome knows none. A void one says nothing of the genome: the
    world, or a budget that is not the life's own, ended it.
    """

    life: int
    ended: Ended
    detail: str = ""
    answer: Path | None = None
    tokens: int = 0
    nanodollars: int | None = 0
    seconds: float = 0.0
    wall: float = 0.0

    @property
    def is_void(self) -> bool:
        """Whether it says nothing of the genome."""
        return self.ended == "void"


def ground_lineage(branch: str) -> str:
    """Under which the ledger keeps the lives that work on tasks with genomes of this branch: no branch's name."""
    return f"({branch})"


def exposure(isolation: Isolation) -> str:
    """What a life could see of hidden tests under this isolation, in a sentence for the operator; "" for nothing."""
    if isolation.contained:
        return ""
    return (
        f"--isolation {isolation.name}: a life that works on a task can read everything that you can, the hidden "
        "tests and solutions too; no result is evidence of anything against a genome that looks for them"
    )


def work(parts: Parts, run: Run, assignment: Assignment) -> Worked:
    """Let a genome work on a task. Raises LedgerError, GatewayStuck; RequestError where the commit is nowhere here.

    `run`: a run of `ground_lineage`, whose budget is spent; it was begun. Several may work at once, a thread each.
    """
    began = time.monotonic()
    bring(parts.lineage, assignment.commit)
    tried = parts.journal.begin_try(run, assignment.generation, assignment.commit)
    worked = Worked(tried.id, "void", "interrupted")
    try:
        worked = lived(parts, tried, assignment)
    except (IsolationError, GitError, OSError) as error:
        worked = replace(worked, detail=str(error))
    finally:
        workspace.remove(parts.folder(tried))
        parts.calls.book(tried.id)
        parts.journal.end_try(tried.id, worked.ended, worked.detail)
    used = parts.calls.of_try(tried.id)
    nanodollars = None if parts.calls.unpriced(tried.id) else used.cost
    wall = time.monotonic() - began
    return replace(worked, tokens=used.total, nanodollars=nanodollars, wall=wall)


def clear(parts: Parts, branch: str) -> None:
    """End what a controller that died left of lives that worked on tasks: each is void. To be called before others."""
    for tried in parts.journal.open_tries(ground_lineage(branch)):
        parts.sweep(tried)
        workspace.remove(parts.folder(tried))
        workspace.remove(answer_place(parts, tried))
        workspace.remove(task_folder.room_of(answer_place(parts, tried)))
        parts.calls.book(tried.id)
        parts.journal.end_try(tried.id, "void", "the controller died")


def bring(lineage: Lineage, commit: str) -> None:
    """Have a commit of the operator's in the store. Raises RequestError where there is no such genome."""
    try:
        lineage.bring(commit)
    except GitError as error:
        raise RequestError(f"{commit[:12]}: there is no such commit here; fetch it first") from error
    if lineage.read(commit, "agent/__main__.py", 2**20) is None:
        raise RequestError(f"{commit[:12]} has no agent/__main__.py: it is no genome")


def lived(parts: Parts, tried: Try, assignment: Assignment) -> Worked:
    """The life, from its folder to its answer. Raises IsolationError, GitError, OSError."""
    parts = replace(parts, bounds=replace(parts.bounds, seconds=assignment.limits.seconds))
    newborn = Newborn(
        models=assignment.models,
        limits=assignment.limits,
        genome=parts.genome,
        goal=None,
        recent=(),
        genome_tokens=parts.genome_tokens,
        instruction=assignment.instruction,
    )
    folder, token = parts.folder(tried), workspace.new_token()
    task_folder.prepare(folder, parts.lineage, parts.isolation, tried, newborn, assignment.start)
    admission = replace(
        admission_of(parts, tried, newborn, token), instruction=assignment.instruction, repeat=assignment.repeat
    )
    stamps = {**parts.stamps, "Parent": tried.parent}
    life = parts.journal.begin_phase(parts.journal.life(tried), Spawn(stamps, None, "", newborn, parts.bounds))
    child = workspace.start(folder, parts.isolation, tried, token, parts.bounds)
    end = wait(parts, tried, admission, child, None)
    parts.journal.begin_phase(life, end)
    worked = ending_of(parts, tried, end)
    if worked.is_void:
        return worked
    return with_answer(worked, task_folder.take_answer(folder, parts.isolation, answer_place(parts, tried)))


def answer_place(parts: Parts, tried: Try) -> Path:
    """Where the answer of a life lies, until the caller removes it."""
    return parts.lives / f"{tried.id}.answer"


def ending_of(parts: Parts, tried: Try, end: End) -> Worked:
    """How a life ended, its answer aside: the world's faults and others' budgets first, as for every life."""
    worked = Worked(tried.id, "void", seconds=end.seconds)
    if end.fault is not None:
        return replace(worked, detail=end.fault.reason)
    status = parts.calls.last_status(tried.id)
    if fault_status(status) is not None:
        return replace(worked, detail=f"the provider answered {status}")
    for scope in OTHERS:
        if parts.calls.was_refused(tried.id, scope):
            return replace(worked, detail=f"the budget of the {scope} is spent")
    if end.unanswered == UNTOLD:
        return replace(worked, ended="refused", detail=UNTOLD)
    if end.limit == "room" or no_room(parts.lives):
        return replace(worked, detail="the disk is full")
    if end.limit:
        return replace(worked, ended="limit", detail=end.limit)
    ended = ENDS.get(end.exit_code, "crashed")
    detail = ""
    if ended == "crashed":
        detail = end.unanswered or f"{end.exit}: {last_line(end.output)}"
    return replace(worked, ended=ended, detail=detail)


def last_line(output: str) -> str:
    """The last line that a child printed; "" where it printed none."""
    lines = output.strip().splitlines()
    return lines[-1][:300] if lines else ""


def with_answer(worked: Worked, answer: Answer) -> Worked:
    """How a life ended, with what it left."""
    detail = worked.detail or answer.problem
    return replace(worked, answer=answer.folder, detail=detail)
