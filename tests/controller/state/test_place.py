"""Where a lineage lies on this disk: its ledger is opened to be read, its lock is held by one."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from controller.errors import RequestError
from controller.ledger.database import Database
from controller.ledger.queries import newest_run
from controller.state.place import Place, holder, locate, make_state, sole_controller


@pytest.fixture
def place(operator: Path) -> Place:
    return locate(operator, "lineage/main")


def test_missing_ledger_is_not_made(place: Place) -> None:
    with place.open_ledger() as database:
        assert database is None
    assert not place.state.exists()


def test_open_ledger_is_closed_again(place: Place) -> None:
    make_state(place)
    Database(place.ledger).close()
    with place.open_ledger() as database:
        assert database is not None and newest_run(database, place.branch) is None
    assert [path.name for path in place.state.iterdir() if path.is_file()] == [place.ledger.name]


def test_reading_waits_for_no_writer(place: Place) -> None:
    make_state(place)
    with closing(Database(place.ledger)) as writer, writer.transaction() as db, place.open_ledger() as database:
        db.execute("INSERT INTO runs (id, lineage, started, until, settings) VALUES ('r', ?, 0, 1, '{}')", ("x",))
        assert database is not None and newest_run(database, "x") is None
    with place.open_ledger() as database:
        assert database is not None and newest_run(database, "x") is not None


def test_lock_names_its_holder(place: Place) -> None:
    assert holder(place) is None
    make_state(place)
    with sole_controller(place):
        assert holder(place) == str(os.getpid())
        with (
            pytest.raises(RequestError, match=f"another controller \\(process {os.getpid()}\\)"),
            sole_controller(place),
        ):
            pass
    assert holder(place) is None


def test_other_folders_are_refused(tmp_path: Path, operator: Path) -> None:
    with pytest.raises(RequestError, match="is not a git repository"):
        locate(tmp_path, "lineage/main")
    (operator / "below").mkdir()
    with pytest.raises(RequestError, match="lies inside the repository"):
        locate(operator / "below", "lineage/main")
