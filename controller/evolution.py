"""The loop of lives. No I/O of its own: everything it does, the world's parts do."""

from collections.abc import Callable
from dataclasses import dataclass

from controller import life
from controller.contract import Limits, ModelInfo
from controller.errors import HeirloomError, StoppedEarly
from controller.generation import finish, live
from controller.ledger import Run, Try
from controller.outcome import Outcome
from controller.recall import recall
from controller.request import FREE_BYTES, free_bytes
from controller.world import World

WORLD_TRIES = 4  # tries that a fault of the world may end in a row before the run stops
WORLD_WAIT = 5.0  # seconds before the next one, doubled each time
UNWELCOME = {401: "the key is not known", 402: "there is no credit", 403: "the key may not use this model"}
LEAST_TOKENS = 1024  # a life that cannot have these is not begun
STATED_TIMEOUT = 600.0


@dataclass
class Evolution:
    """A run: lives, one after the other, until generation `run.until`."""

    world: World
    run: Run
    models: tuple[ModelInfo, ...]
    sleep: Callable[[float], None]
    push: Callable[[], None] = lambda: None
    tried: Try | None = None  # the last try that was begun

    def evolve(self) -> None:
        """Live until the run's last generation. Raises StoppedEarly, and RequestError as the parts do."""
        self.take_up()
        aborted = 0
        while (number := self.world.number() + 1) <= self.run.until:
            self.spendable()
            outcome = self.step(number)
            if outcome.name != "aborted":
                aborted = 0
                self.push()
                continue
            aborted += 1
            self.welcome()
            if aborted >= WORLD_TRIES:
                raise StoppedEarly(
                    f"generation {number} was ended by a fault of the world {aborted} times in a row "
                    "(the provider, the network, the disk); nothing is lost: run again when it answers"
                )
            self.sleep(WORLD_WAIT * 2 ** (aborted - 1))

    def welcome(self) -> None:
        """Raise StoppedEarly where the provider will not have us: waiting would not change that."""
        status = self.world.calls.last_status(self.tried.id) if self.tried else None
        if status in UNWELCOME:
            raise StoppedEarly(
                f"the provider refuses us ({status}: {UNWELCOME[status]}); mend that and run again, nothing is lost"
            )

    def take_up(self) -> None:
        """Finish what a dead controller left: an ended life is judged and recorded, another one is aborted."""
        for tried in self.world.journal.open_tries(self.world.lineage.branch):
            self.world.calls.book(tried.id)
            phases = self.world.journal.phases(tried.id)
            pushed = "judge" in phases or self.world.folder(tried).exists()
            if self.world.lineage.head() not in (tried.parent, phases.get("commit", {}).get("commit")):
                self.abort(tried, "the lineage was moved meanwhile")
            elif "fetch" in phases and pushed:
                finish(self.world, tried)
            else:
                self.abort(tried, "the controller ended")

    def abort(self, tried: Try, reason: str) -> None:
        """End a try that was not lived to its end; the same generation is lived again."""
        self.world.discard(tried)  # first: on a full disk it makes room to write down the rest
        self.world.calls.book(tried.id)
        self.world.journal.end_try(tried.id, "aborted", reason)
        self.world.tell(tried, "aborted", reason=reason)

    def spendable(self) -> None:
        """Raise StoppedEarly where disk or budget have nothing left for a life, or kept the last one from a call."""
        if free_bytes(self.world.lives) < FREE_BYTES:
            raise StoppedEarly(f"less than {FREE_BYTES // 2**20} MiB are free for {self.world.lives}; "
                               "free some space and run again")  # fmt: skip
        if over := self.world.calls.overbilled(self.run.id):
            raise StoppedEarly(f"the provider billed {over:,} tokens more than the bound on a call allows; the bound "
                               "is broken, so no budget can be promised: look at that before a new run",
                               final=True)  # fmt: skip
        used = self.world.calls.of_run(self.run.id)
        refused = self.tried is not None and self.world.calls.was_refused(self.tried.id)
        for kind, spent, limit in (("tokens", used.total + LEAST_TOKENS, self.run.tokens),
                                   ("calls", used.calls + 1, self.run.calls)):  # fmt: skip
            if limit is not None and (spent > limit or refused):
                raise StoppedEarly(f"the run's budget of {limit:,} {kind} is spent; "
                                   "run again with a new --budget or --calls to go on", final=True)  # fmt: skip

    def step(self, number: int) -> Outcome:
        """One try at a generation."""
        tried = self.tried = self.world.journal.begin_try(self.run, number, self.world.lineage.head())
        try:
            live(self.world, tried, self.newborn(tried))
        except (KeyboardInterrupt, HeirloomError, OSError) as error:
            if "fetch" not in self.world.journal.phases(tried.id):  # a life that came to its end will be judged
                self.abort(tried, "interrupted" if isinstance(error, KeyboardInterrupt) else str(error))
            raise
        return finish(self.world, tried)

    def newborn(self, tried: Try) -> life.Newborn:
        """What the next life is told."""
        used, bounds = self.world.calls.of_run(self.run.id), self.world.bounds
        limits = Limits(
            seconds=bounds.seconds,
            memory_bytes=bounds.memory_bytes,
            output_bytes=bounds.output_bytes,
            tokens=None if self.run.tokens is None else max(self.run.tokens - used.total, 0),
            calls=None if self.run.calls is None else max(self.run.calls - used.calls, 0),
            timeout=STATED_TIMEOUT,
        )
        told, goal = recall(self.world, tried.parent), self.world.operators_goal(tried.parent)
        return life.Newborn(self.models, limits, self.world.genome, goal, told.lines, self.world.asks, told.attempts)
