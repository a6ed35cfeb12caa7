"""When a run lives, waits, is paused or stops: one state machine, its transitions as data.

running    lives are lived
waiting    for the world: a provider that answers, room on the disk, the next day; it is looked at again and again
paused     until somebody resumes the run: the operator or a rule paused it, or something must be mended first
stopping   the run ends before the next life

`follow` is the machine, and pure. `Pausing` holds the state of one run and acts on it: a pause stands in the ledger
before it begins, so that it outlives the controller.
"""

import threading
import time
from collections.abc import Callable, Mapping
from enum import Enum

from controller.errors import Held, StoppedEarly
from controller.events.kinds import Notify, RunContinued, RunPaused, RunWaiting
from controller.gateway.faults import fault_status
from controller.ledger.pauses import Pause, Pauses

FIRST, LONGEST = 5.0, 300.0  # seconds between two looks at the world
LISTEN = 0.2  # seconds between two looks at the state: a signal changes it and can notify nobody
LASTING = ("operator", "breaker")  # kinds of pause that a new controller keeps; what else paused a run may be mended
BY_OPERATOR = "paused by the operator"
STOPPED = "stopped as asked; run again to go on, nothing is lost"


class State(Enum):
    """What a run does. The values are the words of `heirloom pause --json` and its like."""

    RUNNING = "living"
    WAITING = "waiting"
    PAUSED = "paused"
    STOPPING = "stopping"


class Change(Enum):
    """What may happen to the state of a run."""

    PAUSE = "pause"  # somebody has to resume the run
    RESUME = "resume"
    STOP = "stop"
    WAIT = "wait"  # the world does not answer, or has no room for a life
    CONTINUE = "continue"  # the world answers


TRANSITIONS: Mapping[tuple[State, Change], State] = {
    (State.RUNNING, Change.PAUSE): State.PAUSED,
    (State.RUNNING, Change.RESUME): State.RUNNING,
    (State.RUNNING, Change.STOP): State.STOPPING,
    (State.RUNNING, Change.WAIT): State.WAITING,
    (State.RUNNING, Change.CONTINUE): State.RUNNING,  # a pause that came and went inside a wait
    (State.WAITING, Change.PAUSE): State.PAUSED,
    (State.WAITING, Change.RESUME): State.WAITING,  # nobody can resume the world
    (State.WAITING, Change.STOP): State.STOPPING,
    (State.WAITING, Change.WAIT): State.WAITING,
    (State.WAITING, Change.CONTINUE): State.RUNNING,
    (State.PAUSED, Change.PAUSE): State.PAUSED,
    (State.PAUSED, Change.RESUME): State.RUNNING,
    (State.PAUSED, Change.STOP): State.STOPPING,
    (State.PAUSED, Change.WAIT): State.PAUSED,  # the world ends no pause that waits for a person
    (State.PAUSED, Change.CONTINUE): State.PAUSED,
    (State.STOPPING, Change.PAUSE): State.STOPPING,  # the pause holds for the next controller
    (State.STOPPING, Change.RESUME): State.STOPPING,
    (State.STOPPING, Change.STOP): State.STOPPING,
}


def follow(state: State, change: Change) -> State:
    """The state after a change. Raises StoppedEarly where there is none: a run that stops waits for nothing."""
    after = TRANSITIONS.get((state, change))
    if after is None:
        raise StoppedEarly(STOPPED)
    return after


def seconds_between_looks(looks: int) -> float:
    """How long to wait for the world after so many looks: each time twice as long, up to `LONGEST`."""
    return min(FIRST * 2.0 ** min(looks, 10), LONGEST)


def world_answers(status: int | None) -> bool:
    """Whether a look (an HTTP status; None: only a try can tell) says that a life can be tried.

    Raises Held where waiting would change nothing.
    """
    fault = fault_status(status)
    if fault is not None and not fault.passes:
        raise Held("refused", f"the provider refuses us ({status}: {fault.advice})")
    return fault is None


def no_look() -> None:
    """Where there is no provider to look at: only a try can tell."""


