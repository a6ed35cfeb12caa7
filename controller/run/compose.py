"""From the settings of a run to its parts: what is checked before anything is changed, then what is made of it."""

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from controller.archive.choice import Chooser, Measured
from controller.contract import CONTRACT_VERSION, Goal, ModelInfo
from controller.errors import RequestError
from controller.events.kinds import Notify, Warned
from controller.gates.fingerprint import gates_fingerprint
from controller.gateway.prices import Prices
from controller.gateway.reservations import Terms
from controller.gateway.retry import RetryPolicy
from controller.gateway.server import Gateway
from controller.gateway.upstreams.catalogue import describe_models
from controller.gateway.upstreams.registry import check_goals, key_variables, make
from controller.gateway.upstreams.upstream import LocalUpstream, RemoteUpstream
from controller.generation.controller_id import controller_id
from controller.generation.instruction import Instruction
from controller.generation.parts import Parts
from controller.git.lineage import Lineage
from controller.ledger.calls import Calls
from controller.ledger.choices import Champions
from controller.ledger.database import Database
from controller.ledger.findings import Findings
from controller.ledger.gradings import SELECT, Gradings
from controller.ledger.journal import Journal
from controller.ledger.judgements import Judgements
from controller.ledger.recordings import Recordings
from controller.sandbox.isolation import Isolation
from controller.sandbox.levels import choose
from controller.sandbox.limits import bounds_of
from controller.settings.credentials import key
from controller.settings.gate_policy import weakened
from controller.settings.goals_file import FILE as GOALS_FILE
from controller.settings.goals_file import read_goals
from controller.settings.retention import Retention
from controller.settings.settings import Settings
from controller.state.place import FREE_BYTES, Place, locate
from controller.state.preflight import starting_point
from controller.state.uncommitted import not_lived

VENV = Path(sys.prefix)


@dataclass(frozen=True)
class Prepared:
    """A request to run, found to be sound. `start`: the commit that a new lineage would begin at."""

    settings: Settings
    place: Place
    start: str
    goals: tuple[Goal, ...]  # of the goals file
    upstream: LocalUpstream | RemoteUpstream
    models: tuple[ModelInfo, ...]
    isolation: Isolation
    instruction: Instruction | None


def prepare(
    settings: Settings, folder: Path, from_commit: str | None, notify: Notify, instruction: Instruction | None
) -> Prepared:
    """Check a request and find what it names. Changes nothing; reports warnings. Raises RequestError.

    `from_commit`: where a new lineage is to begin; None: where the operator stands.
    """

    def warn(text: str) -> None:
        notify(Warned(text))

    place = locate(folder, settings.branch)
    start = starting_point(place, from_commit)
    goals = read_goals(folder)
    check_goals(settings.model, stated_by(settings, goals, instruction))
    upstream = checked_upstream(settings)
    check_remote(place, settings.push)
    models = describe_models(upstream, settings.models, warn)
    isolation, warning = choose(settings.isolation, VENV, embedded=settings.model == "embedded")
    if warning:
        warn(warning)
    for text in (weakened(settings.gates), not_lived(place, start)):
        if text:
            warn(text)
    return Prepared(settings, place, start, goals, upstream, models, isolation, instruction)


def stated_by(settings: Settings, goals: tuple[Goal, ...], instruction: Instruction | None) -> str:
    """How the operator states a goal for this run; "" where they state none."""
    if instruction is not None:
        return "instruct"
    if settings.goal:
        return "--goal"
    return GOALS_FILE if goals else ""


def check_remote(place: Place, name: str) -> None:
    """Raise RequestError where what is to be pushed to is no remote; empty: nothing is pushed."""
    if name and not place.repository.run("remote", "get-url", name, expect=(0, 2, 128)).strip():
        raise RequestError(f"--push {name}: there is no such remote; see `git remote -v`")


