"""Builds the real parts of a run from the settings, and lives it. The one place where everything meets."""

import secrets
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from controller.audit.backups import save
from controller.audit.open_ledger import opened
from controller.contract import ModelInfo
from controller.errors import GitError, HeirloomError, RequestError, StoppedEarly
from controller.events.kinds import Notify, RunEnded, RunResumed, RunStarted, Warned
from controller.gateway.upstreams.catalogue import describe_models
from controller.generation.instruction import Instruction
from controller.generation.parts import Parts
from controller.git.lineage import Lineage
from controller.git.log import generations
from controller.ledger.database import Database
from controller.ledger.journal import Run
from controller.ledger.pauses import Pauses
from controller.ledger.wishes import Wishes
from controller.operations.rollback import carry_out
from controller.run.breakers import Breakers, tripped
from controller.run.compose import asked_for, gateway_of, parts_of
from controller.run.control import Control
from controller.run.control_socket import Switch, address
from controller.run.evolution import Evolution
from controller.run.provider_wait import Standstill
from controller.run.reporting import Reporting
from controller.run.signals import interruptible
from controller.sandbox.levels import choose
from controller.settings.amounts import Amount
from controller.settings.gate_policy import weakened
from controller.settings.goals_file import read_goals
from controller.settings.settings import Settings
from controller.state.place import Place, locate, make_state, sole_controller
from controller.state.preflight import starting_point

VENV = Path(sys.prefix)
BESIDE = 50  # generations between a run's own that are not its lives


def run(
    settings: Settings,
    folder: Path,
    asked: str | None,
    watch: Notify,
    sleep: Callable[[float], None] | None = None,
    clock: Callable[[], float] = time.time,
    directed: Instruction | None = None,
) -> None:
    """Check the request, then live. Raises RequestError before anything is changed, StoppedEarly later."""
    place = locate(folder, settings.branch)
    start = starting_point(place, asked)
    goals = read_goals(folder)
    upstream = asked_for(settings)
    check_remote(place, settings.push)
    models = describe_models(upstream, settings.models, lambda text: watch(Warned(text)))
    isolation, warning = choose(settings.isolation, VENV, embedded=settings.model == "embedded")
    for text in filter(None, (warning, weakened(settings.gates))):
        watch(Warned(text))
    make_state(place)
    control = Control(settings.stop_seconds)
    notify = Reporting(watch, place.lineage, settings.on_event)
    with closing(notify), sole_controller(place), Switch(address(place), control.answer):
        lineage = Lineage(place.repository, place.store, settings.branch)
        database = opened(place, lineage, start, clock)
        gateway = gateway_of(settings, place, upstream, database)
        gateway.start()
        try:
            parts = parts_of(settings, place, lineage, isolation, gateway, database, notify, directed, goals)
            evolution = evolution_of(settings, place, parts, models, control, database, sleep or control.sleep)
            notify.watch_budgets(evolution.run, parts.calls)
            live(evolution, control)
        finally:
            gateway.stop()
            save(database, place, 0, notify)
            database.close()


def evolution_of(
    settings: Settings,
    place: Place,
    parts: Parts,
    models: tuple[ModelInfo, ...],
    control: Control,
    database: Database,
    sleep: Callable[[float], None],
) -> Evolution:
    """The run, with what happens between its lives and while it stands still. The operator's wishes reach it now."""
    pauses, wishes = Pauses(database), Wishes(database, settings.branch)
    back = partial(carry_out, parts.lineage, wishes, settings.genome, parts.notify)
    look = partial(parts.gateway.look, models[0].id)
    standstill = Standstill(pauses, parts.notify, look, sleep, database.clock, settings.exit_on_pause)
    this = begin(settings, parts)
    control.begin(this.id, pauses, wishes)
    after = after_each(settings, parts, database, place, back)
    return Evolution(parts, this, models, standstill, after,
                     partial(between_lives, settings, parts, this, control, back), control.pause,
                     partial(control.between, parts.notify, settings.exit_on_pause))  # fmt: skip


def between_lives(settings: Settings, parts: Parts, this: Run, control: Control, back: Callable[[], None]) -> None:
    """Before each life: does a breaker say that this run gets nowhere, and is it to stand still, stop, go back?"""
    back()
    breakers = Breakers(settings.stop_deaths, settings.stop_same_goal, settings.stop_barren,
                        settings.stop_barren_tokens, settings.stop_barren_usd)  # fmt: skip
    assert control.pauses is not None
    if breakers.on:
        since = control.pauses.resumed_at(this.id)
        newest = generations(parts.lineage.store, parts.lineage.head(), limit=breakers.far + BESIDE)
        lived = [one for one in newest if one.number > since and one.trailers.get("Run") == this.id]
        if reason := tripped(breakers, lived):
            control.pause("breaker", reason)
    control.between(parts.notify, settings.exit_on_pause, back)


def check_remote(place: Place, name: str) -> None:
    """Raise RequestError where what is to be pushed to is no remote; empty: nothing is pushed."""
    if name and not place.repository.run("remote", "get-url", name, expect=(0, 2, 128)).strip():
        raise RequestError(f"--push {name}: there is no such remote; see `git remote -v`")


def begin(settings: Settings, parts: Parts) -> Run:
    """The run to live: the one that a dead controller left, where the same was asked for, else a new one."""
    told = settings.lasting()
    journal, number = parts.journal, parts.number()
    left = journal.open_run(settings.branch)
    if left is not None and left.settings == told and left.until >= number:
        parts.notify(RunResumed(left.id, left.until))
        return left
    if left is not None:
        journal.end_run(left.id, "the controller ended")
    identity = time.strftime("%Y%m%d-%H%M%S", time.gmtime()) + "-" + secrets.token_hex(2)
    budget = settings.budget or Amount()
    this = Run(identity, settings.branch, number + settings.generations, told, budget.tokens, settings.calls,
               budget.dollars, settings.limits)  # fmt: skip
    journal.begin_run(this)
    parts.notify(RunStarted(this.id, settings.branch, number + 1, this.until, settings.model))
    return this


def live(evolution: Evolution, control: Control) -> None:
    """Live the run, and write down how it ended. Raises StoppedEarly, whatever stopped it."""
    try:
        with interruptible(control):
            evolution.evolve()
    except StoppedEarly as stopped:
        end(evolution, str(stopped), over=stopped.final)
        raise
    except (KeyboardInterrupt, HeirloomError, OSError) as error:
        reason = f"{str(error) or 'interrupted'}; run again to go on, nothing is lost"
        end(evolution, reason, over=False)
        raise StoppedEarly(reason) from error
    end(evolution, "done", over=True)


def end(evolution: Evolution, reason: str, over: bool) -> None:
    """Tell how a run ended; `over`: it will not be gone on with."""
    parts, this = evolution.parts, evolution.run
    if over:
        parts.journal.end_run(this.id, reason)
    tokens = parts.calls.of_run(this.id).total
    parts.notify(RunEnded(this.id, reason, tokens))


def after_each(
    settings: Settings, parts: Parts, database: Database, place: Place, back: Callable[[], None]
) -> Callable[[], None]:
    """What is done after each generation: go back, where that is wished, push, and copy the ledger now and then."""

    def after() -> None:
        back()
        try:
            if settings.push:
                parts.lineage.push(settings.push)
        except GitError as error:
            text = f"not pushed to {settings.push}, tried again next time: {error}"
            parts.notify(Warned(text))
        save(database, place, settings.backup_minutes * 60, parts.notify)

    return after
