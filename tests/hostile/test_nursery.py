"""Each planted genome is caught by the gate that must catch it; each honest one passes."""

from pathlib import Path

import pytest

from controller.child import Bounds
from controller.gates import judge
from controller.isolation.bubblewrap import Bubblewrap
from controller.start import VENV
from tests.hostile.ground import Ground, Planted
from tests.hostile.honest import HONEST
from tests.hostile.running import GAPS, RUNNING
from tests.hostile.unread import UNREAD

WIDE, TIGHT = Bounds(120.0, 2**30, 2**22), Bounds(20.0, 2**30, 2**22)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return Ground(tmp_path_factory.mktemp("ground"), Bubblewrap(VENV))


def caught(ground: Ground, planted: Planted, bounds: Bounds = WIDE) -> None:
    """Judge, and compare with what must be."""
    verdict, reports = judge(ground.plant(planted, bounds))
    assert verdict.gate == planted.gate, reports[-1]
    assert verdict.decision == ("refuse" if planted.gate else "pass")
    assert planted.reason in reports[-1].reason


@pytest.mark.parametrize("name", UNREAD)
def test_a_hostile_genome_is_caught_before_it_runs(name: str, ground: Ground) -> None:
    caught(ground, UNREAD[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNNING)
def test_a_hostile_genome_is_caught_when_it_runs(name: str, ground: Ground) -> None:
    caught(ground, RUNNING[name], TIGHT if "import" in name else WIDE)


@pytest.mark.slow
@pytest.mark.parametrize("name", HONEST)
def test_an_honest_genome_passes(name: str, ground: Ground) -> None:
    caught(ground, HONEST[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", GAPS)
def test_a_known_gap_is_one_still(name: str, ground: Ground, tmp_path: Path) -> None:
    """When this fails, a gap was closed: its genome belongs among those that are caught."""
    caught(ground, GAPS[name])
