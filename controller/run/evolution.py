"""The loop of lives. No I/O of its own: everything that it does, its parts do."""

from collections.abc import Callable
from dataclasses import dataclass, field

from controller.archive.choice import Chooser
from controller.contract import ModelInfo
from controller.errors import HeirloomError, Held, StoppedEarly
from controller.gateway.upstreams.upstream import Catalogue
from controller.generation.briefing import brief
from controller.generation.consent import DRY_RUN
from controller.generation.generation import finish
from controller.generation.goals import operators_goal
from controller.generation.live import live
from controller.generation.parts import Parts
from controller.ledger.choices import Choices
from controller.ledger.journal import Run
from controller.ledger.life import Life, Try
from controller.ledger.phases import Fault, Newborn
from controller.run.between_lives import BetweenLives
from controller.run.pausing import Pausing, world_answers
from controller.run.recovery import abort, take_up
from controller.run.repeated import Repeats
from controller.run.spending import check_run_budget, is_day_spent, limits_of_life
from controller.state.place import FREE_BYTES, free_bytes


@dataclass
class Evolution:
    """A run: lives, one after the other, until its last generation."""

    parts: Parts
    run: Run
    models: tuple[ModelInfo, ...]
    pausing: Pausing
    between: BetweenLives
    chooser: Chooser
    choices: Choices
    measure: Callable[[Life], None]
    last: Try | None = None  # that was begun
    dry_run_over: bool = False
    repeats: Repeats = field(default_factory=Repeats)

    def evolve(self) -> None:
        """Live until the run's last generation; pause where somebody has to act.

        Raises StoppedEarly, and RequestError as the parts do.
        """
        while True:
            try:
                self.dry_run_over = take_up(self.parts, self.run) or self.dry_run_over
                self.pausing.take_up()
                self.live_on()
                return
            except Held as held:
                if held.kind == "refused" and not isinstance(self.parts.gateway.upstream, Catalogue):
                    raise  # a script or a recording that came to its end
                self.repeats = Repeats()  # whoever resumes the run has mended what it was held for
                self.pausing.pause(held.kind, str(held))
                self.pausing.stay_paused()  # a try may be open: nothing else is done meanwhile

    def live_on(self) -> None:
        """Life after life; the world's faults are waited out. Raises Held where somebody has to act."""
        while not self.is_over():
            self.prepare()
            life = self.live_once()
            if life.outcome.kind.generation or self.dry_run_over:
                self.pausing.try_ended()
                self.between.after_life()
                self.measure(life)
                self.check_answered(life)
                continue
            fault = self.fault_of(life)
            self.repeats.aborted(life.tried.generation, fault)
            self.wait_for_means()
            self.pausing.wait(fault.kind, fault.reason)

    def check_answered(self, life: Life) -> None:
        """Raise StoppedEarly where lives get no answer, since what they ask for does not fit; Held if more are left."""
        tried, calls = life.tried, self.parts.calls
        refusal = ""
        if life.end is not None and calls.of_try(tried.id).total == 0 and not calls.was_refused(tried.id, "day"):
            refusal = life.end.unanswered
        reason = self.repeats.lived(refusal, calls.of_run(self.run.id).total == 0)
        if not reason:
            return
        check_run_budget(self.parts, self.run, tried)  # where it is the run's that is too small, it is over
        if self.is_over():
            raise StoppedEarly(reason, final=True)
        raise Held("setup", reason)

    def prepare(self) -> None:
        """Do what was wished between two lives, and wait for the means of the next; after a wait, look again.

        Raises Held and StoppedEarly.
        """
        waited = True
        while waited:
            self.between.before_life()  # it may move the lineage, as the operator wished
            self.parts.lineage.check()
            waited = self.wait_for_means()

    def is_over(self) -> bool:
        """Whether the last generation is recorded, or the dry run was lived."""
        return self.dry_run_over or self.parts.number() >= self.parts.journal.until(self.run.id)

    def wait_for_means(self) -> bool:
        """Wait for room on the disk and for a day with a budget; whether there was anything to wait for.

        Raises StoppedEarly where the run's own budget is spent.
        """
        waited = False
        while free_bytes(self.parts.lives) < FREE_BYTES:
            reason = f"less than {FREE_BYTES // 2**20} MiB are free for {self.parts.lives}; free some space"
            self.pausing.wait("disk", reason)
            waited = True
        check_run_budget(self.parts, self.run, self.last)
        while is_day_spent(self.parts, self.run, self.last):
            self.pausing.wait("day", "the budget of this day (UTC) is spent")
            waited = True
        return waited

    def live_once(self) -> Life:
        """One try at the next generation, to its record. A try that cannot come to its end is aborted."""
        journal = self.parts.journal
        number = self.parts.number() + 1
        chosen = self.chooser.choose(number)
        tried = journal.begin_try(self.run, number, chosen.start, chosen.head)
        if chosen.row is not None:
            self.choices.add(tried.id, chosen.row)
        self.last = tried
        try:
            life = live(self.parts, journal.life(tried), self.newborn(tried))
        except KeyboardInterrupt:
            self.abort_unended(tried, "interrupted")
            raise
        except (HeirloomError, OSError) as error:
            self.abort_unended(tried, str(error))
            raise
        life = finish(self.parts, life)
        self.dry_run_over = life.outcome.detail == DRY_RUN
        return life

    def abort_unended(self, tried: Try, reason: str) -> None:
        """Abort a try; a life that came to its end will be judged instead."""
        if not self.parts.journal.life(tried).ended:
            abort(self.parts, tried, reason)

    def newborn(self, tried: Try) -> Newborn:
        """What the next life is told."""
        briefing = brief(self.parts, tried.parent)
        return Newborn(
            models=self.models,
            limits=limits_of_life(self.parts, self.run),
            genome=self.parts.genome,
            goal=operators_goal(self.parts, tried.parent),
            recent=briefing.lines,
            asks=self.parts.asks,
            attempts=briefing.attempts,
            genome_tokens=self.parts.genome_tokens,
        )

    def fault_of(self, life: Life) -> Fault:
        """What an aborted try met. Raises Held where waiting is no use."""
        if life.end is not None and life.end.fault is not None:
            return life.end.fault
        if life.outcome.detail == "full disk":
            return Fault("disk", "the disk is full, or read-only")
        status = self.parts.calls.last_status(life.tried.id)
        world_answers(status)
        return Fault("provider", f"it answers {status}")
