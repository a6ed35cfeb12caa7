"""What was found out once and holds still: gates' reports and measurements, by a key that names all they depend on."""

import json
from typing import Any

from controller.ledger.database import Database

KEPT = 2_000  # of the newest; an older one is found out again


class Findings:
    """A mapping that outlives the controller."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str, /) -> Any:
        """What is known of a key, or None."""
        rows = self._database.rows("SELECT value FROM findings WHERE key = ?", key)
        return json.loads(rows[0]["value"]) if rows else None

    def __setitem__(self, key: str, value: Any, /) -> None:
        """Keep what JSON can carry."""
        with self._database.transaction() as db:
            row = (key, self._database.clock(), json.dumps(value))
            db.execute("INSERT OR REPLACE INTO findings (key, at, value) VALUES (?, ?, ?)", row)
            db.execute("DELETE FROM findings WHERE id <= (SELECT max(id) FROM findings) - ?", (KEPT,))
