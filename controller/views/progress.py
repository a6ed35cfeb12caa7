"""What is seen while a run lives: moving phases for a person, one JSON line an event for a pipe."""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.status import Status

from controller.contract import one_line
from controller.errors import StoppedEarly
from controller.views.log import COLOURS
from controller.views.text import printable

DOING = {
    "clone": "making the workspace",
    "live": "living",
    "fetch": "fetching what it pushed",
    "judge": "judging",
    "record": "recording",
}


class Lines:
    """One JSON object a line, flushed at once. Raises StoppedEarly, once, when nobody reads them any more."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        self.stream, self.closed = stream, False

    def __call__(self, event: Mapping[str, Any]) -> None:
        if self.closed:
            return
        try:
            self.stream.write(json.dumps({**event, "at": round(time.time(), 3)}) + "\n")
            self.stream.flush()
        except BrokenPipeError as error:
            self.closed = True
            with Path(os.devnull).open("w") as nowhere:  # what is still in the buffer has to go somewhere
                os.dup2(nowhere.fileno(), self.stream.fileno())
            raise StoppedEarly("nobody reads the events any more; run again to go on") from error

    def close(self) -> None:
        """Nothing is open."""


class Countdown:
    """Words, and the seconds that are left, counted down while they stand on the screen."""

    def __init__(self, words: str, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._parts = clock, [(words, clock() + seconds)]

    def then(self, words: str, seconds: float) -> "Countdown":
        """More words, and another number of seconds."""
        self._parts.append((words, self._clock() + seconds))
        return self

    def __rich__(self) -> str:
        now = self._clock()
        return ", ".join(f"{words} {max(over - now, 0):.0f} s" for words, over in self._parts)


class Screen:
    """For a person: a line a generation, and below it what is being done now."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.status: Status = console.status("starting")
        self.status.start()
        self.since = 0.0

    def __call__(self, event: Mapping[str, Any]) -> None:
        kind, number = str(event["event"]), event.get("generation")
        if kind in ("waiting", "paused", "continued"):
            self.status.update(self.standing(kind, event))
            if kind != "paused" or event["since"] == self.since:
                return
            self.since = event["since"]  # one line a pause, however often the world is looked at
        if kind in DOING:
            again = f", try {event['try']}" if event.get("try", 1) != 1 else ""
            self.status.update(f"generation {number}{again}: {DOING[kind]}")
            return
        self.console.print(self.line(kind, event), highlight=False)

    def standing(self, kind: str, event: Mapping[str, Any]) -> RenderableType:
        """What is waited for, and for how long still."""
        if kind == "continued":
            return f"generation {event['generation']}: {DOING['live']}" if "generation" in event else "going on"
        reason = printable(one_line(str(event["reason"]), 100))
        if kind == "paused":
            return Countdown(f"paused({event['kind']}): {reason}; looked at again in", event["seconds"])
        again = Countdown(f"generation {event['generation']}: {reason}; asked again in", event["seconds"])
        return again.then("given up in", event["left"])

    def line(self, kind: str, event: Mapping[str, Any]) -> str:
        """One event as a line of markup."""
        if kind == "done":
            outcome = str(event["outcome"])
            colour = COLOURS.get(outcome.partition("(")[0], "white")
            text = printable(one_line(str(event["says"]), 160))
            return (f"{event['generation']:>4}  [{colour}]{escape(outcome):<16}[/] {event['seconds']:>5.0f} s "
                    f"{event['tokens']:>9,} tokens  {text}")  # fmt: skip
        if kind == "run":
            return (f"run {event['run']}: generations {event['from']} to {event['until']} on {event['branch']}, "
                    f"model {escape(str(event['model']))}")  # fmt: skip
        if kind == "paused":
            return (f"[yellow]paused({event['kind']}):[/] {printable(str(event['reason']))}; "
                    f"looked at again in {event['seconds']:.0f} s")  # fmt: skip
        if kind == "end":
            return f"run {event['run']}: {printable(str(event['reason']))}; {event['tokens']:,} tokens in all"
        if kind == "warning":
            return f"[yellow]warning:[/] {printable(str(event['text']))}"
        if kind == "aborted":
            reason = printable(str(event["reason"]))
            return f"{event['generation']:>4}  aborted: {reason}; the generation is lived again"
        return escape(", ".join(f"{key} {value}" for key, value in event.items() if key != "event"))

    def close(self) -> None:
        """Give the terminal back."""
        self.status.stop()
