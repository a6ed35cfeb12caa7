"""Where the events of a run go: to who watches, to a file of the lineage, to the operator's command."""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from controller.generation.parts import Notify
from controller.ledger.calls import Calls
from controller.ledger.journal import Run
from controller.run.alerts import Alerts, passed

FILE = "events.jsonl"  # in the folder of a lineage's own state
LOG_BYTES = 4 * 2**20  # then it becomes events.jsonl.1, in place of the one before


class Events:
    """Tells every event to all of them. Raises what the watching one raises, when the others have been told."""

    def __init__(self, watch: Notify, folder: Path, command: str = "") -> None:
        self._watch, self._file = watch, folder / FILE
        self._alerts = Alerts(command) if command else None
        self._shares: Callable[[], Mapping[str, float]] = dict
        self._before: Mapping[str, float] = {}

    def __call__(self, event: Mapping[str, Any]) -> None:
        """Tell one event; after a life also what share of a budget passed a mark with it."""
        self._tell(event)
        if event["event"] in ("done", "aborted"):
            now = self._shares()
            for scope, share in now.items():
                if mark := passed(self._before.get(scope, 0.0), share):
                    self._tell({"event": "budget", "scope": scope, "percent": mark, "share": round(share, 4)})
            self._before = now

    def of(self, run: Run, calls: Calls) -> None:
        """The run whose budgets are looked at from now on; marks that it has passed already are told no more."""
        self._shares = lambda: shares(run, calls)
        self._before = self._shares()

    def close(self) -> None:
        """Nothing more comes."""
        if self._alerts:
            self._alerts.close()

    def _tell(self, event: Mapping[str, Any]) -> None:
        dated = {**event, "at": round(time.time(), 3)}
        with suppress(OSError):  # a full disk is noticed elsewhere; no event is worth a run
            self._write(json.dumps(dated))
        if self._alerts:
            self._alerts(dated)
        self._watch(event)

    def _write(self, line: str) -> None:
        """One line more in the file, which never grows beyond its bound."""
        if self._file.exists() and self._file.stat().st_size + len(line) > LOG_BYTES:
            self._file.replace(self._file.with_name(f"{FILE}.1"))
        with self._file.open("a") as file:
            file.write(line + "\n")


def shares(run: Run, calls: Calls) -> dict[str, float]:
    """What part of each budget of a run and of its day is used: 0 to 1, by name."""
    day, found = run.limits.get("day"), {}
    scopes = [("run", calls.of_run(run.id), (run.tokens, run.calls, run.dollars))]
    if day:
        scopes.append(("day", calls.of_day(), (day.tokens, day.calls, day.dollars)))
    for scope, used, limits in scopes:
        spent = (used.total, used.calls, used.dollars)
        parts = [one / limit for one, limit in zip(spent, limits, strict=True) if limit]
        if parts:
            found[scope] = max(parts)
    return found
