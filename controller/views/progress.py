"""What is seen while a run lives: a moving line at a terminal, plain lines in a pipe, JSON for a program."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.markup import escape
from rich.status import Status
from rich.text import Text

from controller.contract import one_line
from controller.errors import StoppedEarly
from controller.events.kinds import (
    DONE,
    CallWaiting,
    Cloning,
    Done,
    Event,
    GateAnswered,
    Living,
    Measuring,
    RunContinued,
    RunEnded,
    RunPaused,
    RunWaiting,
    TryEvent,
    Warned,
    Working,
    dated_line,
)
from controller.views.log import COLOURS
from controller.views.sentences import DOING, compact, duration, sentence, try_of
from controller.views.text import counted, plain, printable

Clock = Callable[[], float]  # seconds
CUT_CHARS = 8  # a part is cut to no less


class Lines:
    """One line an event, flushed at once. Raises StoppedEarly, once, when they cannot be written any more."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        self.stream, self.closed = stream, False

    def __call__(self, event: Event) -> None:
        line = self.line(event)
        if self.closed or line is None:
            return
        try:
            self.stream.write(line + "\n")
            self.stream.flush()
        except OSError as error:
            self.closed = True
            with Path(os.devnull).open("w") as nowhere:  # what is still in the buffer has to go somewhere
                os.dup2(nowhere.fileno(), self.stream.fileno())
            why = f"the events cannot be written ({error.strerror})"
            if isinstance(error, BrokenPipeError):
                why = "nobody reads the events any more"
            raise StoppedEarly(f"{why}; run again to go on") from error

    def line(self, event: Event) -> str | None:
        """The event's line; None: it has none."""
        return dated_line(event)

    def close(self) -> None:
        """Nothing is open."""


class PlainLines(Lines):
    """The lines that a person is shown, without colour and without what moves: for a pipe or a file."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        super().__init__(stream)
        self._once = OncePerWait()

    def line(self, event: Event) -> str | None:
        """The event's sentence, where it is one that stays on a screen."""
        if is_passing(event) or not self._once.is_new(event):
            return None
        return plain(sentence(event))


class OncePerWait:
    """Lets one event through for each wait of a run, however often the world is looked at."""

    def __init__(self) -> None:
        self._since = 0.0

    def is_new(self, event: Event) -> bool:
        """Whether this is no second event of the same wait."""
        if not isinstance(event, RunWaiting):
            return True
        known, self._since = self._since, event.since
        return event.since != known


class Countdown:
    """Words, and the seconds that are left, counted down while they stand on the screen."""

    def __init__(self, words: str, seconds: float, clock: Clock = time.monotonic) -> None:
        self._clock, self._parts = clock, [(words, clock() + seconds)]

    def then(self, words: str, seconds: float) -> "Countdown":
        """More words, and another number of seconds."""
        self._parts.append((words, self._clock() + seconds))
        return self

    def __rich__(self) -> str:
        now = self._clock()
        return ", ".join(f"{words} {max(over - now, 0):.0f} s" for words, over in self._parts)


class TryLine:
    """What a try does now, how long already, its calls and tokens, and what its child does: as much as fits a line."""

    def __init__(self, event: TryEvent, clock: Clock = time.monotonic) -> None:
        self._clock, self._began = clock, clock()
        self._which = f"gen {event.generation}" if event.number == 1 else f"gen {event.generation}.{event.number}"
        self._doing = ""
        self._numbers: list[str] = []
        self._child = ""

    def take(self, event: TryEvent) -> None:
        """Follow the try."""
        if isinstance(event, Working):
            self._numbers = [counted(event.calls, "call"), f"{compact(event.tokens)} tokens"]
            self._child = plain(event.doing)
            return
        if isinstance(event, GateAnswered):
            self._child = f"{event.gate}: {event.result}"
            return
        self._doing = DOING.get(type(event), self._doing)
        if not isinstance(event, Living):
            self._child = ""

    def parts(self) -> list[str]:
        """What there is to say: what the child does comes last, since its text has any length."""
        parts = [f"{self._which} {self._doing} {duration(self._clock() - self._began)}", *self._numbers]
        if self._child:
            parts.append(self._child)
        return parts

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(fit(self.parts(), options.max_width), no_wrap=True, overflow="crop")


class Screen:
    """For a person: a line a generation, and below it what is being done now."""

    def __init__(self, console: Console, clock: Clock = time.monotonic) -> None:
        self.console, self._clock = console, clock
        self.status: Status = console.status("starting")
        self.status.start()
        self._once = OncePerWait()
        self._try: TryLine | None = None

    def __call__(self, event: Event) -> None:
        status = self._status(event)
        if status is not None:
            self.status.update(status)
        if not is_passing(event) and self._once.is_new(event):
            self.console.print(marked_up(brief_end(event)), highlight=False)

    def close(self) -> None:
        """Give the terminal back."""
        self.status.stop()

    def _status(self, event: Event) -> RenderableType | None:
        """What is being done, or waited for, since this event; None: it does not say."""
        match event:
            case RunContinued():
                return "going on"
            case RunWaiting():
                words = f"waiting({event.kind}): {brief(event.reason)}; looked at again in"
                return Countdown(words, event.seconds, self._clock)
            case RunPaused():
                return f"paused({event.kind}): {brief(event.reason)}; `heirloom resume` ends that"
            case CallWaiting():
                words = f"{try_of(event)}: {brief(event.reason)}; asked again in"
                return Countdown(words, event.seconds, self._clock).then("given up in", event.left)
            case RunEnded():
                return "ending"
            case Measuring():
                return sentence(event)
        if isinstance(event, TryEvent) and is_passing(event):
            return self._line_of_try(event)
        return None

    def _line_of_try(self, event: TryEvent) -> TryLine:
        """The line of the try that lives, which each of its events changes."""
        if self._try is None or isinstance(event, Cloning):
            self._try = TryLine(event, self._clock)
        self._try.take(event)
        return self._try


def brief_end(event: Event) -> Event:
    """The event; an early end without its reason, which the command's last line tells in the same terminal."""
    if isinstance(event, RunEnded) and event.reason != DONE:
        return replace(event, reason="ended early")
    return event


def is_passing(event: Event) -> bool:
    """Whether the event only changes what is being done now."""
    return isinstance(event, Working | CallWaiting | GateAnswered | Measuring) or type(event) in DOING


def fit(parts: list[str], width: int) -> str:
    """As many parts as fit the width; one that does not is cut, where that leaves a word or two."""
    text = one_line(parts[0], max(width, 2))
    for part in parts[1:]:
        room = width - len(text) - 3
        if len(part) > room and room < CUT_CHARS:
            continue
        text += f" · {one_line(part, room)}"
    return text


def brief(reason: str) -> str:
    """A reason, short enough for the status line."""
    return printable(one_line(reason, 100))


def marked_up(event: Event) -> str:
    """The event's sentence as rich's markup."""
    text = printable(sentence(event))
    if isinstance(event, Done):
        outcome = escape(event.outcome)
        colour = COLOURS.get(event.outcome.partition("(")[0], "white")
        return text.replace(outcome, f"[{colour}]{outcome}[/]", 1)
    if isinstance(event, Warned | RunWaiting | RunPaused):
        head, colon, rest = text.partition(":")
        return f"[yellow]{head}{colon}[/]{rest}"
    return text
