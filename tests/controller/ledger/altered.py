"""A ledger that was changed behind its back."""

import sqlite3
from contextlib import closing
from pathlib import Path

from controller.ledger.journal import Run

RUN = Run("run", "lineage", 9, {}, tokens=100_000)


def alter(path: Path, *statements: str) -> None:
    """What no controller of ours would do: change the file behind the triggers' back."""
    with closing(sqlite3.connect(path)) as database:
        triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            database.execute(statement)
        for _, sql in triggers if not any("DROP" in one for one in statements) else []:
            database.execute(sql)
        database.commit()
