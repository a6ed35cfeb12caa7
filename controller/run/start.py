"""Starts a run: opens what it needs, lives it, and writes down how it ended."""

import secrets
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from controller.archive.choice import Chooser
from controller.archive.strategies import STRATEGIES
from controller.audit.backups import save
from controller.audit.open_ledger import open_checked
from controller.errors import HeirloomError, StoppedEarly
from controller.events.kinds import DONE, Notify, RunEnded, RunResumed, RunStarted
from controller.generation.instruction import Instruction
from controller.generation.parts import Parts
from controller.git.lineage import Lineage
from controller.ledger.choices import Choices
from controller.ledger.database import Database
from controller.ledger.journal import Run
from controller.ledger.life import Life
from controller.ledger.pauses import Pauses
from controller.ledger.wishes import Wishes
from controller.run.between_lives import BetweenLives
from controller.run.closing_line import close_with_line
from controller.run.compose import Prepared, chooser_of, gateway_of, parts_of, prepare
from controller.run.control import Control
from controller.run.control_socket import ControlSocket, address
from controller.run.evolution import Evolution
from controller.run.leftovers import sweep
from controller.run.measuring import Measure
from controller.run.pausing import Pausing
from controller.run.reporting import Reporting
from controller.run.signals import interruptible
from controller.settings.amounts import Amount
from controller.settings.settings import Settings
from controller.state.place import Place, make_state, sole_controller


def run(
    settings: Settings,
    folder: Path,
    from_commit: str | None,
    watch: Notify,
    sleep: Callable[[float], None] | None = None,
    clock: Callable[[], float] = time.time,
    instruction: Instruction | None = None,
) -> None:
    """Check the request, then live. Raises RequestError before anything is changed, StoppedEarly later.

    `from_commit`: where a new lineage is to begin; None: where the operator stands. `sleep`, `clock`: seconds (epoch).
    """
    prepared = prepare(settings, folder, from_commit, watch, instruction)
    place = prepared.place
    make_state(place)
    sweep()
    notify = Reporting(watch, place.lineage, settings.on_event)
    pausing = Pausing(notify, settings.exit_on_pause, sleep)
    control = Control(pausing, settings.stop_seconds, notify)
    with closing(notify), sole_controller(place), ControlSocket(address(place), control.answer):
        lineage = Lineage(place.repository, place.store, settings.branch)
        database = open_checked(place, lineage, prepared.start, clock)
        gateway = gateway_of(prepared, database)
        gateway.start()
        try:
            parts = parts_of(prepared, lineage, gateway, database, notify)
            this = run_to_live(settings, parts)
            notify.watch_budgets(this, parts.calls)
            pausing.begin(this.id, Pauses(database), partial(gateway.look, prepared.models[0].id), database.clock)
            control.begin(this.id, Wishes(database, settings.branch))
            live(evolution_of(prepared, parts, this, pausing, database), control)
            if not settings.no_ground and instruction is None:
                close_with_line(settings, place, parts, database)
        finally:
            gateway.stop()
            save(database, place, 0, notify)
            database.close()


def evolution_of(prepared: Prepared, parts: Parts, this: Run, pausing: Pausing, database: Database) -> Evolution:
    """The loop of a run's lives."""
    settings, place = prepared.settings, prepared.place
    chooser = chooser_of(settings, parts.lineage, database)
    return Evolution(
        parts,
        this,
        prepared.models,
        pausing,
        between=BetweenLives(settings, place, parts, this, pausing, database),
        chooser=chooser,
        choices=Choices(database),
        measure=measure_of(settings, place, parts, database, chooser),
    )


def measure_of(
    settings: Settings, place: Place, parts: Parts, database: Database, chooser: Chooser
) -> Callable[[Life], None]:
    """What measures each life of a run: nothing, where no result would be looked at."""
    if settings.no_ground or not STRATEGIES[settings.select].needs_results:
        return lambda _: None
    return Measure(settings, place, parts, database, chooser).after


def run_to_live(settings: Settings, parts: Parts) -> Run:
    """The run that a dead controller left, where the same was asked for, else a new one. It is journalled."""
    journal, number = parts.journal, parts.number()
    left = journal.open_run(settings.branch)
    if left is not None and settings.goes_on_with(left.settings) and left.until >= number:
        parts.notify(RunResumed(left.id, left.until))
        return left
    if left is not None:
        journal.end_run(left.id, "the controller ended")
    budget = settings.budget or Amount()
    this = Run(
        id=new_id(),
        lineage=settings.branch,
        until=number + settings.generations,
        settings=settings.lasting(),
        tokens=budget.tokens,
        calls=settings.calls,
        dollars=budget.dollars,
        limits=settings.limits,
    )
    journal.begin_run(this)
    parts.notify(RunStarted(this.id, settings.branch, number + 1, this.until, settings.model))
    return this


def new_id() -> str:
    """When the run begins, in UTC, and four random digits (hexadecimal)."""
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime()) + "-" + secrets.token_hex(2)


def live(evolution: Evolution, control: Control) -> None:
    """Live the run, and write down how it ended. Raises StoppedEarly, whatever stopped it."""
    try:
        with interruptible(control.signalled):
            try:
                evolve_and_push(evolution)
            finally:
                control.close()
                evolution.pausing.close()
    except StoppedEarly as stopped:
        end(evolution, str(stopped), over=stopped.final)
        raise
    except (KeyboardInterrupt, HeirloomError, OSError) as error:
        reason = f"{str(error) or 'interrupted'}; run again to go on, nothing is lost"
        end(evolution, reason, over=False)
        raise StoppedEarly(reason) from error
    end(evolution, DONE, over=True)


def evolve_and_push(evolution: Evolution) -> None:
    """Live the run; what an earlier one left unpushed goes first, what this one leaves last. Raises StoppedEarly."""
    between = evolution.between
    between.push()
    try:
        evolution.evolve()
    except StoppedEarly:
        between.push()
        raise
    between.check_pushed()


def end(evolution: Evolution, reason: str, over: bool) -> None:
    """Report how a run ended; `over`: nobody will go on with it, which is journalled."""
    parts, run_id = evolution.parts, evolution.run.id
    if over:
        parts.journal.end_run(run_id, reason)
    tokens = parts.calls.of_run(run_id).total
    parts.notify(RunEnded(run_id, reason, tokens))
