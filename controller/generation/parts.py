"""What lives are lived with: made once a run, passed to every phase."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, AgentContext, Goal, one_line
from controller.errors import RequestError
from controller.events.kinds import Notify
from controller.gates.candidate import FindingStore
from controller.gateway.server import Gateway
from controller.generation.instruction import Instruction
from controller.git.lineage import Lineage
from controller.git.log import Generation, generations, newest_on, tip
from controller.ledger.calls import Calls
from controller.ledger.journal import Journal
from controller.ledger.judgements import Judgements
from controller.ledger.life import Try
from controller.life import workspace
from controller.memory import parse_context
from controller.sandbox.isolation import Isolation
from controller.sandbox.limits import Bounds
from controller.sandbox.process_tree import end_strays
from controller.settings.gate_policy import DEFAULTS, Policy


@dataclass(frozen=True)
class Parts:
    """The parts of a run. `stamps`: the trailers that are the same for every generation of it.

    `judgements`: by a try's id, what the ledger keeps of its judging; `types`: the folder of mypy's cache.
    """

    lineage: Lineage
    isolation: Isolation
    gateway: Gateway
    journal: Journal
    calls: Calls
    lives: Path
    bounds: Bounds
    notify: Notify
    stamps: Mapping[str, str]
    seed: int
    genome: tuple[str, ...]
    goal: Goal | None  # the operator's
    queue: tuple[Goal, ...] = ()  # theirs too, after that one
    asks: int = 3  # how often a life may ask the gates
    known: FindingStore = field(default_factory=lambda: dict[str, Any]())
    judgements: Callable[[int], Judgements | None] = lambda _: None
    types: Path | None = None
    policy: Policy = DEFAULTS  # of the gates
    directed: Instruction | None = None  # by an instruction of the operator's
    kept: Path | None = None  # where the folders of the last `keep` lives go
    keep: int = 0

    def folder(self, tried: Try) -> Path:
        """Where a try's life lies: the same after a restart."""
        return self.lives / f"{tried.id}-{tried.generation}.{tried.number}"

    def discard(self, tried: Try) -> None:
        """Remove what a try left on disk."""
        workspace.remove(self.folder(tried))
        workspace.remove(self.gates_folder(tried))
        workspace.remove(self.asks_folder(tried))
        self.lineage.store.run("update-ref", "-d", self.asks_ref(tried))

    def put_away(self, tried: Try) -> None:
        """As `discard`, but the life's folder is kept where the operator wishes that, for a person to look into."""
        folder = self.folder(tried)
        if self.keep and self.kept and folder.exists():
            self.kept.mkdir(mode=0o700, exist_ok=True)
            folder.rename(self.kept / folder.name)
            ours = (path for path in self.kept.iterdir() if path.name.partition("-")[0].isdecimal())
            lives = sorted(ours, key=lambda path: int(path.name.partition("-")[0]))
            for old in lives[: -self.keep]:
                workspace.remove(old)
        self.discard(tried)

    def sweep(self, tried: Try) -> None:
        """End what a dead controller left running of a try, where the kernel did not."""
        if not self.isolation.contained:
            end_strays((self.folder(tried), self.gates_folder(tried), self.asks_folder(tried)))

    def gates_folder(self, tried: Try) -> Path:
        """Where a try's attempt is judged."""
        return self.lives / f"{tried.id}.gates"

    def asks_folder(self, tried: Try) -> Path:
        """Where what a life has pushed so far is judged, when it asks."""
        return self.lives / f"{tried.id}.asks"

    def asks_ref(self, tried: Try) -> str:
        """Where it is kept for that long, in the store alone: no attempt."""
        return f"refs/asked/{tried.id}"

    @property
    def dry(self) -> bool:
        """Whether what is lived is to be shown and not recorded."""
        return self.directed is not None and self.directed.consent == "never"

    def context(self, commit: str) -> AgentContext:
        """The lineage's memory. Raises RequestError where it is missing, too large or not sound."""
        found = parse_context(self.lineage.read(commit, CONTEXT_FILE, CONTEXT_BYTES))
        if found is None:
            raise RequestError(
                f"{CONTEXT_FILE} at {commit[:10]} is missing, not valid, or over {CONTEXT_BYTES:,} bytes; "
                "mend it on your branch and commit, or start --from a commit that has a sound one"
            )
        return found

    def number(self) -> int:
        """The generation that the lineage stands at; 0 before the first."""
        head = self.lineage.head()
        if newest := tip(self.lineage.store, head):  # not every one has an entry in the memory
            return newest.number
        history = self.context(head).history
        return history[-1].generation if history else 0

    def operators_goal(self, parent: str) -> Goal | None:
        """The first of the operator's goals that the lineage has neither met nor dropped."""
        if self.directed:
            return self.goal
        wanted = [*([self.goal] if self.goal else []), *self.queue]
        now = self.context(parent).goal if wanted else None
        last: dict[str, Generation] | None = None
        for goal in wanted:
            old = now if now is not None and now.title == goal.title else None
            if old is None:
                last = newest_on(generations(self.lineage.store, parent)) if last is None else last
                one = last.get(one_line(goal.title))
                old = self.context(one.commit).goal if one else None
            if old is None or old.title != goal.title:
                return goal
            if old.status == "open":
                return goal.model_copy(update={"attempts": old.attempts})
        return None
