"""The loop of lives. No I/O of its own: everything it does, the world's parts do."""

from dataclasses import dataclass

from controller.archive.choice import choose
from controller.contract import ABORTED, Limits, ModelInfo, Outcome
from controller.errors import HeirloomError, Held, StoppedEarly
from controller.events.kinds import Aborted
from controller.gateway.upstreams.upstream import Catalogue
from controller.generation.briefing import brief
from controller.generation.consent import DRY_RUN
from controller.generation.generation import finish
from controller.generation.goals import operators_goal
from controller.generation.live import live
from controller.generation.parts import Parts
from controller.ledger.journal import Run
from controller.ledger.life import Try
from controller.ledger.phases import Newborn
from controller.ledger.usage import Allowance
from controller.run.between_lives import BetweenLives
from controller.run.pausing import Pausing, world_answers
from controller.settings.amounts import NANO, dollars
from controller.settings.limit import Limit
from controller.state.place import FREE_BYTES, free_bytes

DISK_TRIES = 4  # tries in a row that a full disk may end before the run stops: what fills it may be the genome
LEAST_TOKENS = 1024  # a life that cannot have these is not begun
STATED_TIMEOUT = 600.0


@dataclass
class Evolution:
    """A run: lives, one after the other, until generation `run.until`."""

    parts: Parts
    run: Run
    models: tuple[ModelInfo, ...]
    pausing: Pausing
    between: BetweenLives
    over: bool = False  # a dry run was lived
    tried: Try | None = None  # the last try that was begun

    def evolve(self) -> None:
        """Live until the run's last generation. Raises StoppedEarly, and RequestError as the parts do."""
        while True:
            try:
                self.take_up()
                self.pausing.take_up()
                return self.lives()
            except Held as held:
                if held.kind == "refused" and not isinstance(self.parts.gateway.upstream, Catalogue):
                    raise  # a script or a recording that came to its end
                self.pausing.pause(held.kind, str(held))
                self.pausing.stay_paused()  # a try may be open: nothing else is done meanwhile

    def lives(self) -> None:
        """Life after life. Raises Held where somebody has to act."""
        full = 0
        while not self.over and self.parts.number() < self.parts.journal.until(self.run.id):
            self.between.before_life()  # it may move the lineage, as the operator wished
            self.parts.lineage.check()
            self.spendable()
            number = self.parts.number() + 1
            outcome = self.step(number)
            self.over = outcome.detail == DRY_RUN
            if self.over or outcome.kind.generation:
                full = 0
                self.pausing.try_ended()
                self.between.after_life()
                continue
            kind, reason = self.fault(outcome)
            full = full + 1 if kind == "disk" else 0
            if full >= DISK_TRIES:
                raise Held("disk", f"generation {number} was ended {full} times in a row: {reason}; nothing is lost: "
                                   "free some space, look at what fills it")  # fmt: skip
            self.spendable()
            self.pausing.wait(kind, reason)

    def fault(self, outcome: Outcome) -> tuple[str, str]:
        """What the last try was aborted by: its kind, and in words. Raises Held where waiting is no use."""
        assert self.tried is not None
        status = self.parts.calls.last_status(self.tried.id)
        world_answers(status)
        end = self.parts.journal.life(self.tried).end
        if end is not None and end.fault is not None:
            return end.fault.kind, end.fault.reason
        return (
            ("disk", "the disk is full, or read-only")
            if outcome.detail == "full disk"
            else ("provider", f"it answers {status}")
        )

    def take_up(self) -> None:
        """Finish what a dead controller left: an ended life is judged and recorded, another one is aborted."""
        for tried in self.parts.journal.open_tries(self.parts.lineage.branch):
            self.parts.sweep(tried)
            self.parts.calls.book(tried.id)
            life = self.parts.journal.life(tried)
            pushed = life.push is not None or self.parts.folder(tried).exists()
            made = life.commit.commit if life.commit else None
            if self.parts.lineage.head() not in (tried.parent, made):
                self.abort(tried, "the lineage was moved meanwhile")
            elif life.ended and pushed:
                before, outcome = self.parts.number(), finish(self.parts, life).outcome
                self.over |= outcome.detail == DRY_RUN and tried.run == self.run.id and self.parts.dry
                if self.parts.number() > before and tried.run != self.run.id:
                    self.parts.journal.one_more(self.run.id)  # this run is to live all that it was asked for
            else:
                self.abort(tried, "the controller ended")

    def abort(self, tried: Try, reason: str) -> None:
        """End a try that was not lived to its end; the same generation is lived again."""
        self.parts.discard(tried)  # first: on a full disk it makes room to write down the rest
        self.parts.calls.book(tried.id)
        self.parts.journal.end_try(tried.id, ABORTED, reason)
        self.parts.notify(Aborted(tried.generation, tried.number, reason))

    def spendable(self) -> None:
        """Wait for room on the disk; raise StoppedEarly where the budget has nothing left, or refused the last life."""
        while free_bytes(self.parts.lives) < FREE_BYTES:
            reason = f"less than {FREE_BYTES // 2**20} MiB are free for {self.parts.lives}; free some space"
            self.pausing.wait("disk", reason)
        tokens, nano = self.parts.calls.overbilled(self.run.id)
        if tokens or nano:
            raise StoppedEarly(f"the provider billed {tokens:,} tokens and {dollars(nano)} more than the bound on a "
                               "call allows; the bound is broken, so no budget can be promised: look at that before a "
                               "new run", final=True)  # fmt: skip
        used = self.parts.calls.of_run(self.run.id)
        refused = self.tried is not None and self.parts.calls.was_refused(self.tried.id)
        money = self.run.dollars
        for what, spent, limit in ((f"{self.run.tokens or 0:,} tokens", used.total + LEAST_TOKENS, self.run.tokens),
                                   (f"{self.run.calls or 0:,} calls", used.calls + 1, self.run.calls),
                                   (dollars(money or 0), used.dollars + 1, money)):  # fmt: skip
            if limit is not None and (spent > limit or refused):
                raise StoppedEarly(f"the run's budget of {what} is spent; "
                                   "run again with a new --budget or --calls to go on", final=True)  # fmt: skip
        self.wait_for_tomorrow()

    def wait_for_tomorrow(self) -> None:
        """Stand still where the day has nothing left for a life, or kept the last one from a call."""
        limit = self.run.limits.get("day")
        refused = self.tried is not None and self.parts.calls.was_refused(self.tried.id, "day")
        while limit is not None:
            used = self.parts.calls.of_day()
            spent = Allowance(used, limit.tokens, limit.calls, limit.dollars).lacks(LEAST_TOKENS, 1)
            if not spent and not (refused and used.calls):
                return
            self.pausing.wait("day", "the budget of this day (UTC) is spent")

    def step(self, number: int) -> Outcome:
        """One try at a generation."""
        tried = self.tried = self.parts.journal.begin_try(self.run, number, choose(self.parts.lineage))
        life = self.parts.journal.life(tried)
        try:
            life = live(self.parts, life, self.newborn(tried))
        except (KeyboardInterrupt, HeirloomError, OSError) as error:
            if not self.parts.journal.life(tried).ended:  # a life that came to its end will be judged
                self.abort(tried, "interrupted" if isinstance(error, KeyboardInterrupt) else str(error))
            raise
        return finish(self.parts, life).outcome

    def newborn(self, tried: Try) -> Newborn:
        """What the next life is told."""
        used, bounds = self.parts.calls.of_run(self.run.id), self.parts.bounds
        own = self.run.limits.get("life", Limit())
        limits = Limits(
            seconds=bounds.seconds,
            memory_bytes=bounds.memory_bytes,
            output_bytes=bounds.output_bytes,
            tokens=least(self.run.tokens, used.total, own.tokens),
            usd=None if (nano := least(self.run.dollars, used.dollars, own.dollars)) is None else nano / NANO,
            calls=least(self.run.calls, used.calls, own.calls),
            timeout=STATED_TIMEOUT,
        )
        told, goal = brief(self.parts, tried.parent), operators_goal(self.parts, tried.parent)
        return Newborn(self.models, limits, self.parts.genome, goal, told.lines, self.parts.asks, told.attempts)


def least(limit: int | None, used: int, own: int | None) -> int | None:
    """What a life may use of a run's limit and of its own. None: neither is limited."""
    left = [one for one in (None if limit is None else max(limit - used, 0), own) if one is not None]
    return min(left, default=None)