def checked_upstream(settings: Settings) -> LocalUpstream | RemoteUpstream:
    """The upstream of a run. Raises RequestError where it cannot be asked, or could spend without end."""
    keys = {name: key(name, os.environ) for name in key_variables()}
    upstream = make(settings.model, keys)
    if upstream.paid and settings.budget is None:
        raise RequestError(f"{settings.model} costs money: give the run a --budget, for example 500k (tokens) or 5usd")
    if settings.in_dollars:
        check_prices(settings, upstream)
    return upstream


def check_prices(settings: Settings, upstream: LocalUpstream | RemoteUpstream) -> None:
    """Raise RequestError where a model has no price, so that a budget in dollars could not be kept."""
    prices = prices_of(settings, upstream)
    for model in upstream.models():
        if prices.of(model.id) is None:
            raise RequestError(
                f'{model.id} has no known price: state one in heirloom.toml, [prices."{model.id}"] with input '
                "and output in dollars per million tokens, or give every budget in tokens only"
            )


def prices_of(settings: Settings, upstream: LocalUpstream | RemoteUpstream) -> Prices:
    """What the models of a run cost."""
    return Prices(settings.prices, upstream.paid)


def gateway_of(prepared: Prepared, database: Database) -> Gateway:
    """The gateway, which records what passes through it. Raises LedgerError."""
    settings, upstream = prepared.settings, prepared.upstream
    return Gateway(
        upstream,
        Calls(database),
        retry_policy=RetryPolicy(settings.patience),
        recordings=Recordings(prepared.place.lineage, Retention.parse(settings.retention)),
        terms=Terms(prices_of(settings, upstream), settings.calls_at_once),
    )


def parts_of(prepared: Prepared, lineage: Lineage, gateway: Gateway, database: Database, notify: Notify) -> Parts:
    """What the lives of a run are lived with."""
    settings, place = prepared.settings, prepared.place
    return Parts(
        lineage=lineage,
        isolation=prepared.isolation,
        gateway=gateway,
        journal=Journal(database),
        calls=Calls(database),
        lives=place.lives,
        bounds=bounds_of(settings, FREE_BYTES // 2),
        notify=notify,
        stamps=stamp(settings, prepared.isolation.name),
        seed=settings.seed,
        genome=settings.genome,
        goal=goal_of(prepared),
        later_goals=prepared.goals,
        instruction=prepared.instruction,
        asks=settings.gate_asks,
        known=Findings(database),
        judgements=lambda try_id: Judgements(database, try_id, gates_fingerprint(settings.gates)),
        types=place.state / "types",
        kept=place.state / "kept",
        keep=settings.keep_lives,
        champion=Champions(database, settings.branch).newest,
        policy=settings.gates,
        genome_tokens=settings.genome_tokens,
    )


def chooser_of(settings: Settings, lineage: Lineage, database: Database) -> Chooser:
    """What chooses the parents of a run."""
    gradings = Gradings(database)

    def measured() -> Measured:
        upto = gradings.newest()
        return Measured(gradings.noticed_by_commit(SELECT, upto), upto)

    return Chooser(lineage, settings.select, settings.seed, measured)


def goal_of(prepared: Prepared) -> Goal | None:
    """The goal that the operator gave with the request."""
    if prepared.instruction is not None:
        return prepared.instruction.goal
    if prepared.settings.goal:
        return Goal(title=prepared.settings.goal)
    return None


def stamp(settings: Settings, isolation: str) -> Mapping[str, str]:
    """The trailers that are the same for every generation of a run."""
    digest = hashlib.sha256(settings.stamped().encode()).hexdigest()[:12]
    switched_off = [f"-{name}" for name in settings.gates.off]
    return {
        "Model": settings.model,
        "Seed": str(settings.seed),
        "Isolation": isolation,
        "Controller": controller_id(),
        "Contract": str(CONTRACT_VERSION),
        "Config": " ".join([digest, *switched_off]),
    }
