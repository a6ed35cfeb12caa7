"""State that cannot be written is read all the same, and left as it is."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from controller.ledger.database import Database
from controller.ledger.queries import newest_run
from controller.state.place import locate
from tests.controller.commands import heirloom
from tests.controller.conftest import operator_in
from tests.controller.lives import END, GOAL, live

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a folder to be read")
READERS = (
    ["verify"],
    ["transcript", "1"],
    ["status"],
    ["budget"],
    ["log"],
    ["show", "1"],
    ["report", "1"],
    ["goals"],
    ["config"],
)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A repository with one generation, on a disk that is mounted to be read."""
    folder = operator_in(tmp_path_factory.mktemp("closed"))
    live(folder, [GOAL, END])
    subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_closed_state_is_read(closed: Path, words: list[str]) -> None:
    said = heirloom(closed, *words)
    assert (said.returncode, said.stderr) == (0, ""), said.stdout + said.stderr
    assert said.stdout


@pytest.mark.parametrize(
    "words", [["run"], ["resume"], ["rollback", "0"], ["adopt"], ["verify", "--repair"]], ids=" ".join
)
def test_closed_state_is_not_changed(closed: Path, words: list[str]) -> None:
    said = heirloom(closed, *words)
    assert said.returncode in (2, 3) and said.stderr.count("\n") == 1, said.stderr


def test_unread_log_is_read_too(operator: Path) -> None:
    live(operator, [GOAL, END])
    place = locate(operator, "lineage/main")
    with closing(Database(place.ledger)) as writer:
        with writer.transaction() as db:
            db.execute("UPDATE runs SET reason = 'only in the log'")
        subprocess.run(["mount", "--bind", str(place.state), str(place.state)], check=True)
        try:
            subprocess.run(["mount", "-o", "remount,bind,ro", str(place.state)], check=True)
            with place.open_ledger() as database:
                assert database is not None
                run = newest_run(database, place.branch)
        finally:
            subprocess.run(["umount", str(place.state)], check=True)
    assert run is not None and run.reason == "only in the log"
