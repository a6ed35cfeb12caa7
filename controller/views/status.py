"""`heirloom status`: where the lineage stands, what the last run did, whether a controller lives."""

import fcntl
import time
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape

from controller.git.log import generations
from controller.ledger.database import Database
from controller.ledger.pauses import Pauses
from controller.state.place import Place
from controller.views.text import json_line


def holder(place: Place) -> str | None:
    """The process that lives this lineage, or None."""
    lock = place.lineage / "lock"
    if not lock.exists():
        return None
    with lock.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return file.read(20).strip() or "unknown"
    return None


def collect(place: Place) -> dict[str, Any]:
    """What is known, as one JSON object."""
    tip = place.repository.tip(place.ref)
    newest = generations(place.repository, tip, limit=1) if tip else []
    found: dict[str, Any] = {
        "branch": place.branch,
        "generation": newest[0].number if newest else 0,
        "outcome": newest[0].outcome if newest else None,
        "controller": holder(place),
        "run": None,
        "trying": None,
        "paused": None,
    }
    if (place.state / "ledger.sqlite").exists():
        database = Database(place.state / "ledger.sqlite")
        try:
            runs = database.rows("SELECT r.*, coalesce(sum(c.input + c.cached + c.written + c.output + c.reserved), 0) "
                                 "AS spent, count(c.id) AS made FROM runs r LEFT JOIN calls c ON c.run = r.id "
                                 "WHERE r.lineage = ? GROUP BY r.id ORDER BY r.started DESC LIMIT 1",
                                 place.branch)  # fmt: skip
            tries = database.rows("SELECT t.generation, t.number, p.name, p.at FROM tries t LEFT JOIN phases p "
                                  "ON p.try = t.id WHERE t.lineage = ? AND t.ended IS NULL ORDER BY p.at DESC LIMIT 1",
                                  place.branch)  # fmt: skip
            pause = Pauses(database).of_run(runs[0]["id"]) if runs and runs[0]["ended"] is None else None
            paused = asdict(pause) if pause else None
        finally:
            database.close()
        found["run"] = {key: runs[0][key] for key in ("id", "until", "tokens", "calls", "spent", "made", "ended",
                                                      "reason")} if runs else None  # fmt: skip
        found["paused"] = paused
        found["trying"] = {key: tries[0][key] for key in ("generation", "number", "name")} if tries else None
    return found


def moment(at: float) -> str:
    """A moment as a person of this place reads it."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))


def next_look(look: float | None, now: float) -> str:
    """When the world is looked at again."""
    return "until it is resumed" if look is None else f"looked at again in {max(look - now, 0):.0f} s"


def show(place: Place, console: Console, as_json: bool) -> None:
    """Print it."""
    found = collect(place)
    if as_json:
        json_line(console, found)
        return
    last = f"generation {found['generation']}, {found['outcome']}" if found["generation"] else "no generation yet"
    console.print(f"lineage     {escape(found['branch'])}: {last}")
    console.print(f"controller  {'process ' + found['controller'] if found['controller'] else 'none'}")
    if run := found["run"]:
        limit = f" of {run['tokens']:,}" if run["tokens"] else ""
        ended = run["reason"] if run["ended"] else ("living" if found["controller"] else "left unfinished: run again")
        console.print(f"run         {run['id']}: until generation {run['until']}; {escape(ended)}")
        console.print(f"spent       {run['spent']:,}{limit} tokens in {run['made']:,} calls")
    if paused := found["paused"]:
        again = f"; {next_look(paused['look'], time.time())}" if found["controller"] else "; run again to go on"
        console.print(
            f"paused      {paused['kind']}, since {moment(paused['since'])}: {escape(paused['reason'])}{again}"
        )
    if trying := found["trying"]:
        console.print(f"now         generation {trying['generation']}, try {trying['number']}: {trying['name']}")
