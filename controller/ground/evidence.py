"""Is one genome better than another? Evidence from pairs, in integers: nothing here is rounded before it is shown.

A pair is one task that both worked on afresh; a win where only the new one passed, a loss where only the old one did;
ties say nothing. `evidence` is the wealth of a gambler who bets against "the new one is not better": where that holds,
the chance that it ever reaches 20 is at most 1 in 20, however often one looks (docs/ground.md has the proof).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Literal

ACCEPT = 20  # evidence for: 1 / 0.05
DROP = 3  # evidence against
Decision = Literal["better", "worse", "undecided"]


@dataclass(frozen=True)
class Tally:
    """How pairs ended; both counts of ties are shown apart, and count the same: nothing."""

    wins: int = 0
    losses: int = 0
    both: int = 0
    neither: int = 0

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return self.wins + self.losses + self.both + self.neither

    @property
    def evidence(self) -> Fraction:
        """For "better"."""
        return evidence(self.wins, self.losses)

    @property
    def decision(self) -> Decision:
        """As `decision`."""
        return decision(self.wins, self.losses)

    def plus(self, new: bool, old: bool) -> "Tally":
        """With one pair more: whether the new one passed, and the old one."""
        return Tally(
            self.wins + (new and not old),
            self.losses + (old and not new),
            self.both + (new and old),
            self.neither + (not new and not old),
        )


def evidence(wins: int, losses: int) -> Fraction:
    """The e-value against "not better". Raises ValueError below 0."""
    pairs = wins + losses
    return Fraction(sum(comb(pairs + 1, k) for k in range(wins + 1)), (pairs + 1) * comb(pairs, wins))


def decision(wins: int, losses: int) -> Decision:
    """What may be said, at any moment: "worse" is "not better", and ends a comparison."""
    if evidence(wins, losses) >= ACCEPT:
        return "better"
    if evidence(losses, wins) >= DROP:
        return "worse"
    return "undecided"


def probability_better(wins: int, losses: int) -> Fraction:
    """That a pair which is no tie is won more often than lost, where every rate was as likely before."""
    better = evidence(wins, losses)
    return better / (better + evidence(losses, wins))


def tally_of(pairs: Iterable[tuple[bool, bool]]) -> Tally:
    """Pairs (new passed, old passed), counted."""
    found = Tally()
    for new, old in pairs:
        found = found.plus(new, old)
    return found


def as_good_for_less(passes: Tally, tokens: Sequence[tuple[int, int]]) -> Decision:
    """Whether the new one solves as much for fewer tokens: "better" is yes, "worse" is that it takes more.

    `tokens`: of each pair that both solved, what the new one took, and the old one. The sign of the logarithm of their
    ratio is a win or a loss; equal amounts say nothing. "undecided" wherever the passes speak against the new one.
    """
    less = sum(new < old for new, old in tokens)
    more = sum(new > old for new, old in tokens)
    found = decision(less, more)
    if found == "better" and passes.decision == "worse":
        return "undecided"
    return found
