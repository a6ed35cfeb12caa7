"""What the world does to a run, one after the other: each has to leave the lineage that a quiet world leaves.

A trouble happens at a moment of a life, is seen by a real controller, and passes; then the run is gone on with.
"""

import contextlib
import json
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.harness.runs import Kept, controller, differences, ground, kept, lived, over, unsound

LIVES = 5
AT = 2  # the generation in which it happens: with seed 3 the first that evolves
SEED = 3
MIB = 2**20
DISK = 330 * MIB  # 256 of them have to be free for a run
HUNG = 150.0  # seconds after which a start is ended: no trouble of these lasts longer
TOUGH = 12  # starts after which a run has to be over
Event = Mapping[str, Any]


@dataclass
class Told:
    """What was seen of a run in trouble: how each start ended, and what it said last."""

    codes: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    aborted: int = 0
    wrong: list[str] = field(default_factory=list)


def watched(operator: Path, told: Told, act: Callable[[Event, int], None], *more: str) -> None:
    """One start of the controller; `act` hears each event, with the process."""
    words = [sys.executable, "-I", *controller(operator, LIVES, "--exit-on-pause", *more)]
    with (
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process,
        killed_after(process, HUNG, told),
    ):
        assert process.stdout is not None and process.stderr is not None
        for line in process.stdout:
            event = json.loads(line)
            told.aborted += event["event"] == "aborted"
            act(event, process.pid)
        told.said.append(process.stderr.read().strip())
    told.codes.append(process.returncode)
    if process.returncode not in (0, 2, 3, -signal.SIGKILL) or "Traceback" in told.said[-1]:
        told.wrong.append(f"ended with {process.returncode}: {told.said[-1][-2000:]}")


@contextmanager
def killed_after(process: "subprocess.Popen[str]", seconds: float, told: Told) -> Iterator[None]:
    """End a process that hangs, and say so."""

    def end() -> None:
        told.wrong.append(f"it hung for {seconds:.0f} s")
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def once(phase: str, act: Callable[[int], None]) -> Callable[[Event, int], None]:
    """To act when a phase of generation `AT` is first reported."""
    done: list[bool] = []

    def hear(event: Event, pid: int) -> None:
        if event["event"] == phase and event.get("generation") == AT and not done:
            done.append(True)
            act(pid)

    return hear


def quiet(folder: Path, isolation: str = "bubblewrap") -> list[Kept]:
    """The lineage as it is when nothing happens."""
    operator = ground(folder, SEED, isolation)
    done = lived(operator, LIVES, more=("--exit-on-pause",))
    assert done.returncode == 0, done.stderr
    return kept(operator)


def gone_on_with(operator: Path, told: Told, reference: Sequence[Kept]) -> Told:
    """The trouble is over: the same run has to come to its end, and to the same lineage."""
    while not over(operator):
        done = lived(operator, LIVES, more=("--exit-on-pause",))
        told.codes.append(done.returncode)
        if done.returncode or len(told.codes) > TOUGH:
            told.wrong.append(f"it does not go on: {done.returncode}: {done.stderr[-500:]}")
            break
    told.wrong += [*differences(reference, kept(operator)), *unsound(operator)]
    return told


@contextmanager
def small_disk(operator: Path) -> Iterator[Path]:
    """The whole of `.git`, our state too, on a small disk of its own."""
    place, was = operator / ".git", operator / "was"
    place.rename(was)
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0755", "tmpfs", str(place)], check=True)
    try:
        shutil.copytree(was, place, dirs_exist_ok=True, symlinks=True)
        shutil.rmtree(was)
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> None:
    """Write until nothing more fits."""
    with (place / "filler").open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while stream.write(bytes(MIB)) == MIB:
            pass
        while stream.write(bytes(512)):
            pass


def full_disk(folder: Path, reference: Sequence[Kept], phase: str) -> Told:
    """The disk is full from a phase on, until the controller has stopped."""
    operator, told = ground(folder, SEED), Told()
    with small_disk(operator) as place:
        watched(operator, told, once(phase, lambda _: fill(place)))
        watched(operator, told, lambda *_: None)  # it is full still
        (place / "filler").unlink()
        gone_on_with(operator, told, reference)
        if told.codes[:2] == [0, 0]:
            told.wrong.append("the full disk was never noticed")
    return told


@contextmanager
def read_only(place: Path) -> Iterator[None]:
    """A folder that cannot be written in, for root either."""
    subprocess.run(["mount", "--bind", str(place), str(place)], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", str(place)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def unwritable(folder: Path, reference: Sequence[Kept], place: str, phase: str) -> Told:
    """A folder below `.git` cannot be written in from a phase on, until the controller has stopped."""
    operator, told = ground(folder, SEED), Told()
    with ExitStack() as held:
        watched(operator, told, once(phase, lambda _: held.enter_context(read_only(operator / ".git" / place))))
        watched(operator, told, lambda *_: None)
    return gone_on_with(operator, told, reference)


def lock_left(folder: Path, reference: Sequence[Kept], lock: str, phase: str) -> Told:
    """A lock of git's is left behind below `.git` by a git that was killed."""
    operator, told = ground(folder, SEED), Told()
    file = operator / ".git" / lock

    def leave(_: int) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()

    watched(operator, told, once(phase, leave))
    if told.codes[-1] != 0:
        watched(operator, told, lambda *_: None)
        if told.codes[-1] != 0 and file.name not in told.said[-1]:
            told.wrong.append(f"the message does not name the lock: {told.said[-1]}")
    file.unlink(missing_ok=True)
    return gone_on_with(operator, told, reference)
