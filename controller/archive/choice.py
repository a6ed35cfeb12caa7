"""Which commit the next life descends from. This is the one place where parents are chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from controller.archive.node import Archive
from controller.archive.reading import Results, archive_of, digest
from controller.archive.strategies import LATEST, STRATEGIES, Choice
from controller.errors import RequestError
from controller.git.lineage import Lineage
from controller.git.log import Generation, generations, tip
from controller.ledger.choices import ChoiceRow


@dataclass(frozen=True)
class Chosen:
    """The commit that the next life runs and starts from. `head`: where the branch stands, as `Try` has it.

    `row`: how it was chosen; None in a plain line, where there is no choice.
    """

    start: str
    head: str = ""
    row: ChoiceRow | None = None


@dataclass(frozen=True)
class Measured:
    """What is known of the nodes: `results` of the gradings up to the one with the id `upto`."""

    results: Results
    upto: int


class Chooser:
    """Chooses the parents of one lineage's lives. It reads each generation of the branch once."""

    def __init__(self, lineage: Lineage, strategy: str, seed: int, measured: Callable[[], Measured]) -> None:
        self._lineage = lineage
        self._strategy = strategy
        self._seed = seed
        self._measured = measured
        self._known: list[Generation] = []  # oldest first

    def choose(self, generation: int) -> Chosen:
        """The parent of the next life, which is to become `generation`. Raises GitError, RequestError."""
        head = self._lineage.head()
        if self._strategy == LATEST and not self._is_log(head):
            return Chosen(head)
        measured = self._measured()
        archive = self._archive(head, measured)
        draw = f"{self._seed} {self._lineage.branch} {generation} {measured.upto}"
        choice = STRATEGIES[self._strategy].choose(archive, Random(draw))
        row = ChoiceRow(
            strategy=self._strategy,
            draw=draw,
            node=choice.node.commit,
            newest=generation - 1,
            gradings=measured.upto,
            digest=digest(archive),
            scores=choice.scores,
        )
        return Chosen(choice.node.start or choice.node.commit, head, row)

    def archive(self, head: str) -> Archive:
        """The nodes as they are known now, where the branch stands at `head`."""
        return self._archive(head, self._measured())

    def _archive(self, head: str, measured: Measured) -> Archive:
        lived = self._lived(head)
        root = lived[0].parent if lived else head
        return archive_of(root, lived, measured.results)

    def _lived(self, head: str) -> list[Generation]:
        """All generations of the branch, oldest first; those that are known already are not read again."""
        revision = f"{self._known[-1].tip}..{head}" if self._known else head
        self._known += reversed(generations(self._lineage.store, revision))
        return self._known

    def _is_log(self, head: str) -> bool:
        """Whether the branch stands at a commit of the log."""
        newest = tip(self._lineage.store, head)
        return newest is not None and bool(newest.log)


def again(archive: Archive, row: ChoiceRow) -> Choice:
    """The choice of a row, made once more. Raises RequestError where the archive is not what it was."""
    if digest(archive) != row.digest:
        raise RequestError(
            f"the archive of then ({len(archive.nodes)} nodes as they are known here) is not what the choice saw; "
            "the gradings of then are missing here, or the branch is another"
        )
    return STRATEGIES[row.strategy].choose(archive, Random(row.draw))
