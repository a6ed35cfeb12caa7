"""What is timed, and how: the replies of a short life, its phases as they begin, the median of some runs."""

import statistics
import subprocess
import time
from collections.abc import Callable

from controller.events.kinds import Done, Event

# Answers whatever comes first: a life is asked for a goal, or, where one stands, begins with a plan or with bash
PLAN = {
    "shape": {
        "title": "Look around",
        "why": "To know.",
        "done_when": [],
        "expected": "Nothing.",
        "steps": ["Look."],
        "command": "true",
    }
}
LOOK = {"calls": [{"name": "bash", "input": {"command": "true"}}]}
END = {"text": "Looked around."}
PHASES = {
    "clone": "workspace",
    "live": "child: start, imports, calls, push",
    "fetch": "fetch",
    "judge": "gates",
    "record": "record",
}


class Watch:
    """Notes when each phase of each life began."""

    def __init__(self) -> None:
        self.lives: list[dict[str, float]] = []
        self.last = ("", 0.0)
        self.outcomes: set[str] = set()

    def __call__(self, event: Event) -> None:
        now, kind = time.monotonic(), event.name
        if self.last[0] in PHASES and self.lives:
            self.lives[-1][self.last[0]] = now - self.last[1]
        if isinstance(event, Done):
            self.outcomes.add(event.outcome)
        if kind == "clone":
            self.lives.append({})
        self.last = (kind, now)


def median_of(measure: Callable[[], object], times: int = 5) -> float:
    """Median seconds of something."""
    found = []
    for _ in range(times):
        started = time.monotonic()
        measure()
        found.append(time.monotonic() - started)
    return statistics.median(found)


def command(*words: str) -> Callable[[], None]:
    """Something to measure: a command, its output thrown away."""
    return lambda: subprocess.run(words, check=True, capture_output=True).check_returncode()
