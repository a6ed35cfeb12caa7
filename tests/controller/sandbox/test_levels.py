"""Which level of isolation is chosen, what is said where it does not hold, and that a level is one row."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.cli.options import made
from controller.errors import IsolationError, RequestError
from controller.operations.checked_settings import load_checked
from controller.sandbox.levels import LEVELS, Level, choose, names, tried
from controller.sandbox.none import Unisolated
from controller.settings.load import load
from controller.settings.settings import Settings
from controller.views.config import lines
from controller.views.doctor import examine
from tests.controller.levels import NEEDS_BUBBLEWRAP, VENV


def bad_bwrap(folder: Path, text: str) -> None:
    """Put a bwrap that only fails, with these words, into a folder."""
    folder.mkdir()
    (folder / "bwrap").write_text(f"#!/bin/sh\necho 'bwrap: {text}' >&2\nexit 1\n")
    (folder / "bwrap").chmod(0o755)
    (folder / "setpriv").symlink_to("/usr/bin/setpriv")


@NEEDS_BUBBLEWRAP
@pytest.mark.parametrize("wanted", ["auto", "bubblewrap"])
def test_bubblewrap_is_taken(wanted: str) -> None:
    isolation, warning = choose(wanted, VENV, embedded=False)
    assert (isolation.name, warning) == ("bubblewrap", "")


@pytest.mark.parametrize("embedded", [True, False])
def test_none_is_taken_when_named(embedded: bool) -> None:
    isolation, warning = choose("none", VENV, embedded=embedded)
    assert (isolation.name, warning) == ("none", "")


def test_unknown_level_lists_the_known() -> None:
    with pytest.raises(RequestError, match="unknown isolation 'docker': choose one of auto, bubblewrap, none"):
        choose("docker", VENV, embedded=True)


@pytest.mark.parametrize("wanted", ["auto", "bubblewrap"])
def test_missing_bubblewrap_says_what_to_install(wanted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IsolationError, match=r"install the package bubblewrap, or choose --isolation none"):
        choose(wanted, VENV, embedded=False)


def test_only_embedded_falls_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    isolation, warning = choose("auto", VENV, embedded=True)
    assert isolation.name == "none"
    assert "without isolation" in warning
    assert "install the package bubblewrap" in warning
    with pytest.raises(IsolationError):
        choose("bubblewrap", VENV, embedded=True)


def test_failing_sandbox_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad_bwrap(tmp_path / "bin", "Creating new namespace failed: nesting depth exceeded")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(IsolationError, match=r"nesting depth exceeded; .*, or choose --isolation none"):
        choose("auto", VENV, embedded=False)
    trial = tried(VENV)[0]
    assert (trial.level.name, trial.holds) == ("bubblewrap", False)
    assert "nesting depth exceeded" in trial.says


def test_old_bubblewrap_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad_bwrap(tmp_path / "bin", "Unknown option --disable-userns")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(IsolationError, match=r"install bubblewrap 0\.8 or newer"):
        choose("auto", VENV, embedded=False)


def test_unknown_level_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "heirloom.toml").write_text('seed = 1\nisolation = "docker"\n')
    with pytest.raises(RequestError, match=r"line 2: isolation: .*no level 'docker'; choose one of auto, bubblewrap"):
        load_checked({}, {}, tmp_path)


@NEEDS_BUBBLEWRAP
def test_every_level_is_tried() -> None:
    assert [(trial.level.name, trial.holds) for trial in tried(VENV)] == [("bubblewrap", True), ("none", True)]


def never(isolation: object) -> None:
    """A trial that always fails."""
    raise IsolationError("no moat here")


@pytest.fixture
def moat() -> Iterator[None]:
    """One more level, the strongest: one row. It does not hold here."""
    LEVELS.insert(0, Level("moat", "a life sees water", Unisolated, never))
    try:
        yield
    finally:
        del LEVELS[0]


@pytest.mark.usefixtures("moat")
@pytest.mark.parametrize("command", ["run", "instruct", "gate", "adopt"])
def test_new_level_is_in_help(command: str) -> None:
    texts = {option.name: option.help for option in made({command}, Settings)}
    assert texts["isolation"] == "auto, moat, bubblewrap or none. Default: auto"


@pytest.mark.usefixtures("moat")
def test_new_level_is_in_config(tmp_path: Path) -> None:
    assert "how a life is isolated: auto, moat, bubblewrap or none" in "\n".join(lines(*load({}, {}, tmp_path)))


@pytest.mark.usefixtures("moat")
def test_new_level_is_in_doctor(operator: Path) -> None:
    found = {finding.name: finding for finding in examine(operator, {})}
    assert (found["isolation moat"].fine, found["isolation moat"].says) == (False, "no moat here")


@pytest.mark.usefixtures("moat")
def test_new_level_is_chosen_by_name() -> None:
    assert names() == ("auto", "moat", "bubblewrap", "none")
    with pytest.raises(IsolationError, match="no moat here"):
        choose("moat", VENV, embedded=True)
    with pytest.raises(RequestError, match="choose one of auto, moat, bubblewrap, none"):
        choose("docker", VENV, embedded=True)


@NEEDS_BUBBLEWRAP
@pytest.mark.usefixtures("moat")
def test_auto_takes_the_strongest_that_holds() -> None:
    isolation, warning = choose("auto", VENV, embedded=False)
    assert (isolation.name, warning) == ("bubblewrap", "")
