"""`heirloom budget`: what each scope may use, what it used, what is set aside, what is left."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from controller.audit.backups import missing_ledger
from controller.errors import RequestError
from controller.ledger.calls import Calls
from controller.ledger.database import Database
from controller.ledger.queries import RunState, TryState, last_try, newest_run
from controller.ledger.usage import Allowance, Usage
from controller.settings.amounts import dollars, plain
from controller.settings.limit import Limit
from controller.settings.settings import Settings
from controller.state.place import Place
from controller.state.presence import check_name
from controller.views.text import json_line


@dataclass(frozen=True)
class Budget:
    """What the newest run of a lineage, its last life and this day (UTC, all runs) may use and used.

    `run` is None where nothing was lived here. `prices`: where the price of each model is from, by the model's id.
    `ledger`: whether there is one. `assumed`: by scope, the tokens that no provider told.
    """

    branch: str
    prices: Mapping[str, str]
    run: RunState | None = None
    life: TryState | None = None
    scopes: tuple[Allowance, ...] = ()
    ledger: bool = True
    assumed: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """It as one JSON object: tokens and calls are numbers, dollars exact decimals as text."""
        found: dict[str, Any] = {"branch": self.branch, "run": None, "prices": dict(self.prices), "scopes": []}
        if self.run is None:
            return found
        found["run"] = self.run.id
        found["ended"] = self.run.reason
        found["life"] = None
        if self.life is not None:
            found["life"] = f"{self.life.generation}.{self.life.number}"
        found["scopes"] = [scope_as_json(one) for one in self.scopes]
        found["limits"] = {
            scope: str(self.run.limits[scope]) for scope in ("call", "minute") if scope in self.run.limits
        }
        found["overbilled"] = self.run.overbilled
        found["assumed"] = dict(self.assumed)
        return found


def collect(place: Place, settings: Settings) -> Budget:
    """What is known now. Raises LedgerError, RequestError where it is not known what was spent."""
    missing = missing_ledger(place)
    if missing:
        raise RequestError(missing)
    check_name(place)
    prices = prices_of(settings)
    with place.open_ledger() as database:
        if database is None:
            return Budget(place.branch, prices, ledger=False)
        run = newest_run(database, place.branch)
        if run is None:
            return Budget(place.branch, prices)
        life = last_try(database, run.id)
        return Budget(
            place.branch, prices, run, life, scopes_of(database, run, life), True, assumed(database, run, life)
        )


def scopes_of(database: Database, run: RunState, life: TryState | None) -> tuple[Allowance, ...]:
    """The run, its last life if there was one, and this day."""
    calls = Calls(database)
    used: dict[str, Usage] = {"run": run.used}
    if life is not None:
        used["life"] = calls.of_try(life.id)
    used["day"] = calls.of_day()
    found = []
    for scope, usage in used.items():
        limit = run.limits.get(scope, Limit())
        found.append(Allowance(usage, limit.tokens, limit.calls, limit.dollars, scope))
    return tuple(found)


def assumed(database: Database, run: RunState, life: TryState | None) -> dict[str, int]:
    """The tokens of each of these scopes that no provider told, and that are booked since they were set aside."""
    calls = Calls(database)
    found = {"run": run.assumed}
    if life is not None:
        found["life"] = calls.assumed_of_try(life.id)
    found["day"] = calls.assumed_of_day()
    return found


def prices_of(settings: Settings) -> dict[str, str]:
    """Where the prices of the models that are set are from, by their ids."""
    from controller.gateway.prices import Prices

    paid = settings.model.startswith("anthropic/")
    table = Prices(settings.prices, paid)
    ids = [one.rpartition("#")[2].removeprefix("anthropic/") for one in settings.model.split(",")]
    return {one: table.source(one) for one in ids if paid or "#" in settings.model}


def scope_as_json(one: Allowance) -> dict[str, Any]:
    """One scope. `spent` leaves out what is reserved; None: no limit."""
    used = one.used
    return {
        "scope": one.scope,
        "tokens": {
            "limit": one.tokens,
            "spent": used.total - used.reserved,
            "reserved": used.reserved,
            "left": one.tokens_left,
        },
        "usd": {
            "limit": usd(one.dollars),
            "spent": usd(used.cost),
            "reserved": usd(used.owed),
            "left": usd(one.dollars_left),
        },
        "calls": {"limit": one.calls, "spent": used.calls, "reserved": 0, "left": one.calls_left},
        "kinds": {
            "input": used.input,
            "cache read": used.cached,
            "cache written": used.written,
            "of that for an hour": used.long,
            "output": used.output,
            "of that and input by compaction": used.compacted,
        },
    }


def usd(amount: int | None) -> str | None:
    """Nanodollars as an exact number of dollars; None: no limit."""
    if amount is None:
        return None
    return plain(amount)


def show(place: Place, settings: Settings, console: Console, as_json: bool) -> None:
    """Print it."""
    budget = collect(place, settings)
    found = budget.as_json()
    if as_json:
        json_line(console, found)
        return
    if budget.run is None:
        what = "there is no ledger here yet"
        if budget.ledger:
            what = f"the ledger knows no run of {escape(budget.branch)}"
        console.print(f"{what}, so nothing was spent here; `heirloom run` begins its first life")
        return
    day = time.strftime("%Y-%m-%d", time.gmtime())
    console.print(
        f"run {budget.run.id} of {escape(budget.branch)}; the life is its last, {found['life']}; "
        f"the day is {day} (UTC), all runs here"
    )
    console.print(table_of(found["scopes"]))
    kinds = [f"{name} {number:,}" for name, number in found["scopes"][0]["kinds"].items() if number]
    console.print(f"tokens of the run: {', '.join(kinds) or 'none'}")
    if any(budget.assumed.values()):
        told = ", ".join(f"{scope} {number:,}" for scope, number in budget.assumed.items())
        console.print(f"assumed, since no provider told them: {told} tokens")
    if budget.run.overbilled:
        console.print(
            f"billed beyond what was set aside: {budget.run.overbilled:,} tokens; this run sends no more calls"
        )
    for model, source in budget.prices.items():
        console.print(f"price of {escape(model)}: {source}")


def table_of(scopes: list[dict[str, Any]]) -> Table:
    """A line for each scope and kind of amount."""
    table = Table("scope", "of", "limit", "spent", "reserved", "left", box=None, pad_edge=False)
    for scope in scopes:
        for kind in ("tokens", "usd", "calls"):
            cells = [cell(scope[kind][name], kind) for name in ("limit", "spent", "reserved", "left")]
            table.add_row(scope["scope"], kind, *cells)
    return table


def cell(value: int | str | None, kind: str) -> str:
    """A number as a person reads it."""
    if value is None:
        return "none"
    if kind == "usd":
        return dollars(round(float(value) * 1e9))
    return f"{value:,}"
