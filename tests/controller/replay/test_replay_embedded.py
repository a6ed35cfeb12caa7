"""Lives of this repository's own genome under the embedded upstream, lived again."""

import io
import json
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from controller.replay.recorded_life import find
from controller.run.start import run
from controller.settings.settings import Settings
from controller.state.place import locate
from controller.views.replay import show
from nursery.ground import LEFT_OUT
from tests.controller.conftest import ROOT, git
from tests.controller.lives import history


@pytest.mark.slow
def test_an_embedded_life_is_replayed(tmp_path: Path) -> None:
    folder = tmp_path / "operator"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(folder))
    git(folder, "add", "-A")
    git(folder, "commit", "--quiet", "-m", "Everything")
    run(Settings(model="embedded", isolation="bubblewrap", generations=1), folder, None, lambda _: None)
    assert [one.outcome for one in history(folder)] == ["evolved"]
    place, out = locate(folder, "lineage/main"), io.StringIO()
    assert show(place, find(place, 1, None), False, Console(file=out), True), out.getvalue()
    told = json.loads(out.getvalue())
    attempt = git(folder, "rev-parse", "refs/heirloom/lineage/main/1.1^{tree}")
    assert told["replayed"]["tree"] == attempt and told["calls"] >= 4
