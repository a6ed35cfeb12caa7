"""What a run does before and after each of its lives, when no try is open."""

from controller.audit.backups import save
from controller.errors import GitError, NotPushed
from controller.events.kinds import Warned
from controller.generation.parts import Parts
from controller.git.log import Generation, generations
from controller.ledger.database import Database
from controller.ledger.journal import Run
from controller.ledger.pauses import Pauses
from controller.ledger.wishes import Wishes
from controller.operations.rollback import carry_out
from controller.run.pause_rules import PauseRules, reason_to_pause
from controller.run.pausing import Pausing
from controller.settings.settings import Settings
from controller.state.place import Place

OPERATORS = 50  # generations of the operator's, at most, that are looked past between a run's own


class BetweenLives:
    """Rolls back as the operator wished, pauses a run that gets nowhere, pushes, copies the ledger."""

    def __init__(
        self, settings: Settings, place: Place, parts: Parts, run: Run, pausing: Pausing, database: Database
    ) -> None:
        self._settings, self._place, self._parts = settings, place, parts
        self._run, self._pausing, self._database = run, pausing, database
        self._rules = rules_of(settings)
        self._pauses = Pauses(database)
        self._wishes = Wishes(database, settings.branch)
        self._pushed: str | None = None  # the commit that the remote was given last

    def before_life(self) -> None:
        """Roll back, and stay paused as long as that is wished. Raises StoppedEarly, GitError."""
        self._roll_back()
        if self._rules.is_set:
            reason = reason_to_pause(self._rules, self._lived())
            if reason is not None:
                self._pausing.pause("breaker", reason)
        self._pausing.stay_paused(meanwhile=self._roll_back)

    def after_life(self) -> None:
        """Roll back, push, and copy the ledger now and then. Raises StoppedEarly, GitError."""
        self._roll_back()
        self.push()
        save(self._database, self._place, self._settings.backup_minutes * 60, self._parts.notify)

    def _roll_back(self) -> None:
        carry_out(self._parts.lineage, self._wishes, self._settings.genome, self._parts.notify)

    def push(self) -> str:
        """Push what is not pushed yet to the operator's remote: why it is still not there, "" where it is.

        It is tried at the start of a run, after each life and at the end.
        """
        remote, lineage = self._settings.push, self._parts.lineage
        head = lineage.operator.tip(lineage.ref)
        if not remote or head in (None, self._pushed):
            return ""
        try:
            lineage.push(remote)
        except GitError as error:
            self._parts.notify(Warned(f"not pushed to {remote}, tried again next time: {error}"))
            return str(error)
        self._pushed = head
        return ""

    def check_pushed(self) -> None:
        """At the end of a run: raise NotPushed where the remote still lacks what was lived."""
        why = self.push()
        if why:
            raise NotPushed(
                f"all was lived, and {self._settings.push} lacks the last of it ({why}); mend that and run again with "
                "the same settings: it pushes, and lives nothing more"
            )

    def _lived(self) -> list[Generation]:
        """What this run lived since a pause by a rule was last resumed, newest first."""
        since = self._pauses.resumed_at(self._run.id)
        lineage = self._parts.lineage
        newest = generations(lineage.store, lineage.head(), limit=self._rules.far + OPERATORS)
        return [one for one in newest if one.number > since and one.trailers.get("Run") == self._run.id]


def rules_of(settings: Settings) -> PauseRules:
    """When the operator wants this run to pause by itself."""
    return PauseRules(
        deaths=settings.stop_deaths,
        same_goal=settings.stop_same_goal,
        barren=settings.stop_barren,
        barren_tokens=settings.stop_barren_tokens,
        barren_usd=settings.stop_barren_usd,
    )
