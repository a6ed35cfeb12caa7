"""What the world does to a run, by name: each trouble has to leave the lineage that a quiet world leaves.

A trouble begins at a phase of a life, is met by a real controller, and passes; then the same run is gone on with.
"""

import json
import os
import resource
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it ships no types

from bench.harness.compare import Kept, differences, kept, unsound
from bench.harness.runs import command, is_over, make_operator, start

LIVES = 5
AT = 2  # the generation in which it happens: with seed 3 the first that evolves
SEED = 3
MIB = 2**20
DISK = 330 * MIB  # 256 of them have to be free for a run
HUNG = 600.0  # seconds after which a start is ended: no trouble of these lasts longer
STARVED = 8.0  # seconds without memory, until the controller is ended
MOST_STARTS = 12  # after which a run has to be over
STAYS = "--exit-on-pause"
STORE = "heirloom/lineages/lineage%2Fmain/store.git"  # of our own, below .git
ATTEMPT = f"refs/heirloom/lineage/main/{AT}.1.lock"


@dataclass
class Seen:
    """What was seen of a run in trouble: how each start ended, and what it said last."""

    codes: list[int] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    aborted: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Trouble:
    """What begins at a phase of generation `AT`.

    `begin` gets the operator's repository and the controller's process, and puts on the stack what ends it again.
    `lasts`: the next start meets it too. `noticed`: one of these two has to stop. `small_disk`: .git lies on one.
    """

    phase: str
    begin: Callable[[Path, int, ExitStack], object]
    lasts: bool = False
    noticed: bool = False
    small_disk: bool = False
    lock: str = ""  # what a refusal has to name
    may_die: bool = False  # of the trouble itself: what counts is what it left


def quiet(folder: Path) -> list[Kept]:
    """The lineage as it is when nothing happens."""
    operator = make_operator(folder, SEED)
    done = start(operator, LIVES, STAYS)
    assert done.returncode == 0, done.stderr
    return kept(operator)


def live_through(trouble: Trouble, folder: Path, reference: Sequence[Kept]) -> Seen:
    """One run with a trouble in it; what is wrong with what it left is in `wrong`."""
    operator, seen = make_operator(folder, SEED), Seen()
    with ExitStack() as machine:
        if trouble.small_disk:
            machine.enter_context(small_disk(operator))
        with ExitStack() as while_it_lasts:
            start_watched(operator, seen, trouble.phase, lambda pid: trouble.begin(operator, pid, while_it_lasts))
            if seen.codes == [1] and trouble.may_die:
                seen.wrong.clear()
            if trouble.lasts and (trouble.noticed or seen.codes != [0]):
                start_watched(operator, seen)
        if trouble.noticed and seen.codes == [0, 0]:
            seen.wrong.append("it was never noticed")
        if trouble.lock and seen.codes[1:] not in ([], [0]) and trouble.lock not in seen.said[-1]:
            seen.wrong.append(f"the message does not name the lock: {seen.said[-1]}")
        go_on(operator, seen)
        seen.wrong += [*differences(reference, kept(operator)), *unsound(operator)]
    return seen


def nothing(_: int) -> None:
    """What begins in a start that is only watched."""


def start_watched(operator: Path, seen: Seen, phase: str = "", begin: Callable[[int], object] = nothing) -> None:
    """One start of the controller; `begin` is called once, with its process, at a phase of generation `AT`."""
    words, begun = command(operator, LIVES, STAYS), False
    with (
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process,
        killed_after(process, HUNG, seen),
    ):
        assert process.stdout is not None and process.stderr is not None
        for line in process.stdout:
            event = json.loads(line)
            seen.aborted += event["event"] == "aborted"
            if (event["event"], event.get("generation")) == (phase, AT) and not begun:
                begun = True
                begin(process.pid)
        seen.said.append(process.stderr.read().strip())
    seen.codes.append(process.returncode)
    if process.returncode not in (0, 2, 3, -signal.SIGKILL) or "Traceback" in seen.said[-1]:
        seen.wrong.append(f"ended with {process.returncode}: {seen.said[-1][-2000:]}")


