"""A setting is one field: this one is added by a field alone, and is seen wherever settings are."""

from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from controller.cli.common import app
from controller.cli.options import LineageCommand, given, made
from controller.errors import RequestError
from controller.settings.field import EVERY_LINEAGE, About, about, names, setting
from controller.settings.load import PREFIX, load, variables
from controller.settings.settings import Settings
from controller.views.config import lines
from tests.test_docs import wrong_settings


class More(Settings):
    """The settings, and one more."""

    naps: int = setting(7, "how long a life may nap", About("minutes", commands=("run",), changeable=True), gt=0)


class MoreCommand(LineageCommand):
    """A command with the options of these settings."""

    @cached_property
    def made(self) -> list[Any]:
        return made({"run"}, More)


def run(*arguments: str) -> tuple[str, dict[str, Any]]:
    """What `run` with these options prints, and what it was given."""
    said: dict[str, Any] = {}
    app = typer.Typer(add_completion=False)

    @app.command(cls=MoreCommand)
    def command(context: typer.Context) -> None:
        said.update(given(context))

    printed = CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", "NO_COLOR": "1"})
    return printed.output, said


def test_help_has_default_and_unit() -> None:
    text, _ = run("--help")
    assert "--naps" in text
    assert "How long a life may nap. Default: 7 minutes" in text


def test_option_sets_it(tmp_path: Path) -> None:
    _, said = run("--naps", "9")
    settings, origin = load(said, {}, tmp_path, More)
    assert isinstance(settings, More)
    assert (settings.naps, origin["naps"]) == (9, "command line")


def test_option_has_its_type() -> None:
    text, said = run("--naps", "long")
    assert "valid integer" in text
    assert said == {}


def test_environment_sets_it(tmp_path: Path) -> None:
    settings, origin = load({}, {f"{PREFIX}NAPS": "9"}, tmp_path, More)
    assert settings.model_dump()["naps"] == 9
    assert origin["naps"] == "environment"
    assert variables(More)["naps"] == f"{PREFIX}NAPS"


def test_variable_of_a_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"HEIRLOOM_GENOME: .* set genome in heirloom\.toml"):
        load({}, {"HEIRLOOM_GENOME": '["agent/"]'}, tmp_path)


def test_file_sets_it(tmp_path: Path) -> None:
    (tmp_path / "heirloom.toml").write_text("naps = 9\n")
    settings, origin = load({}, {}, tmp_path, More)
    assert settings.model_dump()["naps"] == 9
    assert origin["naps"] == "heirloom.toml"


def test_wrong_value_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "heirloom.toml").write_text("seed = 1\nnaps = 0\n")
    with pytest.raises(RequestError, match=r"heirloom\.toml, line 2: naps: has to be more than 0, and is 0"):
        load({}, {}, tmp_path, More)


def test_unknown_key_lists_it(tmp_path: Path) -> None:
    (tmp_path / "heirloom.toml").write_text("nap = 9\n")
    with pytest.raises(RequestError, match=r"line 1: nap: unknown key; did you mean naps"):
        load({}, {}, tmp_path, More)


def test_config_shows_it(tmp_path: Path) -> None:
    shown = "\n".join(lines(*load({}, {}, tmp_path, More)))
    assert f"[bold]naps[/] = 7 minutes  [dim](default; {PREFIX}NAPS)[/]\n    how long a life may nap" in shown


def test_pages_may_name_it() -> None:
    page = f"Set `{PREFIX}NAPS`."
    assert wrong_settings(page, More) == []
    assert wrong_settings(page) == [f"{PREFIX}NAPS"]


def test_metadata_decides_about_stamps() -> None:
    assert "naps" in names(More, changeable=True)
    assert "naps" not in More().lasting()
    assert "naps" not in More().stamped()
    assert More().stamped() == Settings().stamped()


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_option_names_a_command() -> None:
    commands: set[str] = set()
    waiting = [typer.main.get_command(app)]
    while waiting:
        known = getattr(waiting.pop(), "commands", {})
        commands |= {getattr(one, "known_as", "") or name for name, one in known.items()}
        waiting += known.values()
    for name, field in Settings.model_fields.items():
        assert set(about(field).commands) <= commands | {EVERY_LINEAGE}, name
