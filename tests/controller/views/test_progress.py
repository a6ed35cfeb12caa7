"""What a person sees of a living run: a sentence for each kind of event, and one line that fits any terminal."""

import io
from dataclasses import fields

import pytest
from rich.console import Console

from controller.contract import one_line
from controller.events.kinds import (
    KINDS,
    Aborted,
    Cloning,
    Done,
    Event,
    Judging,
    Living,
    RolledBack,
    RunPaused,
    RunResumed,
    RunWaiting,
    Working,
)
from controller.views.progress import PlainLines, Screen, TryLine, fit
from controller.views.sentences import DOING, SENTENCES, duration, sentence

DONE = Done(2, 1, "evolved", "abc", "goal", "5 passed", 1234, 1.5, "changed \x1b[31m[bold]it", 40.0, 95.0)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def screen(width: int, *events: Event, after: float = 0.0) -> str:
    """The line that a terminal shows below all others, after these events and so many seconds."""
    clock, file = Clock(), io.StringIO()
    shown = Screen(Console(file=io.StringIO(), width=width, force_terminal=True), clock)
    for event in events:
        shown(event)
    shown.close()
    clock.now += after
    Console(file=file, width=width).print(shown.status.renderable)
    return file.getvalue()


def made(kind: type[Event]) -> Event:
    """An event of a kind, with 1 and "x" for whatever it has."""
    values = {one.name: "x" if one.type == "str" or one.type is str else 1 for one in fields(kind)}
    return kind(**values)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.__name__}")
def test_each_kind_has_its_sentence(kind: type[Event]) -> None:
    assert kind in SENTENCES or kind in DOING
    assert one_line(sentence(made(kind)), 1000)


def test_pauses_say_who_ends_them() -> None:
    text = sentence(RunPaused("r", "operator", "paused by the operator"))
    assert text == "paused(operator): paused by the operator; no life is lived until `heirloom resume`"
    assert "gone on with, up to generation 4" in sentence(RunResumed("r", 4))
    assert sentence(RolledBack(3, 1, "ae3d" * 10)).startswith("   3  rolled back to the genome of generation 1, by")


def test_a_pause_replaces_the_last_phase() -> None:
    shown = screen(80, Cloning(1, 1), Judging(1, 1), RunPaused("r", "operator", "asked"))
    assert "paused(operator): asked" in shown
    assert "judging" not in shown


def test_line_tells_what_the_child_does() -> None:
    events = (Cloning(2, 1), Living(2, 1), Working(2, 1, 7, 31204, "bash python -m pytest tests/agent/test_x.py"))
    line = "gen 2 living 1:05 · 7 calls · 31k tokens · "
    assert f"{line}bash python -m pytest tests/agent/test_x.py " in screen(120, *events, after=65)
    assert f"{line}bash python -m pytest tests/agent/…" in screen(80, *events, after=65)
    assert f"{line}bash python -m…" in screen(60, *events, after=65)


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_line_fits_every_width(width: int) -> None:
    doing = "bash " + "x" * 200
    shown = screen(width, Cloning(2, 3), Living(2, 3), Working(2, 3, 7, 31204, doing))
    assert shown.rstrip("\n").count("\n") == 0


def test_gates_follow_the_child() -> None:
    line = TryLine(Cloning(1, 1), Clock())
    for event in (Living(1, 1), Working(1, 1, 2, 10, "view x"), Judging(1, 1)):
        line.take(event)
    assert line.parts() == ["gen 1 judging 0 s", "2 calls", "10 tokens"]


def test_first_part_always_stands() -> None:
    assert fit(["generation 1: living", "3 s", "x" * 50], 24) == "generation 1: living"
    assert fit(["generation 1: living", "3 s"], 30) == "generation 1: living · 3 s"


def test_pipe_gets_plain_lines() -> None:
    file = io.StringIO()
    lines = PlainLines(file)
    for event in (Cloning(1, 1), Living(1, 1), Working(1, 1, 1, 5, "x"), Aborted(1, 1, "full"), DONE):
        lines(event)
    assert file.getvalue().splitlines() == [
        "   1  aborted: full; the generation is lived again",
        "   2  evolved             1:35     1,234 tokens  changed [31m[bold]it",
    ]


def test_pipe_tells_a_wait_once() -> None:
    file = io.StringIO()
    lines = PlainLines(file)
    for _ in range(3):
        lines(RunWaiting("r", "provider", "529", 1.0, 5.0))
    assert file.getvalue() == "waiting(provider): 529; looked at again in 5 s\n"


@pytest.mark.parametrize(("seconds", "text"), [(0, "0 s"), (59.9, "59 s"), (185, "3:05"), (3723, "1:02:03")])
def test_durations_read_like_clocks(seconds: float, text: str) -> None:
    assert duration(seconds) == text
