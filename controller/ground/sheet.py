"""task.toml, and what else of a task is TOML: its keys, their types and bounds, and messages that name file and key."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from controller.errors import RequestError

Kind = Literal["symptom", "traceback", "feature", "refactoring", "tests", "data", "speed"]
CAUGHT = "mutants.toml"
Model = TypeVar("Model", bound=BaseModel)
Seconds = Annotated[float, Field(gt=0, le=3600)]


class Table(BaseModel):
    """A table of task.toml; a key that is not known is an error."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Metadata(Table):
    """What a task is."""

    kind: Kind
    level: Annotated[int, Field(ge=1, le=5)]
    title: Annotated[str, Field(min_length=1, max_length=120)]


class Verifier(Table):
    """How an answer is graded."""

    timeout_sec: Seconds
    protected: list[str] = []
    max_tokens: Annotated[int, Field(gt=0)] | None = None
    sized: list[str] = []


class Agent(Table):
    """What an agent may take."""

    timeout_sec: Seconds


class Sheet(Table):
    """task.toml."""

    version: Literal["1.0"]
    metadata: Metadata
    verifier: Verifier
    agent: Agent


class Mutants(Table):
    """tests/mutants.toml: how many of the mutants an answer must catch."""

    caught: Annotated[int, Field(gt=0)]


def read_text(folder: Path, path: str) -> str:
    """A file of a task as text. Raises RequestError where it is missing, empty or no UTF-8."""
    try:
        text = (folder / path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RequestError(f"{folder.name}: {path} is missing") from None
    except UnicodeDecodeError:
        raise RequestError(f"{folder.name}: {path} is not UTF-8 text") from None
    if not text.strip():
        raise RequestError(f"{folder.name}: {path} is empty")
    return text


def read_sheet(folder: Path) -> Sheet:
    """task.toml. Raises RequestError."""
    table = read_toml(folder, "task.toml")
    return parsed(Sheet, table, f"{folder.name}: task.toml")


def caught(folder: Path, kind: Kind) -> int:
    """How many mutants must be caught; 0 for every other kind. Raises RequestError."""
    if kind != "tests":
        return 0
    path = f"tests/{CAUGHT}"
    return parsed(Mutants, read_toml(folder, path), f"{folder.name}: {path}").caught


def read_toml(folder: Path, path: str) -> dict[str, object]:
    """A TOML file of a task. Raises RequestError."""
    text = read_text(folder, path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RequestError(f"{folder.name}: {path}: {error}") from None


def parsed(model: type[Model], table: dict[str, object], where: str) -> Model:
    """A table as its model. Raises RequestError, which names the first key that is wrong."""
    try:
        return model.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise RequestError(f"{where}: {key}: {first['msg']}") from None