@contextmanager
def killed_after(process: "subprocess.Popen[str]", seconds: float, seen: Seen) -> Iterator[None]:
    """End a process that hangs, and say so."""

    def end() -> None:
        seen.wrong.append(f"it hung for {seconds:.0f} s")
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def go_on(operator: Path, seen: Seen) -> None:
    """The trouble is over: start the same run until it comes to its end."""
    while not is_over(operator):
        done = start(operator, LIVES, STAYS)
        seen.codes.append(done.returncode)
        if done.returncode or len(seen.codes) > MOST_STARTS:
            seen.wrong.append(f"it does not go on: {done.returncode}: {done.stderr[-500:]}")
            break


@contextmanager
def small_disk(operator: Path) -> Iterator[None]:
    """The whole of `.git`, our state too, on a small disk of its own."""
    place, was = operator / ".git", operator / "was"
    place.rename(was)
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0755", "tmpfs", str(place)], check=True)
    try:
        shutil.copytree(was, place, dirs_exist_ok=True, symlinks=True)
        shutil.rmtree(was)
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill_disk(operator: Path, _: int, stack: ExitStack) -> None:
    """Write until nothing more fits."""
    filler = operator / ".git" / "filler"
    stack.callback(filler.unlink)
    with filler.open("wb", buffering=0) as stream, suppress(OSError):
        while stream.write(bytes(MIB)) == MIB:
            pass
        while stream.write(bytes(512)):
            pass


def close_folder(operator: Path, _: int, stack: ExitStack, place: str) -> None:
    """A folder below `.git` that cannot be written in, for root either."""
    folder = str(operator / ".git" / place)
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    stack.callback(subprocess.run, ["umount", "-l", folder], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)


def leave_lock(operator: Path, _: int, stack: ExitStack, lock: str) -> None:
    """A lock of git's is left behind below `.git` by a git that was killed."""
    file = operator / ".git" / lock
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    stack.callback(file.unlink, missing_ok=True)


def stop_process(_: Path, pid: int, __: ExitStack, seconds: float) -> None:
    """The controller stands still for a while, in the middle of a life."""
    time.sleep(0.1)
    os.kill(pid, signal.SIGSTOP)
    time.sleep(seconds)
    os.kill(pid, signal.SIGCONT)


def starve(_: Path, pid: int, __: ExitStack, spare: int) -> None:
    """The controller gets no more memory than it has, and `spare` bytes."""
    with suppress(psutil.NoSuchProcess, ProcessLookupError):
        process = psutil.Process(pid)
        size = process.memory_info().vms + spare
        resource.prlimit(pid, resource.RLIMIT_AS, (size, size))
        # What waits for memory for ever, the kernel would end: a thread that dies as it starts hangs Python itself
        threading.Timer(STARVED, lambda: process.kill() if process.is_running() else None).start()


def make_cases() -> Iterator[tuple[str, Trouble]]:
    """Every trouble that passes soon, with its name."""
    for phase in ("clone", "live", "fetch", "judge", "record", "done"):
        full = Trouble(phase, fill_disk, lasts=True, noticed=True, small_disk=True)
        yield f"a full disk, from {phase} on", full
    closed = (("heirloom", "live"), ("heirloom/lives", "done"), (STORE, "live"), (STORE, "fetch"))
    for place, phase in (*closed, ("objects", "live"), ("refs", "live")):
        name = place.replace(STORE, "store.git")
        trouble = Trouble(phase, partial(close_folder, place=place), lasts=True, noticed=True)
        yield f"{name} cannot be written, from {phase} on", trouble
    refs = ("refs/heads/lineage/main.lock", "packed-refs.lock", ATTEMPT, "index.lock")
    for lock in (*refs, *(f"{STORE}/{ref}" for ref in (*refs, "HEAD.lock"))):
        left = Trouble("live", partial(leave_lock, lock=lock), lasts=True, lock=Path(lock).name)
        yield f"{lock.replace(STORE, 'store.git')} left behind", left
    for phase, spare in (("live", 0), ("fetch", MIB), ("done", MIB)):
        starved = Trouble(phase, partial(starve, spare=spare), may_die=True)
        yield f"no memory for the controller, from {phase} on", starved
    yield "a controller that stands still for 3 s", Trouble("live", partial(stop_process, seconds=3.0))


CASES = dict(make_cases())
SLOW_CASES = {"a controller that stands still for 60 s": Trouble("live", partial(stop_process, seconds=60.0))}
