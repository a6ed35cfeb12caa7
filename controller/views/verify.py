"""`heirloom verify`: what disagrees, and how to mend it."""

import time
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from controller.audit.backups import replace_damaged
from controller.audit.verify import Finding, verify
from controller.audit.witnesses import branch, recorded, repair
from controller.errors import LedgerDamaged
from controller.git.log import generations
from controller.ledger.database import Database
from controller.state.place import BACKUPS, LEDGER, Place, sole_controller
from controller.views.text import json_line


def show(place: Place, console: Console, as_json: bool, mend: bool) -> bool:
    """Print it; whether all agrees."""
    mended = repaired(place) if mend else []
    path = place.state / LEDGER
    database = Database(path) if path.exists() else None
    try:
        found = verify(place, database)
    finally:
        if database is not None:
            database.close()
    agreed = not any(one.wrong for one in found)
    if as_json:
        json_line(console, {"agree": agreed, "repaired": mended, "checks": [asdict(one) for one in found]})
        return agreed
    for line in mended:
        console.print(f"repaired  {escape(line)}")
    for one in found:
        console.print(line_of(one))
    return agreed


def repaired(place: Place) -> list[str]:
    """Mend the ledger by what the witnesses say. Raises RequestError where a controller lives this lineage."""
    path, folder = place.state / LEDGER, place.state / BACKUPS
    store = place.store
    lines = []
    with sole_controller(place):
        if damaged(path):
            lines.append(replace_damaged(path, folder, time.strftime("%Y%m%d-%H%M%S", time.gmtime())))
        database = Database(path)
        try:
            tip = store.tip(place.ref) if store.path.is_dir() else None
            said = branch(generations(store, tip) if tip else [])
            return lines + repair(database, folder, place.branch, said, recorded(place.lineage))
        finally:
            database.close()


def damaged(path: Path) -> bool:
    """Whether the ledger cannot be read, or fails SQLite's own check."""
    try:
        database = Database(path)
    except LedgerDamaged:
        return True
    try:
        return bool(database.sound())
    except LedgerDamaged:
        return True
    finally:
        database.close()


def line_of(one: Finding) -> str:
    """One comparison as a line, and what is wrong below it."""
    if not one.wrong:
        return f"[green]ok       [/] {one.name:<13} {escape(one.seen)}"
    return "\n".join(f"[red]disagrees[/] {one.name:<13} {escape(line)}" for line in one.wrong)
