"""A run that gets nowhere stands still by itself, says why, and goes on when it is told to."""

import subprocess
from pathlib import Path

import pytest

from controller.errors import StoppedEarly
from controller.git.log import Generation
from controller.run.breakers import Breakers, tripped
from controller.state.place import locate
from controller.views.status import collect
from tests.controller.lives import END, GOAL, bash, history, live
from tests.controller.run.test_control import heirloom

DEATH = [GOAL, bash("kill -9 $PPID"), END]


def lived(*outcomes: str, goal: str = "One", tokens: int = 10) -> list[Generation]:
    """Generations, newest first."""
    trailers = {"Goal": goal, "Tokens-In": str(tokens), "Cost-USD": "0.25"}
    return [Generation(9 - at, "", "", 0, "", {**trailers, "Outcome": one}) for at, one in enumerate(outcomes)]


@pytest.mark.parametrize(
    ("breakers", "outcomes", "says"),
    [
        (Breakers(deaths=2), ("crashed", "refused(tests)", "evolved"), "2 lives in a row ended badly"),
        (Breakers(deaths=2), ("killed(wall)", "crashed"), "the last one killed(wall)"),
        (Breakers(same_goal=2), ("history", "crashed", "evolved"), "the same goal, and none evolved: One"),
        (Breakers(barren=3), ("history", "crashed", "history"), "3 lives in a row did not evolve"),
        (Breakers(barren_tokens=20), ("history", "history"), "20 tokens were used by 2 lives"),
        (Breakers(barren_usd=0.5), ("history", "history"), "$0.50 were spent by 2 lives"),
        (Breakers(barren_usd=0.5), ("history", "evolved", "history"), None),
        (Breakers(deaths=2), ("crashed", "history", "crashed"), None),
        (Breakers(deaths=2), ("crashed",), None),
        (Breakers(same_goal=2, barren=2), ("evolved", "history", "history"), None),
        (Breakers(barren_tokens=20), ("history", "evolved", "history"), None),
        (Breakers(), ("crashed",) * 8, None),
        (Breakers(1, 1, 1, 1), (), None),
    ],
)
def test_a_breaker_trips_at_its_bound_and_not_before(
    breakers: Breakers, outcomes: tuple[str, ...], says: str | None
) -> None:
    reason = tripped(breakers, lived(*outcomes))
    assert (reason is None) if says is None else (reason is not None and says in reason)


def test_lives_without_a_goal_have_not_the_same_one() -> None:
    assert tripped(Breakers(same_goal=2), lived("refused(goal)", "refused(goal)", goal="none")) is None


def test_lives_without_a_goal_have_no_goal_in_common() -> None:
    assert tripped(Breakers(same_goal=2), lived("history", "history", goal="")) is None


@pytest.mark.slow
def test_a_run_whose_lives_die_stands_still_and_counts_anew_when_resumed(operator: Path) -> None:
    place = locate(operator, "lineage/main")
    lives = [DEATH, DEATH, DEATH, DEATH]
    for count in (2, 4):
        with pytest.raises(StoppedEarly, match=r"paused\(breaker\): 2 lives in a row ended badly"):
            live(operator, *lives, generations_=9, stop_deaths=2, exit_on_pause=True)
        assert len(history(operator)) == count
        with pytest.raises(StoppedEarly, match=r"paused\(breaker\)"):  # a restart alone resumes nothing
            live(operator, *lives, generations_=9, stop_deaths=2, exit_on_pause=True)
        assert (len(history(operator)), collect(place).as_json()["paused"]["kind"]) == (count, "breaker")
        resumed: subprocess.CompletedProcess[str] = heirloom(operator, "resume")
        assert resumed.returncode == 0, resumed.stderr
