"""What is seen while a run lives: moving phases for a person, one JSON line an event for a pipe."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from rich.console import Console, RenderableType
from rich.markup import escape
from rich.status import Status

from controller.contract import one_line
from controller.errors import StoppedEarly
from controller.events.kinds import (
    Aborted,
    CallContinued,
    CallWaiting,
    Done,
    Event,
    RunContinued,
    RunEnded,
    RunStarted,
    RunWaiting,
    TryEvent,
    Warned,
    dated_line,
)
from controller.views.log import COLOURS
from controller.views.text import printable

DOING = {  # by the name of an event
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

    def __call__(self, event: Event) -> None:
        if self.closed:
            return
        try:
            self.stream.write(dated_line(event) + "\n")
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

    def __call__(self, event: Event) -> None:
        status = status_of(event)
        if status is not None:
            self.status.update(status)
        if isinstance(event, RunWaiting):
            if event.since == self.since:
                return
            self.since = event.since  # one line a pause, however often the world is looked at
        elif status is not None:
            return
        self.console.print(line_of(event), highlight=False)

    def close(self) -> None:
        """Give the terminal back."""
        self.status.stop()


def status_of(event: Event) -> RenderableType | None:
    """What is being done, or waited for, since this event; None: it does not say."""
    if isinstance(event, CallContinued):
        return f"generation {event.generation}: {DOING['live']}"
    if isinstance(event, RunContinued):
        return "going on"
    if isinstance(event, RunWaiting):
        return Countdown(f"paused({event.kind}): {brief(event.reason)}; looked at again in", event.seconds)
    if isinstance(event, CallWaiting):
        again = Countdown(f"generation {event.generation}: {brief(event.reason)}; asked again in", event.seconds)
        return again.then("given up in", event.left)
    if isinstance(event, TryEvent) and event.name in DOING:
        which = f"generation {event.generation}"
        if event.number > 1:
            which += f", try {event.number}"
        return f"{which}: {DOING[event.name]}"
    return None


def brief(reason: str) -> str:
    """A reason, short enough for the status line."""
    return printable(one_line(reason, 100))


def line_of(event: Event) -> str:
    """One event as a line of markup."""
    match event:
        case Done():
            colour = COLOURS.get(event.outcome.partition("(")[0], "white")
            text = printable(one_line(event.says, 160))
            return (
                f"{event.generation:>4}  [{colour}]{escape(event.outcome):<16}[/] {event.seconds:>5.0f} s "
                f"{event.tokens:>9,} tokens  {text}"
            )
        case RunStarted():
            return (
                f"run {event.run}: generations {event.first} to {event.until} on {event.branch}, "
                f"model {escape(event.model)}"
            )
        case RunWaiting():
            return (
                f"[yellow]paused({event.kind}):[/] {printable(event.reason)}; looked at again in {event.seconds:.0f} s"
            )
        case RunEnded():
            return f"run {event.run}: {printable(event.reason)}; {event.tokens:,} tokens in all"
        case Warned():
            return f"[yellow]warning:[/] {printable(event.text)}"
        case Aborted():
            return f"{event.generation:>4}  aborted: {printable(event.reason)}; the generation is lived again"
    words = [f"{key} {value}" for key, value in event.as_json().items() if key != "event"]
    return escape(", ".join(words))
