"""Builds the real parts of a run from the settings, and lives it. The one place where everything meets."""

import secrets
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from controller.audit.backups import save
from controller.audit.open_ledger import open_checked
from controller.errors import HeirloomError, RequestError, StoppedEarly
from controller.events.kinds import Notify, RunEnded, RunResumed, RunStarted, Warned
from controller.gateway.upstreams.catalogue import describe_models
from controller.generation.instruction import Instruction
from controller.generation.parts import Parts
from controller.git.lineage import Lineage
from controller.ledger.journal import Run
from controller.ledger.pauses import Pauses
from controller.ledger.wishes import Wishes
from controller.run.between_lives import BetweenLives
from controller.run.compose import asked_for, gateway_of, parts_of
from controller.run.control import Control
from controller.run.control_socket import Switch, address
from controller.run.evolution import Evolution
from controller.run.pausing import Pausing
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
    notify = Reporting(watch, place.lineage, settings.on_event)
    pausing = Pausing(notify, settings.exit_on_pause, sleep)
    control = Control(pausing, settings.stop_seconds)
    with closing(notify), sole_controller(place), Switch(address(place), control.answer):
        lineage = Lineage(place.repository, place.store, settings.branch)
        database = open_checked(place, lineage, start, clock)
        gateway = gateway_of(settings, place, upstream, database)
        gateway.start()
        try:
            parts = parts_of(settings, place, lineage, isolation, gateway, database, notify, directed, goals)
            this = begin(settings, parts)
            notify.watch_budgets(this, parts.calls)
            pausing.begin(this.id, Pauses(database), partial(gateway.look, models[0].id), database.clock)
            control.begin(this.id, Wishes(database, settings.branch))
            between = BetweenLives(settings, place, parts, this, pausing, database)
            live(Evolution(parts, this, models, pausing, between), control)
        finally:
            gateway.stop()
            save(database, place, 0, notify)
            database.close()


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
        with interruptible(control.signalled):
            try:
                evolution.evolve()
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
    end(evolution, "done", over=True)


def end(evolution: Evolution, reason: str, over: bool) -> None:
    """Tell how a run ended; `over`: it will not be gone on with."""
    parts, this = evolution.parts, evolution.run
    if over:
        parts.journal.end_run(this.id, reason)
    tokens = parts.calls.of_run(this.id).total
    parts.notify(RunEnded(this.id, reason, tokens))
