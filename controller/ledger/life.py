"""What the journal knows of one life: the try, and its phases as far as they were begun."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from controller.contract import Outcome
from controller.ledger.phases import Approval, Commit, End, Newborn, Phase, Push, Requests, Result, Spawn
from controller.ledger.report import Report
from controller.sandbox.limits import Bounds

FIELDS: Mapping[type[Phase], str] = {
    Spawn: "spawn",
    Requests: "requests",
    End: "end",
    Push: "push",
    Result: "result",
    Approval: "approval",
    Commit: "commit",
}


@dataclass(frozen=True)
class Try:
    """One attempt at living a generation. `parent`: the commit that it runs and starts from.

    `head`: where the branch stood, where parents are chosen and a commit of the log is to tell it; "" in a plain line.
    """

    id: int
    run: str
    generation: int
    number: int
    parent: str
    started: float
    head: str = ""

    @property
    def stood(self) -> str:
        """Where the branch stood when it was begun."""
        return self.head or self.parent


@dataclass(frozen=True)
class Life:
    """A try and what became of it so far; a phase that was not begun is None.

    `closed`: the outcome that the try was closed with, "aborted" too; "" while it is open.
    """

    tried: Try
    closed: str = ""
    spawn: Spawn | None = None
    requests: Requests = field(default_factory=Requests)
    end: End | None = None
    push: Push | None = None
    result: Result | None = None
    approval: Approval | None = None
    commit: Commit | None = None

    def after(self, phases: Iterable[Phase]) -> "Life":
        """This life with these phases begun."""
        begun: dict[str, Any] = {FIELDS[type(phase)]: phase for phase in phases}
        return replace(self, **begun)

    @property
    def ended(self) -> bool:
        """Whether the child's end is journalled; only then what it pushed counts."""
        return self.end is not None

    @property
    def judged(self) -> bool:
        """Whether its outcome is journalled."""
        return self.result is not None

    @property
    def stamps(self) -> Mapping[str, str]:
        """The trailers of its run, as they were when it was born; none before."""
        return self.spawn.stamps if self.spawn else {}

    @property
    def newborn(self) -> Newborn:
        """Its birth. Only of a life whose birth is journalled."""
        assert self.spawn is not None and self.spawn.birth is not None
        return self.spawn.birth

    @property
    def bounds(self) -> Bounds:
        """What it may use of the machine. Only of a life whose birth is journalled."""
        assert self.spawn is not None and self.spawn.bounds is not None
        return self.spawn.bounds

    @property
    def attempt(self) -> str | None:
        """The commit that it pushed, once that is fetched."""
        return self.push.attempt if self.push else None

    @property
    def outcome(self) -> Outcome:
        """What became of it. Only of a life that is judged."""
        assert self.result is not None
        return self.result.outcome

    @property
    def reports(self) -> tuple[Report, ...]:
        """The gates' answers, where they were asked."""
        return self.result.reports if self.result else ()

    @property
    def exit(self) -> str:
        """How the child ended: "exit 10", "signal 9", "killed(wall)"; "" before."""
        if self.end is None:
            return ""
        if self.end.limit:
            return f"killed({self.end.limit})"
        return self.end.exit