class Pausing:
    """The state of one run. Any thread may change it; the main thread acts on it between lives.

    `leave`: end the run (exit code 3) where it would wait or be paused. `sleep`: for seconds; None: wait, and raise
    StoppedEarly as soon as the run is to stop.
    """

    def __init__(self, notify: Notify, leave: bool = False, sleep: Callable[[float], None] | None = None) -> None:
        self._notify, self._leave = notify, leave
        self._sleep = sleep or self.sleep
        self._run = ""
        self._pauses: Pauses | None = None
        self._clock: Callable[[], float] = time.time
        self._look: Callable[[], int | None] = no_look
        self._state = State.RUNNING
        self._stopping = False  # apart from the state: a signal sets it, and cannot wait for a lock
        self._changed = threading.Condition()
        self._looks = 0  # at the world, since a try came to its end
        self._awaited: tuple[str, str, float] | None = None  # kind, reason and next look of the wait that goes on

    @property
    def state(self) -> State:
        """What the run does now."""
        return State.STOPPING if self._stopping else self._state

    def begin(
        self, run: str, pauses: Pauses, look: Callable[[], int | None], clock: Callable[[], float] = time.time
    ) -> None:
        """From now on the pauses are this run's. `look`: at the provider; an HTTP status, or None. `clock`: epoch, s.

        A pause by the operator or a rule, left by a controller that ended, holds; whatever else held it is tried again.
        """
        with self._changed:
            self._run, self._pauses, self._look, self._clock = run, pauses, look, clock
            pause = pauses.of_run(run)
            if pause is None or pause.look is not None:
                return
            if pause.kind in LASTING:
                self._follow(Change.PAUSE)
            else:
                pauses.end(run)

    def close(self) -> None:
        """The run ended, and its ledger is about to be closed."""
        with self._changed:
            self._pauses = None

    def pause(self, kind: str = "operator", reason: str = BY_OPERATOR) -> None:
        """Pause before the next life, until somebody resumes the run. Durable when this returns, once a run began."""
        with self._changed:
            self._follow(Change.PAUSE)
            if self._pauses is None:
                return
            found = self._pauses.of_run(self._run)
            if found is None or found.look is not None:
                self._pauses.begin(self._run, kind, reason)

    def resume(self) -> None:
        """End a pause."""
        with self._changed:
            self._follow(Change.RESUME)
            if self._pauses is not None:
                found = self._pauses.of_run(self._run)
                if found is not None and found.look is None:
                    self._pauses.end(self._run)
                self._wait_again()
            self._changed.notify_all()

    def stop(self) -> None:
        """End the run when the life that is lived has been recorded. Takes no lock: a signal's handler calls it."""
        self._stopping = True

    def check(self) -> None:
        """Raise StoppedEarly where the run is to stop."""
        if self.state is State.STOPPING:
            raise StoppedEarly(STOPPED)

    def stay_paused(self, meanwhile: Callable[[], None] | None = None) -> None:
        """Return at once, or when a paused run is resumed. `meanwhile` is called again and again until then.

        Raises StoppedEarly where the run is to stop, or would be paused and is to leave.
        """
        self.check()
        pause = self._durable_pause()
        if pause is None:
            return
        if self._leave:
            raise StoppedEarly(f"{pause}: {pause.reason}; `heirloom resume`, then run again, nothing is lost")
        self._notify(RunPaused(self._run, pause.kind, pause.reason))
        while self.state is State.PAUSED:
            with self._changed:
                self._changed.wait(LISTEN)
            self.check()
            if meanwhile is not None:
                meanwhile()
        self.check()
        self._notify(RunContinued(self._run))

    def take_up(self) -> None:
        """Go on with a wait for the world that an ended controller left: look, then wait or live. Raises as `wait`."""
        pause = self._ledger().of_run(self._run)
        if pause is None or pause.look is None:
            return
        if world_answers(self._look()):
            self._continue()
        else:
            self.wait(pause.kind, pause.reason)

    def wait(self, kind: str, reason: str) -> None:
        """Wait until the provider answers; for anything else, until it is time to look at it.

        `kind`: provider, disk or day. Raises StoppedEarly, and Held where waiting would change nothing.
        """
        waiting = True
        while waiting:
            self._wait_once(kind, reason)
            waiting = kind == "provider" and not world_answers(self._look())
        self._continue()

    def try_ended(self) -> None:
        """A try was not aborted by the world: the next wait is short again."""
        self._looks = 0

    def sleep(self, seconds: float) -> None:
        """Wait for a while. Raises StoppedEarly as soon as the run is to stop."""
        slept = 0.0
        while slept < seconds and self.state is not State.STOPPING:
            part = min(LISTEN, seconds - slept)
            with self._changed:
                self._changed.wait(part)
            slept += part
        self.check()

    def _wait_once(self, kind: str, reason: str) -> None:
        """Write the wait down, report it, and sleep until the next look."""
        self._follow(Change.WAIT)
        pauses = self._ledger()
        seconds = seconds_between_looks(self._looks)
        self._looks += 1
        look = self._clock() + seconds
        pause = pauses.begin(self._run, kind, reason, look=look)
        if self._leave:
            raise StoppedEarly(f"{pause}: {reason}; run again when that has passed, nothing is lost")
        self._notify(RunWaiting(self._run, kind, reason, pause.since, seconds))
        self._awaited = (kind, reason, look)
        self._sleep(seconds)

    def _wait_again(self) -> None:
        """A pause that came inside a wait for the world is over, and the wait is not: state and ledger say so."""
        if self._awaited is not None and self._pauses is not None and self._state is State.RUNNING:
            kind, reason, look = self._awaited
            self._follow(Change.WAIT)
            self._pauses.begin(self._run, kind, reason, look=look)

    def _continue(self) -> None:
        """What was waited for has come."""
        self._awaited = None
        self._ledger().over(self._run)
        self._follow(Change.CONTINUE)
        self._notify(RunContinued(self._run))

    def _follow(self, change: Change) -> None:
        """Change the state. Raises StoppedEarly where the table has no row."""
        with self._changed:
            self._state = follow(self.state, change)

    def _durable_pause(self) -> Pause | None:
        """The pause that the run is in, which stands in the ledger now; None: it is not paused."""
        with self._changed:
            if self.state is not State.PAUSED:
                return None
            pauses = self._ledger()
            pause = pauses.of_run(self._run)
            if pause is None or pause.look is not None:  # asked for before the run began, or overtaken by a wait
                pause = pauses.begin(self._run, "operator", BY_OPERATOR)
            return pause

    def _ledger(self) -> Pauses:
        """The pauses of the run, which has begun."""
        assert self._pauses is not None, "begin() comes first"
        return self._pauses
