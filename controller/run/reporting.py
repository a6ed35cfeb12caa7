"""Where the events of a run go: to who watches, to a file of the lineage, to the operator's command.

After each try the budgets are looked at: a share that passed a mark is an event too.
"""

import threading
from collections.abc import Mapping
from pathlib import Path

from controller.events.alerts import Alerts
from controller.events.kinds import Aborted, BudgetMark, Done, Event, Notify
from controller.events.log import EventLog
from controller.ledger.calls import Calls
from controller.ledger.journal import Run

MARKS = (50, 80, 100)  # of a budget, in percent


class Reporting:
    """Hands every event to each of them, one at a time. Raises what the watching one raises, when the others have it.

    It may be called from any thread: several lives may report at once.
    """

    def __init__(self, watch: Notify, folder: Path, command: str = "") -> None:
        self._watch, self._log = watch, EventLog(folder)
        self._alerts: Alerts | None = None
        if command:
            self._alerts = Alerts(command)
        self._budgets: Budgets | None = None
        self._lock = threading.RLock()

    def __call__(self, event: Event) -> None:
        """Report one event; after a try also what share of a budget passed a mark with it."""
        with self._lock:
            self._report(event)
            if self._budgets is not None and isinstance(event, Done | Aborted):
                for mark in self._budgets.passed_marks():
                    self._report(mark)

    def watch_budgets(self, run: Run, calls: Calls) -> None:
        """Report the marks of this run's budgets from now on; those that it has passed already are not reported."""
        self._budgets = Budgets(run, calls)

    def close(self) -> None:
        """Nothing more comes."""
        if self._alerts is not None:
            self._alerts.close()

    def _report(self, event: Event) -> None:
        self._log(event)
        if self._alerts is not None:
            self._alerts(event)
        self._watch(event)


class Budgets:
    """What part of each budget of a run was used when it was looked at last."""

    def __init__(self, run: Run, calls: Calls) -> None:
        self._run, self._calls = run, calls
        self._before = shares(run, calls)

    def passed_marks(self) -> list[BudgetMark]:
        """The highest mark that each budget passed since the last look."""
        now = shares(self._run, self._calls)
        found = []
        for scope, share in now.items():
            percent = passed_mark(self._before.get(scope, 0.0), share)
            if percent is not None:
                found.append(BudgetMark(scope, percent, round(share, 4)))
        self._before = now
        return found


def passed_mark(before: float, now: float) -> int | None:
    """The highest mark (percent) that a share passed, of 0 to 1; None: none. Pure."""
    passed = [mark for mark in MARKS if before * 100 < mark <= now * 100]
    return max(passed, default=None)


def shares(run: Run, calls: Calls) -> Mapping[str, float]:
    """What part of each budget of a run and of its day is used: 0 to 1, by scope."""
    found = {}
    scopes = [("run", calls.of_run(run.id), (run.tokens, run.calls, run.dollars))]
    day = run.limits.get("day")
    if day:
        scopes.append(("day", calls.of_day(), (day.tokens, day.calls, day.dollars)))
    for scope, used, limits in scopes:
        spent = (used.total, used.calls, used.dollars)
        parts = [one / limit for one, limit in zip(spent, limits, strict=True) if limit]
        if parts:
            found[scope] = max(parts)
    return found
