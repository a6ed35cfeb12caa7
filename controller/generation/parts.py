"""What lives are lived with: made once a run, passed to every phase. Nothing of one life is kept here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, GENOME_TOKENS, AgentContext, Goal
from controller.errors import RequestError
from controller.events.kinds import Notify
from controller.gates.candidate import FindingStore
from controller.gateway.server import Gateway
from controller.generation.instruction import Instruction
from controller.git.lineage import Lineage
from controller.git.log import tip
from controller.ledger.calls import Calls
from controller.ledger.journal import Journal
from controller.ledger.judgements import Judgements
from controller.ledger.life import Try
from controller.life import workspace
from controller.memory import parse_context
from controller.sandbox.isolation import Isolation
from controller.sandbox.limits import Bounds
from controller.sandbox.process_tree import end_strays
from controller.settings.gate_policy import DEFAULTS, GatePolicy


@dataclass(frozen=True)
class Parts:
    """The parts of a run; several lives may be lived with them at once.

    `stamps`: the trailers that are the same for every generation of the run. `goal`: the operator's; `later_goals`:
    theirs too, after that one. `asks`: how often a life may ask the gates. `judgements`: by a try's id, what the ledger
    keeps of its judging. `types`: the folder of mypy's cache. `policy`: of the gates. `genome_tokens`: the most code
    that agent/ may hold. `instruction`: the operator's, for the one life of `heirloom instruct`. `kept`: where the
    folders of the last `keep` lives go. `champion`: the commit that evidence is for, once there is one.
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
    goal: Goal | None
    later_goals: tuple[Goal, ...] = ()
    asks: int = 3
    known: FindingStore = field(default_factory=lambda: dict[str, Any]())
    judgements: Callable[[int], Judgements | None] = lambda _: None
    types: Path | None = None
    policy: GatePolicy = DEFAULTS
    genome_tokens: int = GENOME_TOKENS
    instruction: Instruction | None = None
    kept: Path | None = None
    keep: int = 0
    champion: Callable[[], str | None] = lambda: None

    def folder(self, tried: Try) -> Path:
        """Where a try's life lies: the same after a restart."""
        return self.lives / f"{tried.id}-{tried.generation}.{tried.number}"

    def discard(self, tried: Try) -> None:
        """Remove what a try left on disk."""
        workspace.remove(self.folder(tried))
        workspace.remove(self.gates_folder(tried))
        workspace.remove(self.asks_folder(tried))
        self.lineage.drop(self.asks_ref(tried))

    def put_away(self, tried: Try) -> None:
        """As `discard`, but the life's folder is kept where the operator wishes that, for a person to look into."""
        folder = self.folder(tried)
        if self.keep and self.kept is not None and folder.exists():
            self.kept.mkdir(mode=0o700, exist_ok=True)
            folder.rename(self.kept / folder.name)
            for old in kept_lives(self.kept)[: -self.keep]:
                workspace.remove(old)
        self.discard(tried)

    def sweep(self, tried: Try) -> None:
        """End what a dead controller left running of a try, where the kernel did not."""
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
        return self.instruction is not None and self.instruction.consent == "never"

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
        newest = tip(self.lineage.store, head)
        if newest is not None:  # not every one has an entry in the memory
            return newest.number
        history = self.context(head).history
        if not history:
            return 0
        return history[-1].generation


def kept_lives(folder: Path) -> list[Path]:
    """The folders of lives that are kept, oldest first; what else lies there is not ours."""
    found: dict[int, Path] = {}
    for path in folder.iterdir():
        try_id = path.name.partition("-")[0]
        if try_id.isdecimal():
            found[int(try_id)] = path
    return [found[try_id] for try_id in sorted(found)]
