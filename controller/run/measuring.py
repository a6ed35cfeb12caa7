"""Measures each generation that evolved, where results choose parents: beside its parent, and beside the champion.

Parents are chosen by one third of the mutants, the champion by another; the line at the end of a run is of the last.
"""

from dataclasses import dataclass

from controller.archive.choice import Chooser
from controller.contract import EVOLVED
from controller.errors import HeirloomError
from controller.events.kinds import Champion, Warned
from controller.generation.parts import Parts
from controller.generation.record import champion
from controller.ground.draw import CHAMPION, SELECT
from controller.ground.summary import Summary
from controller.ledger.choices import Champions
from controller.ledger.database import Database
from controller.ledger.life import Life
from controller.run.held_out import compare
from controller.settings.settings import Settings
from controller.state.place import Place

BETTER = "better"


@dataclass(frozen=True)
class Measure:
    """Measures the lives of one run."""

    settings: Settings
    place: Place
    parts: Parts
    database: Database
    chooser: Chooser

    def after(self, life: Life) -> None:
        """Measure a life that evolved. A fault of it is a warning: the node counts as not measured."""
        if life.outcome.name != EVOLVED or life.commit is None or not life.commit.log:
            return
        try:
            self.measure(life.commit.commit, life.commit.log)
        except (HeirloomError, OSError) as error:
            self.parts.notify(Warned(f"generation {life.tried.generation} is not measured: {error}"))

    def measure(self, node: str, head: str) -> None:
        """Grade a node beside its parent; then, where it is no worse, beside the champion.

        Raises WorldFault, IsolationError, GitError, RequestError.
        """
        archive = self.chooser.archive(head)
        (parent, *_) = archive.node(node).parents
        beside = self.compare(parent, node, SELECT)
        before = champion(self.parts, head)
        if beside.tally.losses > beside.tally.wins or before == node:
            return
        found = self.compare(before, node, CHAMPION)
        if found.tally.decision == BETTER:
            Champions(self.database, self.place.branch).add(node, found.comparison.id)
            generation = archive.node(node).generation
            self.parts.notify(Champion(generation, node, found.tally.wins, found.tally.losses))

    def compare(self, a: str, b: str, split: str) -> Summary:
        """Two nodes on the mutants of a split."""
        parts = self.parts
        return compare(self.place, self.settings, parts.lineage, parts.isolation, self.database, a, b, split)
