"""Evidence in integers: the table of what is enough, and its edges."""

from fractions import Fraction
from math import comb

import pytest

from controller.ground.evidence import (
    Tally,
    as_good_for_less,
    decision,
    evidence,
    probability_better,
    tally_of,
)

# The fewest wins at which so many losses still reach a threshold
REACHES = {
    20: [7, 10, 12, 14, 16, 18, 20, 22, 24, 26, 27],
    10: [5, 8, 11, 13, 15, 17],
    100: [9, 13, 15, 18, 20],
}
CASES = [(most, losses, wins) for most, row in REACHES.items() for losses, wins in enumerate(row)]


@pytest.mark.parametrize(("most", "losses", "wins"), CASES)
def test_evidence_reaches_what_the_table_says(most: int, losses: int, wins: int) -> None:
    assert evidence(wins, losses) >= most > evidence(wins - 1, losses)


def test_first_values_are_exact() -> None:
    assert [evidence(0, 0), evidence(1, 0), evidence(0, 1)] == [Fraction(1), Fraction(3, 2), Fraction(1, 2)]
    assert evidence(7, 0) == Fraction(255, 8)


@pytest.mark.parametrize("wins", range(8))
@pytest.mark.parametrize("losses", range(8))
def test_evidence_is_a_fair_game(wins: int, losses: int) -> None:
    after = (evidence(wins + 1, losses) + evidence(wins, losses + 1)) / 2
    assert after == evidence(wins, losses)  # at a chance of one half nothing is gained on average


def test_large_counts_stay_exact() -> None:
    pairs = 900
    whole = sum(evidence(won, pairs - won) * comb(pairs, won) for won in range(pairs + 1))
    assert whole == 2**pairs  # the mean over all orders is 1


@pytest.mark.parametrize("negative", [(-1, 0), (0, -1), (-2, 3)])
def test_negative_counts_are_refused(negative: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="non-negative"):
        evidence(*negative)


@pytest.mark.parametrize(
    ("wins", "losses", "said"),
    [
        (0, 0, "undecided"),
        (7, 0, "better"),
        (6, 0, "undecided"),
        (0, 2, "undecided"),
        (0, 3, "worse"),
        (10, 1, "better"),
    ],
)
def test_decision_follows_both_thresholds(wins: int, losses: int, said: str) -> None:
    assert decision(wins, losses) == said


def test_probability_is_one_half_at_first() -> None:
    assert probability_better(0, 0) == Fraction(1, 2)
    assert probability_better(5, 2) + probability_better(2, 5) == 1


def test_ties_count_for_nothing() -> None:
    found = tally_of([(True, True), (False, False), (True, False), (False, True), (True, False)])
    assert found == Tally(wins=2, losses=1, both=1, neither=1)
    assert found.pairs == 5
    assert found.evidence == evidence(2, 1)


@pytest.mark.parametrize(
    ("passes", "tokens", "said"),
    [
        (Tally(both=8), [(90, 100)] * 7, "better"),
        (Tally(both=8), [(90, 100)] * 6, "undecided"),
        (Tally(both=8), [(100, 100)] * 50, "undecided"),
        (Tally(both=8), [(100, 90)] * 3, "worse"),
        (Tally(losses=3, both=8), [(90, 100)] * 7, "undecided"),
    ],
)
def test_fewer_tokens_is_its_own_verdict(passes: Tally, tokens: list[tuple[int, int]], said: str) -> None:
    assert as_good_for_less(passes, tokens) == said
