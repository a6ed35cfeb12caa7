"""What the settings of a run make: its upstream, its bounds, its stamps, its world."""

import hashlib
import os
from collections.abc import Mapping

from controller.contract import CONTRACT_VERSION, Goal
from controller.errors import RequestError
from controller.events.kinds import Notify
from controller.gates.fingerprint import gates_fingerprint
from controller.gateway.prices import Prices
from controller.gateway.reservations import Terms
from controller.gateway.retry import RetryPolicy
from controller.gateway.server import Gateway
from controller.gateway.upstreams.registry import key_variables, make
from controller.gateway.upstreams.upstream import LocalUpstream, RemoteUpstream
from controller.generation.controller_id import controller_id
from controller.generation.instruction import Instruction
from controller.generation.parts import Parts
from controller.git.lineage import Lineage
from controller.ledger.calls import Calls
from controller.ledger.database import Database
from controller.ledger.findings import Findings
from controller.ledger.journal import Journal
from controller.ledger.judgements import Judgements
from controller.ledger.recordings import Recordings
from controller.sandbox.isolation import Isolation
from controller.sandbox.limits import bounds_of
from controller.settings.credentials import key
from controller.settings.retention import Retention
from controller.settings.settings import Settings
from controller.state.place import FREE_BYTES, Place


def parts_of(
    settings: Settings,
    place: Place,
    lineage: Lineage,
    isolation: Isolation,
    gateway: Gateway,
    database: Database,
    notify: Notify,
    directed: Instruction | None = None,
    queue: tuple[Goal, ...] = (),
) -> Parts:
    """What the lives of a run are lived with."""
    return Parts(
        lineage=lineage,
        isolation=isolation,
        gateway=gateway,
        journal=Journal(database),
        calls=Calls(database),
        lives=place.lives,
        bounds=bounds_of(settings, FREE_BYTES // 2),
        notify=notify,
        stamps=stamp(settings, isolation.name, gateway.upstream),
        seed=settings.seed,
        genome=settings.genome,
        goal=directed.goal if directed else Goal(title=settings.goal) if settings.goal else None,
        later_goals=queue,
        instruction=directed,
        asks=settings.gate_asks,
        known=Findings(database),
        judgements=lambda try_id: Judgements(database, try_id, gates_fingerprint(settings.gates)),
        types=place.state / "types",
        kept=place.state / "kept",
        keep=settings.keep_lives,
        policy=settings.gates,
    )


def gateway_of(
    settings: Settings, place: Place, upstream: LocalUpstream | RemoteUpstream, database: Database
) -> Gateway:
    """The gateway, which records what passes through it. Raises LedgerError."""
    recordings = Recordings(place.lineage, Retention.parse(settings.retention))
    return Gateway(upstream, Calls(database), retry_policy=RetryPolicy(settings.patience), recordings=recordings,
                   terms=Terms(prices_of(settings, upstream), settings.calls_at_once))  # fmt: skip


def asked_for(settings: Settings) -> LocalUpstream | RemoteUpstream:
    """The upstream of a run. Raises RequestError where it cannot be asked, or could spend without end."""
    upstream = make(settings.model, {name: key(name, os.environ) for name in key_variables()})
    if upstream.paid and settings.budget is None:
        raise RequestError(f"{settings.model} costs money: give the run a --budget, for example 500k (tokens) or 5usd")
    if settings.in_dollars:
        for model in upstream.models():
            if prices_of(settings, upstream).of(model.id) is None:
                raise RequestError(
                    f'{model.id} has no known price: state one in heirloom.toml, [prices."{model.id}"] with input '
                    "and output in dollars per million tokens, or give every budget in tokens only"
                )
    return upstream


def prices_of(settings: Settings, upstream: LocalUpstream | RemoteUpstream) -> Prices:
    """What the models of a run cost."""
    return Prices(settings.prices, upstream.paid)


def stamp(settings: Settings, isolation: str, upstream: LocalUpstream | RemoteUpstream) -> Mapping[str, str]:
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
