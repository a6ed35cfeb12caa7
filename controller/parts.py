"""What the settings of a run make: its upstream, its bounds, its stamps, its world."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from controller.child import Bounds
from controller.contract import CONTRACT_VERSION, Goal
from controller.directed import Directed
from controller.errors import RequestError
from controller.gates.configuration import configuration
from controller.gateway.accounts import Terms
from controller.gateway.patience import Patience
from controller.gateway.prices import Prices
from controller.gateway.server import Gateway
from controller.gateway.upstreams import LocalUpstream, RemoteUpstream
from controller.gateway.upstreams.named import make
from controller.isolation import Isolation
from controller.keys import key
from controller.ledger import Archive, Calls, Database, Findings, Journal
from controller.ledger.recordings import Recordings
from controller.ledger.retention import Retention
from controller.lineage import Lineage
from controller.request import FREE_BYTES, Place
from controller.settings import Settings
from controller.world import Notify, World

ROOT = Path(__file__).resolve().parent.parent
KEY, COMPATIBLE_KEY = "ANTHROPIC_API_KEY", "HEIRLOOM_COMPATIBLE_KEY"
# Settings of which a run that is gone on with may have others than it began with:
PASSING = {
    "push", "exit_on_pause", "retention", "stop_seconds", "stop_deaths", "stop_same_goal", "stop_barren",
    "stop_barren_tokens", "stop_barren_usd", "keep_lives", "on_event",
}  # fmt: skip
NO_STAMP = PASSING | {"generations", "patience", "backup_minutes", "per_day"}  # that are no part of what a life is


def world_of(
    settings: Settings,
    place: Place,
    lineage: Lineage,
    isolation: Isolation,
    gateway: Gateway,
    database: Database,
    notify: Notify,
    directed: Directed | None = None,
    queue: tuple[Goal, ...] = (),
) -> World:
    """What the lives of a run are lived with."""
    return World(
        lineage=lineage,
        isolation=isolation,
        gateway=gateway,
        journal=Journal(database),
        calls=Calls(database),
        lives=place.state / "lives",
        bounds=bounds_of(settings),
        notify=notify,
        stamps=stamp(settings, isolation.name, gateway.upstream),
        seed=settings.seed,
        genome=settings.genome,
        goal=directed.goal if directed else Goal(title=settings.goal) if settings.goal else None,
        queue=queue,
        directed=directed,
        asks=settings.gate_asks,
        known=Findings(database),
        archive=lambda try_id: Archive(database, try_id, configuration(settings.gates)),
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
    return Gateway(upstream, Calls(database), patience=Patience(settings.patience), recordings=recordings,
                   terms=Terms(prices_of(settings, upstream), settings.calls_at_once))  # fmt: skip


def bounds_of(settings: Settings) -> Bounds:
    """What a life may use of the machine."""
    return Bounds(
        seconds=settings.minutes_per_life * 60,
        memory_bytes=settings.memory_mb * 2**20,
        output_bytes=settings.output_mb * 2**20,
        processes=settings.processes,
        cpu_seconds=settings.cpu_minutes_per_life * 60,
        folder_bytes=settings.folder_mb * 2**20,
        entries=settings.entries,
        free_bytes=FREE_BYTES // 2,
    )


def asked_for(settings: Settings) -> LocalUpstream | RemoteUpstream:
    """The upstream of a run. Raises RequestError where it cannot be asked, or could spend without end."""
    own, compatible = key(KEY, os.environ), key(COMPATIBLE_KEY, os.environ)
    upstream = make(settings.model, key=own, compatible_key=compatible)
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
    told = settings.model_dump_json(exclude=NO_STAMP).encode()
    return {
        "Model": settings.model,
        "Seed": str(settings.seed),
        "Isolation": isolation,
        "Controller": controller_id(),
        "Contract": str(CONTRACT_VERSION),
        "Config": " ".join([hashlib.sha256(told).hexdigest()[:12], *(f"-{name}" for name in settings.gates.off)]),
    }


def controller_id() -> str:
    """Which controller this is: a digest of its files."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "controller").rglob("*.py")):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
