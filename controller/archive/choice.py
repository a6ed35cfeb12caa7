"""Which commit the next life descends from. This is the one place where parents are chosen.

To add a strategy: a function, and its row in STRATEGIES. One that chooses another commit than the newest needs a
lineage that can move there too: `Lineage.advance` and `run.recovery` expect that each life follows the newest.
"""

from collections.abc import Callable

from controller.git.lineage import Lineage

Strategy = Callable[[Lineage], str]
LATEST = "latest"


def latest(lineage: Lineage) -> str:
    """The newest generation."""
    return lineage.head()


STRATEGIES: dict[str, Strategy] = {LATEST: latest}


def choose(lineage: Lineage, strategy: str = LATEST) -> str:
    """The id of the commit that the next life runs and starts from. Raises GitError."""
    return STRATEGIES[strategy](lineage)
