"""Comparisons: order, stages, when they stop, and how they go on."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from controller.errors import StoppedEarly
from controller.ground.comparison import StageEnded, schedule
from controller.ground.summary import rate, summary
from tests.controller.ground.trials import A, B, Ground, Trial, names


def only(passing: str) -> Callable[[str, str], float]:
    """One of the two passes everything."""
    return lambda commit, _: float(commit == passing)


def test_schedule_repeats_and_alternates() -> None:
    pairs = schedule(names(10), 4, seed=3)
    assert pairs == schedule(list(reversed(names(10))), 4, seed=3) != schedule(names(10), 4, seed=4)
    assert [one.number for one in pairs] == list(range(1, 41))
    for task in names(10):
        order = [one.order[0] for one in pairs if one.task == task]
        assert order[0] != order[1] and order == order[:2] * 2
    assert Counter(one.task for one in pairs[:10]) == Counter(names(10))


@pytest.mark.parametrize(
    ("skipped", "stages"),
    [
        ((), {"smoke": 1, "six": 6, "pairs": 13}),
        (("smoke",), {"six": 7, "pairs": 13}),
        (("six",), {"smoke": 1, "pairs": 19}),
        (("smoke", "six"), {"pairs": 20}),
    ],
)
def test_stages_are_seen_and_skippable(skipped: tuple[str, ...], stages: dict[str, int]) -> None:
    assert Counter(one.stage for one in schedule(names(10), 2, 1, skipped)) == stages


def test_better_genome_stops_at_seven_wins(tmp_path: Path) -> None:
    ground = Ground(tmp_path, names(10))
    assert ground.run(Trial(only(B)), ("smoke", "six")) == "better"
    assert len(ground.gradings.of(1)) == 14


def test_worse_genome_stops_at_three_losses(tmp_path: Path) -> None:
    ground = Ground(tmp_path, names(10))
    assert ground.run(Trial(only(A)), ("smoke", "six")) == "worse"
    assert len(ground.gradings.of(1)) == 6


def test_equal_genomes_end_undecided(tmp_path: Path) -> None:
    ground = Ground(tmp_path, names(10), repeats=2)
    assert ground.run(Trial(lambda _, task: float(task < "task-5"))) == "undecided"
    found = summary(ground.gradings.comparison(1), ground.gradings.of(1))
    assert (found.tally.wins, found.tally.losses, found.tally.both, found.tally.neither) == (0, 0, 10, 10)


def test_genome_that_passes_none_is_dropped(tmp_path: Path) -> None:
    ground = Ground(tmp_path, names(20))
    assert ground.run(Trial(only(A))) == "dropped (six)"
    assert len(ground.gradings.of(1)) == 14
    said = [one.says for one in ground.seen if isinstance(one, StageEnded)]
    assert said == ["it works", "0 of 6 passed, by the old one 6"]


def test_genome_that_breaks_is_dropped(tmp_path: Path) -> None:
    ground = Ground(tmp_path, names(20))
    assert ground.run(Trial(only(A), reason="crashed: exit 1")) == "dropped (smoke)"
    assert len(ground.gradings.of(1)) == 2


def test_world_fault_voids_the_pair(tmp_path: Path) -> None:
    ground = Ground(tmp_path, names(10))
    assert ground.run(Trial(only(B), void=1), ("smoke", "six")) == "better"
    rows = ground.gradings.of(1)
    assert [one.state for one in rows[:2]] == ["void", "void"]
    assert len(rows) == 16
    assert summary(ground.gradings.comparison(1), rows).voids == 1


def test_lasting_world_fault_stops_it(tmp_path: Path) -> None:
    ground = Ground(tmp_path, names(10))
    with pytest.raises(StoppedEarly, match=r"3 times in a row .*529.* goes on with it"):
        ground.run(Trial(only(B), void=100))
    assert ground.gradings.comparison(1).ended is None
    assert ground.run(Trial(only(B)), ("smoke", "six")) == "better"


@pytest.mark.parametrize("lives", [0, 1, 2, 7, 9])
def test_stopped_comparison_goes_on(tmp_path: Path, lives: int) -> None:
    whole, parts = Ground(tmp_path / "whole", names(10)), Ground(tmp_path / "parts", names(10))
    chance = {B: 1.0, A: 0.0}
    whole.run(Trial(lambda commit, _: chance[commit]))
    first = Trial(lambda commit, _: chance[commit], lives=lives)
    with pytest.raises(StoppedEarly, match="a larger --budget goes on"):
        parts.run(first)
    assert len(first.asked) == lives // 2 * 2
    second = Trial(lambda commit, _: chance[commit])
    parts.run(second)
    assert parts.gradings.of(1) == whole.gradings.of(1)
    assert parts.gradings.comparison(1).verdict == "better"


def test_summary_says_where_they_differ(tmp_path: Path) -> None:
    ground = Ground(tmp_path, names(8), repeats=2)
    chance = {(A, "task-1"): 1.0, (B, "task-2"): 1.0, (A, "task-3"): 1.0, (B, "task-3"): 1.0}
    ground.run(Trial(lambda commit, task: chance.get((commit, task), 0.0), tokens={A: 100, B: 90}), ("smoke", "six"))
    found = summary(ground.gradings.comparison(1), ground.gradings.of(1))
    assert [(one.task, one.a, one.b) for one in found.differing] == [("task-2", 0, 2), ("task-1", 2, 0)]
    assert (found.a.passed, found.a.runs, found.a.tokens, found.a.tokens_a_solved_task) == (4, 16, 1600, 400)
    assert (found.b.rate.value, found.solved_by_both) == (0.25, 1)
    assert 0 <= found.b.rate.low < 0.25 < found.b.rate.high <= 1
    assert found.less == "undecided"  # one task says nothing


def test_taking_less_is_as_good(tmp_path: Path) -> None:
    ground = Ground(tmp_path, names(8), repeats=1)
    ground.run(Trial(lambda *_: 1.0, tokens={A: 100, B: 90}))
    found = summary(ground.gradings.comparison(1), ground.gradings.of(1))
    assert (found.verdict, found.less, found.solved_by_both) == ("undecided", "better", 8)


@pytest.mark.parametrize(
    ("shares", "low", "high"),
    [([0.0] * 9, 0.0, 0.299), ([1.0] * 9, 0.701, 1.0), ([1.0] * 5 + [0.0] * 5, 0.237, 0.763), ([], 0.0, 1.0)],
)
def test_interval_is_never_of_no_width(shares: list[float], low: float, high: float) -> None:
    found = rate(shares)
    assert (round(found.low, 3), round(found.high, 3)) == (low, high)
