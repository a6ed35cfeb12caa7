"""A run that gets nowhere pauses by itself, says why, and goes on when it is resumed."""

import subprocess
from pathlib import Path

import pytest

from controller.errors import StoppedEarly
from controller.git.log import Generation
from controller.run.between_lives import rules_of
from controller.run.pause_rules import PauseRules, reason_to_pause
from controller.settings.settings import Settings
from controller.state.place import locate
from controller.views.status import collect
from tests.controller.commands import heirloom
from tests.controller.lives import END, GOAL, bash, history, live

DEATH = [GOAL, bash("kill -9 $PPID"), END]


def lived(*outcomes: str, goal: str = "One", tokens: int = 10) -> list[Generation]:
    """Generations, newest first."""
    trailers = {"Goal": goal, "Tokens-In": str(tokens), "Cost-USD": "0.25"}
    return [Generation(9 - at, "", "", 0, "", {**trailers, "Outcome": one}) for at, one in enumerate(outcomes)]


@pytest.mark.parametrize(
    ("rules", "outcomes", "says"),
    [
        (PauseRules(deaths=2), ("crashed", "refused(tests)", "evolved"), "2 lives in a row ended badly"),
        (PauseRules(deaths=2), ("killed(wall)", "crashed"), "the last one killed(wall)"),
        (PauseRules(same_goal=2), ("history", "crashed", "evolved"), "the same goal, and none evolved: One"),
        (PauseRules(barren=3), ("history", "crashed", "history"), "3 lives in a row did not evolve"),
        (PauseRules(barren_tokens=20), ("history", "history"), "20 tokens were used by 2 lives"),
        (PauseRules(barren_usd=0.5), ("history", "history"), "$0.50 were spent by 2 lives"),
        (PauseRules(barren_usd=0.5), ("history", "evolved", "history"), None),
        (PauseRules(deaths=2), ("crashed", "history", "crashed"), None),
        (PauseRules(deaths=2), ("crashed",), None),
        (PauseRules(same_goal=2, barren=2), ("evolved", "history", "history"), None),
        (PauseRules(barren_tokens=20), ("history", "evolved", "history"), None),
        (PauseRules(), ("crashed",) * 8, None),
        (PauseRules(1, 1, 1, 1), (), None),
    ],
)
def test_rule_holds_at_its_bound(rules: PauseRules, outcomes: tuple[str, ...], says: str | None) -> None:
    reason = reason_to_pause(rules, lived(*outcomes))
    assert (reason is None) if says is None else (reason is not None and says in reason)


@pytest.mark.parametrize("outcome", ["history", "refused(tests)", "crashed"])
def test_a_run_of_nothing_pauses_by_default(outcome: str) -> None:
    assert reason_to_pause(rules_of(Settings()), lived(*[outcome] * 12))
    assert reason_to_pause(rules_of(Settings()), lived(*["history"] * 11, "evolved")) is None


def test_refused_goals_are_not_the_same() -> None:
    assert reason_to_pause(PauseRules(same_goal=2), lived("refused(goal)", "refused(goal)", goal="none")) is None


def test_lives_without_goal_share_none() -> None:
    assert reason_to_pause(PauseRules(same_goal=2), lived("history", "history", goal="")) is None


@pytest.mark.slow
def test_resumed_run_counts_deaths_anew(operator: Path) -> None:
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
