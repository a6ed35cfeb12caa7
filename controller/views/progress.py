"""What is seen while a run lives: moving phases for a person, one JSON line an event for a pipe."""

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
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


class Screen:
    """For a person: a line a generation, and below it what is being done now."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.status: Status = console.status("starting")
        self.status.start()

    def __call__(self, event: Mapping[str, Any]) -> None:
        kind, number = str(event["event"]), event.get("generation")
        if kind in DOING:
            again = f", try {event['try']}" if event.get("try", 1) != 1 else ""
            self.status.update(f"generation {number}{again}: {DOING[kind]}")
            return
        self.console.print(self.line(kind, event), highlight=False)

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
