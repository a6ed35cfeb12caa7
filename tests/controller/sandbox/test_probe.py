"""Which isolation is chosen, and what is said where it does not hold."""

from pathlib import Path

import pytest

from controller.errors import IsolationError, RequestError
from controller.sandbox.levels import choose, tried
from controller.sandbox.none import Unisolated
from controller.sandbox.probe import advice, prove
from tests.controller.levels import SHUT, VENV


def bad_bwrap(folder: Path, text: str) -> None:
    """Put a bwrap that only fails, with these words, into a folder."""
    folder.mkdir()
    (folder / "bwrap").write_text(f"#!/bin/sh\necho 'bwrap: {text}' >&2\nexit 1\n")
    (folder / "bwrap").chmod(0o755)
    (folder / "setpriv").symlink_to("/usr/bin/setpriv")


@SHUT
@pytest.mark.parametrize("wanted", ["auto", "bubblewrap"])
def test_bubblewrap_is_taken_where_it_holds(wanted: str) -> None:
    isolation, warning = choose(wanted, VENV, embedded=False)
    assert (isolation.name, warning) == ("bubblewrap", "")


@pytest.mark.parametrize("embedded", [True, False])
def test_none_is_taken_when_the_operator_says_so(embedded: bool) -> None:
    isolation, warning = choose("none", VENV, embedded=embedded)
    assert (isolation.name, warning) == ("none", "")


def test_an_unknown_level_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RequestError, match="unknown isolation 'docker': choose one of auto, bubblewrap, none"):
        choose("docker", VENV, embedded=True)


@pytest.mark.parametrize("wanted", ["auto", "bubblewrap"])
def test_without_bubblewrap_a_run_is_refused_and_told_what_to_install(
    wanted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IsolationError, match=r"install the package bubblewrap, or choose --isolation none"):
        choose(wanted, VENV, embedded=False)


def test_only_under_the_embedded_upstream_auto_falls_back_and_warns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    isolation, warning = choose("auto", VENV, embedded=True)
    assert isolation.name == "none"
    assert "without isolation" in warning
    assert "install the package bubblewrap" in warning
    with pytest.raises(IsolationError):
        choose("bubblewrap", VENV, embedded=True)


def test_a_sandbox_that_cannot_be_made_is_refused_with_its_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad_bwrap(tmp_path / "bin", "Creating new namespace failed: nesting depth exceeded")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(IsolationError, match=r"nesting depth exceeded; .*, or choose --isolation none"):
        choose("auto", VENV, embedded=False)
    trial = tried(VENV)[0]
    assert (trial.level.name, trial.holds) == ("bubblewrap", False)
    assert "nesting depth exceeded" in trial.says


def test_an_old_bubblewrap_is_named_as_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad_bwrap(tmp_path / "bin", "Unknown option --disable-userns")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(IsolationError, match=r"install bubblewrap 0\.8 or newer"):
        choose("auto", VENV, embedded=False)


def test_a_closed_interpreter_is_named() -> None:
    assert "readable" in advice("bwrap: Can't find source path /root/python/bin: Permission denied")


def test_each_missing_wall_is_found_and_named() -> None:
    with pytest.raises(IsolationError) as caught:
        prove(Unisolated(VENV))
    for wall in ("write outside its folder", "listeners of the host", "processes of the host"):
        assert wall in str(caught.value)
    assert "closed to it" not in str(caught.value)  # the controls hold: it is the walls that are missing
    assert "cannot be reached" not in str(caught.value)


@SHUT
def test_doctor_is_told_of_every_level() -> None:
    assert [(trial.level.name, trial.holds) for trial in tried(VENV)] == [("bubblewrap", True), ("none", True)]
