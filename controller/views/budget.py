"""`heirloom budget`: what each scope may use, what it used, what is set aside, what is left."""

import time
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from controller.ledger.calls import Calls
from controller.ledger.database import Database
from controller.ledger.usage import Allowance, Usage
from controller.settings.amounts import dollars, plain
from controller.settings.limit import Limit
from controller.settings.settings import Settings
from controller.state.place import Place
from controller.views.text import json_line

NEWEST = "SELECT * FROM runs WHERE lineage = ? ORDER BY started DESC LIMIT 1"
LAST_TRY = "SELECT id, generation, number, ended FROM tries WHERE run = ? ORDER BY id DESC LIMIT 1"


def collect(place: Place, settings: Settings) -> dict[str, Any]:
    """What is known, as one JSON object: the newest run of the lineage, its last life, this day."""
    found: dict[str, Any] = {"branch": place.branch, "run": None, "prices": prices(settings), "scopes": []}
    if not (place.state / "ledger.sqlite").exists():
        return found
    database = Database(place.state / "ledger.sqlite")
    try:
        runs = database.rows(NEWEST, place.branch)
        if not runs:
            return found
        run, calls = runs[0], Calls(database)
        rows = database.rows("SELECT * FROM limits WHERE run = ?", run["id"])
        limits = {row["scope"]: Limit(row["tokens"], row["dollars"], row["calls"]) for row in rows}
        limits["run"] = Limit(run["tokens"], run["dollars"], run["calls"])
        tries = database.rows(LAST_TRY, run["id"])
        used = {"run": calls.of_run(run["id"]), "day": calls.of_day()}
        if tries:
            used["life"] = calls.of_try(tries[0]["id"])
        found["run"] = run["id"]
        found["ended"] = run["reason"] if run["ended"] else None
        found["life"] = f"{tries[0]['generation']}.{tries[0]['number']}" if tries else None
        found["scopes"] = [scope(name, used[name], limits.get(name, Limit())) for name in ("run", "life", "day")
                           if name in used]  # fmt: skip
        found["limits"] = {name: f"{limit}" for name, limit in limits.items() if name in ("call", "minute")}
        found["overbilled"] = calls.overbilled(run["id"])[0]
    finally:
        database.close()
    return found


def prices(settings: Settings) -> dict[str, str]:
    """Where the prices of this model are from, by its id."""
    from controller.gateway.prices import Prices

    paid = settings.model.startswith("anthropic/")
    table = Prices(settings.prices, paid)
    ids = [one.rpartition("#")[2].removeprefix("anthropic/") for one in settings.model.split(",")]
    return {one: table.source(one) for one in ids if paid or "#" in settings.model}


def scope(name: str, used: Usage, limit: Limit) -> dict[str, Any]:
    """One scope: numbers of tokens and calls, dollars as exact decimals."""
    left = Allowance(used, limit.tokens, limit.calls, limit.dollars)
    return {
        "scope": name,
        "tokens": {"limit": limit.tokens, "spent": used.total - used.reserved, "reserved": used.reserved,
                   "left": left.tokens_left},
        "usd": {"limit": shown(limit.dollars), "spent": shown(used.cost), "reserved": shown(used.owed),
                "left": shown(left.dollars_left)},
        "calls": {"limit": limit.calls, "spent": used.calls, "reserved": 0, "left": left.calls_left},
        "kinds": {"input": used.input, "cache read": used.cached, "cache written": used.written,
                  "of that for an hour": used.long, "output": used.output, "of that and input by compaction":
                  used.compacted},
    }  # fmt: skip


def shown(amount: int | None) -> str | None:
    """Nanodollars as an exact number of dollars."""
    return None if amount is None else plain(amount)


def show(place: Place, settings: Settings, console: Console, as_json: bool) -> None:
    """Print it."""
    found = collect(place, settings)
    if as_json:
        json_line(console, found)
        return
    if found["run"] is None:
        console.print(f"{escape(place.branch)} has not been lived here yet: nothing is spent")
        return
    console.print(f"run {found['run']} of {escape(place.branch)}; the life is its last, {found['life']}; "
                  f"the day is {time.strftime('%Y-%m-%d', time.gmtime())} (UTC), all runs here")  # fmt: skip
    table = Table("scope", "of", "limit", "spent", "reserved", "left", box=None, pad_edge=False)
    for one in found["scopes"]:
        for kind in ("tokens", "usd", "calls"):
            cells = [cell(one[kind][name], kind) for name in ("limit", "spent", "reserved", "left")]
            table.add_row(one["scope"], kind, *cells)
    console.print(table)
    kinds = [f"{name} {number:,}" for name, number in found["scopes"][0]["kinds"].items() if number]
    console.print(f"tokens of the run: {', '.join(kinds) or 'none'}")
    for model, source in found["prices"].items():
        console.print(f"price of {escape(model)}: {source}")


def cell(value: int | str | None, kind: str) -> str:
    """A number as a person reads it."""
    if value is None:
        return "none"
    return dollars(round(float(value) * 1e9)) if kind == "usd" else f"{value:,}"
