"""Where each setting is from: command line > environment > heirloom.toml of the operator's checkout > default."""

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from controller.errors import RequestError
from controller.settings.field import about, names
from controller.settings.settings import Settings
from controller.settings.toml_lines import line_of

FILE = "heirloom.toml"
PREFIX = "HEIRLOOM_"


def load(
    given: Mapping[str, Any],
    environment: Mapping[str, str],
    folder: Path | None,
    model: type[Settings] = Settings,
    gates: Mapping[str, str] | None = None,
    levels: Collection[str] | None = None,
) -> tuple[Settings, dict[str, str]]:
    """The settings and, for each key, where its value is from.

    `given`: the command line (None: not said). `folder`: the operator's checkout, whose heirloom.toml is read.
    `gates`: `switches()` of the table of gates, by which the policy is checked; `levels`: what `isolation` may name.
    None: who asks the gates, or isolates a life, checks it. Raises RequestError naming source, line and key.
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
        return model.model_validate(values, context={"gates": gates, "levels": levels}), origin
    except ValidationError as error:
        raise RequestError(complaint(error, origin, text, model)) from error


def complaint(error: ValidationError, origin: Mapping[str, str], text: str, model: type[BaseModel]) -> str:
    """What is wrong with the first wrong setting: source, line of the file `text`, key, and what would be right."""
    first = error.errors(include_url=False)[0]
    place = first["loc"] or ("settings",)
    where = origin.get(str(place[0]), FILE)
    if where == FILE:
        where = f"{FILE}, line {line_of(text, place)}"
    key = ".".join(map(str, place))
    if first["type"] == "extra_forbidden":
        return f"{where}: {key}: unknown key; known keys: {', '.join(known_keys(model, place))}"
    what = first["msg"].removeprefix("Value error, ")
    return f"{where}: {key}: {what}"


def known_keys(model: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    """The keys that are known where an unknown one stands."""
    table = model
    for part in place[:-1]:
        if part in table.model_fields:  # else it is a name, or the number of one of several tables
            table = table_in(table.model_fields[str(part)].annotation) or table
    return list(table.model_fields)


def table_in(annotation: Any) -> type[BaseModel] | None:
    """The first table in a type: of `dict[str, Rate]`, `tuple[OperatorCommand, ...]` or `Amount | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        if table := table_in(part):
            return table
    return None


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
