"""A run that stands still: it says why, looks at the world again and again, and goes on when that answers.

The pauses between two looks double up to `LONGEST`. They grow on while tries go on to fail: a provider whose list of
models answers may still be too busy for a call.
"""

from collections.abc import Callable
from dataclasses import dataclass

from controller.errors import Held, StoppedEarly
from controller.events.kinds import Notify, RunContinued, RunWaiting
from controller.gateway.faults import fault_status
from controller.ledger.pauses import Pauses

FIRST, LONGEST = 5.0, 300.0  # seconds between two looks


@dataclass
class Standstill:
    """Waits for the world. `look` gives an HTTP status, or None where only the next try can tell.

    `leave`: stop the run (exit code 3) where it would stand still.
    """

    pauses: Pauses
    notify: Notify
    look: Callable[[], int | None]
    sleep: Callable[[float], None]
    clock: Callable[[], float]
    leave: bool = False
    looks: int = 0  # since a try came to its end

    def take_up(self, run: str) -> None:
        """Go on with the pause that an ended controller left, if it did: look before the next life."""
        pause = self.pauses.of_run(run)
        if pause is None or pause.look is None:
            return
        if answers(self.look()):
            self.go_on(run)
        else:
            self.wait(run, pause.kind, pause.reason)

    def wait(self, run: str, kind: str, reason: str) -> None:
        """Stand still until the world answers, or until it is time for a try. Raises StoppedEarly."""
        waiting = True
        while waiting:
            seconds = min(FIRST * 2.0 ** min(self.looks, 10), LONGEST)
            self.looks += 1
            pause = self.pauses.begin(run, kind, reason, look=self.clock() + seconds)
            if self.leave:
                raise StoppedEarly(f"{pause}: {reason}; run again when that has passed, nothing is lost")
            self.notify(RunWaiting(run, kind, reason, pause.since, seconds))
            self.sleep(seconds)
            waiting = kind == "provider" and not answers(self.look())
        self.go_on(run)

    def go_on(self, run: str) -> None:
        """The pause is over."""
        self.pauses.over(run)
        self.notify(RunContinued(run))

    def lived(self) -> None:
        """A try came to its end: the next pause is short again."""
        self.looks = 0


def answers(status: int | None) -> bool:
    """Whether a look says that a life can be tried. Raises Held where waiting would change nothing."""
    fault = fault_status(status)
    if fault is not None and not fault.passes:
        raise Held("refused", f"the provider refuses us ({status}: {fault.advice})")
    return fault is None
