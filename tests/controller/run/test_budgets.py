"""Budgets of a run: dollars in trailers and views, a life's limit, a day's limit, prices that nobody knows."""

import json
import time
from pathlib import Path

import pytest

from bench.parts.provider import event
from controller.errors import RequestError, StoppedEarly
from controller.events.kinds import Event, RunPaused, TokensAssumed
from controller.run.control_socket import ask
from controller.run.start import run
from controller.settings.load import load
from controller.settings.model_facts import Rate
from controller.settings.settings import Settings
from controller.state.place import locate
from controller.views.budget import collect
from controller.views.columns import row
from tests.controller.cli.test_bad_input import heirloom
from tests.controller.gateway.messages_api import messages_api
from tests.controller.gateway.test_untold import streamed
from tests.controller.lives import END, GOAL, READING, bash, history, live

RATE = Rate.model_validate({"input": 1, "output": 2})  # dollars for a million tokens
PRICED = {"script": RATE}
LOOK = bash("true")


@pytest.mark.slow
def test_cost_stands_in_commit_and_views(operator: Path) -> None:
    told = live(operator, [GOAL, END], [GOAL, LOOK, END], prices=PRICED, budget="1usd,2M")
    costs = [one.trailers["Cost-USD"] for one in told.generations]
    assert all(0 < float(cost) < 0.1 for cost in costs)
    spent = told.generations[-1].trailers["Spent"].split()
    assert int(spent[2].removeprefix("nanousd=")) == round(sum(map(float, costs)) * 1e9)
    found = json.loads(heirloom("budget", "--json", "--repository", str(operator)).stdout)
    run, life, day = found["scopes"]
    assert float(run["usd"]["spent"]) == pytest.approx(sum(map(float, costs))) and run["usd"]["limit"] == "1"
    assert float(run["usd"]["left"]) == pytest.approx(1 - sum(map(float, costs)))
    assert life["usd"]["spent"] == costs[-1] and found["life"] == "2.1" and day["usd"]["spent"] == run["usd"]["spent"]
    assert run["tokens"]["spent"] + run["tokens"]["left"] == 2_000_000 and run["tokens"]["reserved"] == 0
    plain = heirloom("budget", "--repository", str(operator)).stdout
    assert "$1.0000" in plain and "run" in plain and "life" in plain and "day" in plain
    assert costs[0] in heirloom("log", "--json", "--repository", str(operator)).stdout


def test_unlived_lineage_has_spent_nothing(operator: Path) -> None:
    assert "there is no ledger here yet" in heirloom("budget", "--repository", str(operator)).stdout
    assert json.loads(heirloom("budget", "--json", "--repository", str(operator)).stdout)["scopes"] == []


def test_run_ends_within_its_dollars(operator: Path) -> None:
    with pytest.raises(StoppedEarly, match=r"the run's budget of \$0\.0070 is spent"):
        live(operator, [GOAL, *[LOOK] * 30, END], [GOAL, END], [GOAL, END], prices=PRICED, budget="0.007usd")
    found = collect(locate(operator, "lineage/main"), load({}, {}, None)[0]).as_json()
    assert 0 < float(found["scopes"][0]["usd"]["spent"]) <= 0.007 and found["ended"]


def test_limited_life_leaves_the_rest(operator: Path) -> None:
    told = live(operator, [GOAL, *[LOOK] * 30], [LOOK] * 30, calls_per_life=4, budget="2M")
    assert told.outcomes == ["history", "history"]
    run = collect(locate(operator, "lineage/main"), load({}, {}, None)[0]).as_json()["scopes"][0]
    assert run["calls"]["spent"] == 8


@pytest.mark.slow
def test_run_pauses_when_day_is_spent(operator: Path) -> None:
    with pytest.raises(StoppedEarly, match=r"paused\(day\): the budget of this day \(UTC\) is spent"):
        live(operator, [GOAL, *[LOOK] * 9, END], [GOAL, END], per_day="3000", exit_on_pause=True)
    assert "paused      day" in heirloom("status", "--repository", str(operator)).stdout


def test_pause_within_a_days_wait_holds(operator: Path) -> None:
    """The wait ends with the day, and no life is lived before somebody resumes the run."""
    later = [0.0]
    place = locate(operator, "lineage/main")

    def until_tomorrow(_: float) -> None:
        assert ask(place, "pause") is not None
        later[0] = 86_400.0

    def watch(event: Event) -> None:
        if isinstance(event, RunPaused):
            raise StoppedEarly("paused, as asked")

    live(operator, [GOAL, LOOK, END])
    settings = Settings(model=f"script:{operator.parent / 'script.json'}", isolation="bubblewrap", gates=READING,
                        per_day="1100", generations=1)  # fmt: skip
    with pytest.raises(StoppedEarly, match="paused, as asked"):
        run(settings, operator, None, watch, sleep=until_tomorrow, clock=lambda: time.time() + later[0])
    assert later == [86_400.0]
    assert len(history(operator)) == 1


@pytest.mark.parametrize("said", [("1usd", None), ("1M", "1usd")])
def test_unpriced_model_needs_budgets_in_tokens(
    operator: Path, said: tuple[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key")
    with pytest.raises(RequestError, match=r'no known price: state one in heirloom.toml, \[prices."claude-new"\]'):
        live(operator, [END], model="anthropic/claude-new", budget=said[0], per_life=said[1])


def test_paid_model_without_budget_is_refused(operator: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key")
    with pytest.raises(RequestError, match="give the run a --budget, for example 500k"):
        live(operator, [END], model="anthropic/claude-opus-5-5", per_life="1usd")


@pytest.mark.slow
def test_untold_tokens_are_marked_everywhere(operator: Path) -> None:
    usage = {"input_tokens": None, "output_tokens": 40}
    end = event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 40}) + event("message_stop")
    with messages_api(*[streamed(usage, end)] * 40, counts=False) as one:
        told = live(operator, [END], model=f"compatible:{one.url}#one", calls=3, budget=400_000, minutes_per_life=1)
    marked = [seen for seen in told.events if isinstance(seen, TokensAssumed)]
    assumed = int(told.generations[0].trailers["Tokens-Assumed"])
    assert 0 < assumed == marked[0].tokens <= int(told.generations[0].trailers["Tokens-Out"]) < 400_000
    assert row(told.generations[0])["assumed"] == assumed
    shown = heirloom("status", "--repository", str(operator)).stdout
    assert f"{assumed:,} of them assumed" in shown
