"""Where each setting is from: command line > environment > heirloom.toml of the operator's checkout > default."""

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from controller.errors import RequestError
from controller.settings.complaint import complaint, located
from controller.settings.field import about, names
from controller.settings.settings import Settings

FILE = "heirloom.toml"
PREFIX = "HEIRLOOM_"


def load(
    given: Mapping[str, Any],
    environment: Mapping[str, str],
    folder: Path | None,
    model: type[Settings] = Settings,
    gates: Mapping[str, str] | None = None,
    names: Mapping[str, Collection[str]] | None = None,
) -> tuple[Settings, dict[str, str]]:
    """The settings and, for each key, where its value is from.

    `given`: the command line (None: not said). `folder`: the operator's checkout, whose heirloom.toml is read.
    `gates`: `switches()` of the table of gates, by which the policy is checked; `names`: by the key
    of a setting that names a row of a registry, the names there are. None: who looks the row up checks it.
    Raises RequestError naming source, line and key.
    """
    text = read(folder / FILE) if folder else ""
    sources = {
        FILE: parse(text),
        "environment": of_environment(environment, model),
        "command line": {key: value for key, value in given.items() if value is not None},
    }
    values: dict[str, Any] = {}
    origin = dict.fromkeys(model.model_fields, "default")
    for source, found in sources.items():
        values.update(found)
        origin.update(dict.fromkeys(found, source))
    try:
        return model.model_validate(values, context={"gates": gates, "names": names or {}}), origin
    except ValidationError as error:
        raise RequestError(complaint_of(error, origin, text, model)) from error


def complaint_of(error: ValidationError, origin: Mapping[str, str], text: str, model: type[BaseModel]) -> str:
    """What is wrong with the first wrong setting: source, line of the file `text`, key, and what would be right."""
    place, what = complaint(error, model)
    where = origin.get(str(place[0]), FILE)
    return located(where, text if where == FILE else "", place, what)


def variables(model: type[BaseModel] = Settings) -> dict[str, str]:
    """The environment variable of each setting that has one."""
    found = {}
    for key, field in model.model_fields.items():
        if about(field).variable:
            found[key] = PREFIX + key.upper()
    return found


def of_environment(environment: Mapping[str, str], model: type[BaseModel]) -> dict[str, str]:
    """The settings that the environment sets. Raises RequestError where it names one that only heirloom.toml can."""
    for key in names(model, variable=False):
        if PREFIX + key.upper() in environment:
            variable = PREFIX + key.upper()
            raise RequestError(f"environment: {variable}: a table or a list has no variable; set {key} in {FILE}")
    found = {}
    for key, variable in variables(model).items():
        if variable in environment:
            found[key] = environment[variable]
    return found


def read(path: Path) -> str:
    """The text of heirloom.toml, empty where there is none. Raises RequestError."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"{path} cannot be read: {error}") from error


def parse(text: str) -> dict[str, Any]:
    """The keys of heirloom.toml. Raises RequestError."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RequestError(f"{FILE}: {error}") from error
