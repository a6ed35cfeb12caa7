"""Lives that work on tasks and are graded, under one budget: what a comparison is made of."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from controller.contract import Limits, ModelInfo
from controller.generation.parts import Parts
from controller.ground.comparison import CRASHED, Attempt
from controller.ground.grading import grade
from controller.ground.proof import stored
from controller.ground.task import Task
from controller.ground.work import Assignment, Worked, work
from controller.ledger.gradings import State
from controller.ledger.journal import Run
from controller.life.workspace import remove
from controller.settings.amounts import NANO, Amount, dollars


class Lives:
    """Works and grades. `run`: has what is left of the comparison's budget; `per_life`: the most of one life."""

    def __init__(
        self,
        parts: Parts,
        run: Run,
        tasks: Mapping[str, Task],
        models: Sequence[ModelInfo],
        per_life: Amount,
    ) -> None:
        self._parts, self._run, self._tasks = parts, run, tasks
        self._models, self._per_life = tuple(models), per_life

    def attempt(self, commit: str, task: str, repeat: int) -> Attempt:
        """A fresh life, graded. Raises IsolationError where no room can be made to grade in, LedgerError."""
        one = self._tasks[task]
        worked = work(self._parts, self._run, self._assignment(commit, one, repeat))
        try:
            return self._graded(one, worked)
        finally:
            if worked.answer is not None:
                remove(worked.answer)

    def affords_pair(self) -> bool:
        """Whether what is left of the budget pays two lives that use all they may."""
        used = self._parts.calls.of_run(self._run.id)
        for limit, spent, most in (
            (self._run.tokens, used.total, self._per_life.tokens),
            (self._run.dollars, used.dollars, self._per_life.dollars),
        ):
            if limit is not None and limit - spent < 2 * (most or 1):
                return False
        return True

    def _assignment(self, commit: str, task: Task, repeat: int) -> Assignment:
        bounds = self._parts.bounds
        limits = Limits(
            seconds=task.agent_seconds,
            memory_bytes=bounds.memory_bytes,
            output_bytes=bounds.output_bytes,
            tokens=self._per_life.tokens,
            usd=None if self._per_life.dollars is None else self._per_life.dollars / NANO,
        )
        start: Path = task.folder / "start"
        return Assignment(commit, task.instruction, start, self._models, limits, repeat=repeat)

    def _graded(self, task: Task, worked: Worked) -> Attempt:
        passed, reason = False, worked.detail
        if worked.ended == "crashed":
            reason = f"{CRASHED}: {worked.detail}"
        elif worked.ended != "done":
            reason = f"{worked.ended}: {worked.detail}".rstrip(": ")
        elif worked.answer is not None:
            graded = grade(task, worked.answer, self._parts.isolation, stored(task).expected)
            passed, reason = graded.passed, graded.reason
        state: State = "passed" if passed else "failed"
        if worked.is_void:
            state = "void"
        return Attempt(
            state,
            "" if passed else reason[:500],
            worked.tokens,
            worked.nanodollars,
            worked.seconds,
            worked.life,
        )


def problem_of_budget(budget: Amount | None, per_life: Amount) -> str:
    """What is wrong with a budget that cannot pay one pair, or that no bound on a life can be held against. Pure."""
    if budget is None:
        return ""
    if budget.dollars is not None and per_life.dollars is None:
        return (
            f"--budget {dollars(budget.dollars)}: say what one life on one task may cost at most, for example "
            "--per-life 400k,0.20usd: a pair is begun only where it can be paid"
        )
    if budget.tokens is not None and per_life.tokens is not None and budget.tokens < 2 * per_life.tokens:
        return (
            f"--budget of {budget.tokens:,} tokens does not pay one pair: two lives of up to {per_life.tokens:,} each; "
            "raise it, or lower --per-life"
        )
    if budget.dollars is not None and per_life.dollars is not None and budget.dollars < 2 * per_life.dollars:
        return (
            f"--budget of {dollars(budget.dollars)} does not pay one pair: two lives of up to "
            f"{dollars(per_life.dollars)} each; raise it, or lower --per-life"
        )
    return ""
