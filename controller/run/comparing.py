"""A comparison as the operator asks for it: what is wrong with it is said before anything is spent; then it is run.

The lives that work on tasks are lived by a run of the ground's own lineage in the ledger, so that budgets hold.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from controller.audit.open_ledger import open_checked
from controller.contract import CONTRACT_VERSION, ModelInfo
from controller.errors import RequestError
from controller.events.kinds import Notify, Warned
from controller.generation.parts import Parts
from controller.git.lineage import Lineage
from controller.ground.comparison import STAGES, Comparing, Watch
from controller.ground.genome import genome
from controller.ground.graded_lives import Lives, problem_of_budget
from controller.ground.proof import stored
from controller.ground.record import note
from controller.ground.sets import TASKS, added, load_sets
from controller.ground.summary import Summary, summary
from controller.ground.task import Task
from controller.ground.work import clear, exposure, ground_lineage
from controller.ledger.database import Database
from controller.ledger.gradings import MUTANTS, SEALED, Comparison, Grading, Gradings
from controller.ledger.journal import Run
from controller.run import held_out
from controller.run.compose import gateway_of, parts_of, prepare
from controller.run.leftovers import sweep
from controller.run.start import new_id
from controller.settings.amounts import Amount
from controller.settings.limit import Limit
from controller.settings.settings import Settings
from controller.state.place import Place, locate, make_state, sole_controller

SUITES = (TASKS, MUTANTS)
OPEN_SPLITS = ("open", "select")
PER_LIFE = Amount(tokens=400_000)  # of one life on one task, where the operator says nothing


@dataclass(frozen=True)
class Wanted:
    """What is asked for. `repeats`: rounds over all tasks, at most. `skipped`: stages. `why`: a claim, for sealed."""

    a: str
    b: str
    suite: str = TASKS
    split: str = "select"
    repeats: int = 3
    skipped: tuple[str, ...] = ()
    why: str = ""


def compare(settings: Settings, folder: Path, wanted: Wanted, notify: Notify, watch: Watch) -> tuple[Summary, int]:
    """Begin a comparison or go on with it: what came of it, and how often sealed tasks were opened for others.

    Raises RequestError before anything is spent; StoppedEarly where it can be gone on with, and WorldFault.
    """
    place = locate(folder, settings.branch)
    a, b = checked(place, wanted)
    make_state(place)
    with held_out.sole_comparison(place), sole_controller(place):
        if wanted.suite == MUTANTS:
            return compare_mutants(settings, folder, place, a, b, notify), 0
        tasks = tasks_of(place, folder, wanted.split)
        return compare_tasks(settings, folder, replace(wanted, a=a, b=b), tasks, notify, watch)


def checked(place: Place, wanted: Wanted) -> tuple[str, str]:
    """The commits. Raises RequestError for whatever is wrong with what is asked for."""
    if wanted.suite not in SUITES:
        raise RequestError(f"--suite {wanted.suite}: there is no such suite; choose one of {', '.join(SUITES)}")
    if wanted.split not in (*OPEN_SPLITS, SEALED):
        raise RequestError(f"--split {wanted.split}: choose one of {', '.join(OPEN_SPLITS)}")
    if wanted.split == SEALED and not wanted.why:
        raise RequestError(
            "--split sealed: sealed tasks are for a claim, and each opening is counted: `heirloom ground verdict A B`"
        )
    if wanted.repeats < 1:
        raise RequestError("--repeats: at least 1 round over the tasks is needed")
    for stage in wanted.skipped:
        if stage not in STAGES[:-1]:
            raise RequestError(f"--skip {stage}: there is no such stage; choose of {', '.join(STAGES[:-1])}")
    a, b = (genome(place.repository, place.branch, word) for word in (wanted.a, wanted.b))
    if a == b:
        raise RequestError(f"{wanted.a} and {wanted.b} are one commit ({a[:10]}): there is nothing to compare")
    return a, b


def tasks_of(place: Place, folder: Path, split: str) -> dict[str, Task]:
    """The tasks of a split by name, of all sets. Raises RequestError where there is none, or one is bad or unproved."""
    sets = (folder / TASKS, added(place))
    tasks, bad = load_sets(sets)
    if bad:
        name = next(iter(bad))
        raise RequestError(f"{len(bad)} bad tasks, the first: {bad[name]}; nothing was compared")
    found = {task.name: task for task in tasks if task.split == split}
    if not found:
        raise RequestError(
            f"no tasks to compare on: {sets[0]} and {sets[1]} have none of the split {split}; `heirloom ground list` "
            f"shows them, and --suite {MUTANTS} needs none"
        )
    for task in found.values():
        stored(task)
    return found


def compare_mutants(settings: Settings, folder: Path, place: Place, a: str, b: str, notify: Notify) -> Summary:
    """On held-out mutants: no life is lived."""
    prepared = prepare(settings.model_copy(update={"model": "embedded"}), folder, None, notify, None)
    lineage = Lineage(place.repository, place.store, settings.branch)
    with closing(open_checked(place, lineage, prepared.start)) as database:
        return held_out.compare(place, settings, lineage, prepared.isolation, database, a, b)


def compare_tasks(
    settings: Settings, folder: Path, wanted: Wanted, tasks: dict[str, Task], notify: Notify, watch: Watch
) -> tuple[Summary, int]:
    """On tasks, by lives. Raises RequestError where the budget pays no pair."""
    if settings.model == "embedded":
        raise RequestError(
            f"the embedded upstream solves no task: name a --model, or take --suite {MUTANTS}, which needs none"
        )
    per_life = (settings.per_life or PER_LIFE) | PER_LIFE
    if problem := problem_of_budget(settings.budget, per_life):
        raise RequestError(problem)
    with opened(settings, folder, notify) as (parts, database, models):
        gradings = Gradings(database)
        begun = comparison_of(gradings, settings, wanted, tasks)
        before = gradings.open_sealed(begun.id, wanted.why) if wanted.split == SEALED else 0
        clear(parts, settings.branch)
        run = begin_run(parts, settings, per_life, gradings.of(begun.id))
        try:
            Comparing(begun, gradings, Lives(parts, run, tasks, models, per_life), watch, wanted.skipped).run()
        finally:
            parts.journal.end_run(run.id, "compared")
            note(parts.lineage.operator, gradings, begun.id)
        return summary(gradings.comparison(begun.id), gradings.of(begun.id)), before


@contextmanager
def opened(settings: Settings, folder: Path, notify: Notify) -> Iterator[tuple[Parts, Database, tuple[ModelInfo, ...]]]:
    """The parts that lives are lived with, the ledger, and the models that they may ask."""
    prepared = prepare(settings, folder, None, notify, None)
    place = prepared.place
    if exposed := exposure(prepared.isolation):
        notify(Warned(exposed))
    sweep()
    lineage = Lineage(place.repository, place.store, settings.branch)
    with closing(open_checked(place, lineage, prepared.start)) as database:
        gateway = gateway_of(prepared, database)
        gateway.start()
        try:
            yield parts_of(prepared, lineage, gateway, database, notify), database, prepared.models
        finally:
            gateway.stop()


def comparison_of(gradings: Gradings, settings: Settings, wanted: Wanted, tasks: dict[str, Task]) -> Comparison:
    """The comparison that was left open, where the same is asked for on the same tasks; else a new one, begun.

    Raises RequestError where one was left open and something that changes results is another now.
    """
    hashes = {name: task.hash for name, task in tasks.items()}
    conditions = {"model": settings.model, "contract": CONTRACT_VERSION, "per_life": str(settings.per_life or "")}
    left = gradings.open_comparison(settings.branch, wanted.a, wanted.b, wanted.suite, wanted.split)
    if left is not None:
        same = (left.tasks, left.settings, left.repeats) == (hashes, conditions, wanted.repeats)
        if same:
            return left
        gradings.end(left.id, "left: something else was asked for, or a task was changed")
    seed = int(hashlib.sha256(f"{wanted.a} {wanted.b} {len(gradings.comparisons())}".encode()).hexdigest()[:8], 16)
    new = Comparison(
        0, settings.branch, wanted.a, wanted.b, TASKS, wanted.split, wanted.repeats, seed, conditions, hashes, 0.0
    )
    return gradings.begin(new)


def begin_run(parts: Parts, settings: Settings, per_life: Amount, done: Sequence[Grading]) -> Run:
    """A run of the ground's own lineage, with what the comparison has not spent of its budget."""
    budget = settings.budget or Amount()
    tokens = dollars = None
    if budget.tokens is not None:
        tokens = max(budget.tokens - sum(one.tokens for one in done), 1)
    if budget.dollars is not None:
        dollars = max(budget.dollars - sum(one.nanodollars or 0 for one in done), 1)
    limits = {**settings.limits, "life": Limit(per_life.tokens, per_life.dollars)}
    run = Run(new_id(), ground_lineage(settings.branch), 0, settings.lasting(), tokens, None, dollars, limits)
    parts.journal.begin_run(run)
    return run
