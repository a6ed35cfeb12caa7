"""What the world does to a run is never blamed on a genome, and once it has passed the same run goes on."""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.harness.compare import Kept, differences, kept, unsound
from bench.harness.runs import MixtureModel, make_operator
from bench.harness.world import CASES, LIVES, SEED, live_through, quiet
from bench.parts.provider import provider
from controller.events.kinds import Event, Living, RunWaiting, TryEvent
from controller.run.start import run
from controller.settings.settings import Settings
from tests.controller.lives import READING

MINUTES = 10
DAY = 86_400.0
CHOSEN = (
    "a full disk, from live on",
    "a full disk, from judge on",
    "heirloom cannot be written, from live on",
    "store.git cannot be written, from fetch on",
    "refs/heads/lineage/main.lock left behind",
    "store.git/refs/heirloom/lineage/main/2.1.lock left behind",
    "index.lock left behind",
    "no memory for the controller, from live on",
    "a controller that stands still for 3 s",
)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sequence[Kept]]:
    """A folder for runs, and the lineage of one to which nothing happened."""
    folder = tmp_path_factory.mktemp("world")
    return folder, quiet(folder)


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk, or a folder read-only")
@pytest.mark.parametrize("name", CHOSEN)
def test_world_changes_no_generation(undisturbed: tuple[Path, Sequence[Kept]], name: str) -> None:
    folder, reference = undisturbed
    assert {one.outcome for one in reference} == {"evolved", "refused(shape)", "killed(memory)", "history", "crashed"}
    assert live_through(CASES[name], folder, reference).wrong == []


def settings(model: str, **more: Any) -> Settings:
    return Settings(
        model=model,
        isolation="bubblewrap",
        generations=LIVES,
        seed=SEED,
        patience=0,
        memory_mb=256,
        budget="50M",
        stop_deaths=0,
        stop_barren=0,
        gates=READING,
        **more,
    )


@pytest.mark.slow
def test_busy_provider_is_waited_for(tmp_path: Path) -> None:
    now, busy_until, paused = [0.0], [0.0], []

    def sleep(seconds: float) -> None:
        now[0] += seconds

    def watch(event: Event) -> None:
        if isinstance(event, Living) and event.generation == 2 and not busy_until[0]:
            busy_until[0] = now[0] + MINUTES * 60
        if isinstance(event, RunWaiting):
            paused.append(event.kind)

    script = MixtureModel(SEED, lambda: now[0] < busy_until[0])
    with provider(script) as server:
        model = f"compatible:{server.url}#any"
        first, second = make_operator(tmp_path, SEED), make_operator(tmp_path, SEED)
        run(settings(model), first, None, lambda _: None)
        run(settings(model), second, None, watch, sleep=sleep)
        assert script.refused >= 1
    assert now[0] >= MINUTES * 60 and set(paused) == {"provider"}
    assert differences(kept(first), kept(second)) == []
    assert list(unsound(second)) == []


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["clone", "fetch"])
@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_jumping_clock_changes_no_generation(undisturbed: tuple[Path, Sequence[Kept]], phase: str, jump: float) -> None:
    folder, reference = undisturbed
    ahead = [0.0]

    def watch(event: Event) -> None:
        if isinstance(event, TryEvent) and (event.name, event.generation) == (phase, 2):
            ahead[0] = jump

    clock: Callable[[], float] = lambda: time.time() + ahead[0]  # noqa: E731
    operator = make_operator(folder, SEED)
    model = f"script:{folder / 'script.json'}"
    run(settings(model, per_day="40M", per_minute="30M"), operator, None, watch, clock=clock)
    found = kept(operator)
    assert [(one.number, one.outcome, one.goal, one.claim, one.tree, one.context) for one in found] == [
        (one.number, one.outcome, one.goal, one.claim, one.tree, one.context) for one in reference
    ]
    assert list(unsound(operator)) == []
