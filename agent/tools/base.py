"""What a tool is: a pydantic model. Docstring = description, fields = JSON schema, `run` = action."""

import inspect
import re
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.model import Block
from agent.place import Place


class Tool(BaseModel, ABC):
    """A tool's call, its arguments already checked. The tool's name is that of its file."""

    model_config = ConfigDict(extra="forbid")
    typed: ClassVar[str] = ""  # the provider's own type of this tool, for models that were trained on it

    @abstractmethod
    def run(self, place: Place) -> str:
        """Do it; returns what the model is told. Raises ToolError."""


def offer(name: str, shape: type[BaseModel]) -> Block:
    """A tool as the API wants it: name, description, schema."""
    said = inspect.cleandoc(shape.__doc__ or "")
    return {"name": name, "description": said, "input_schema": plain_schema(shape.model_json_schema())}


def plain_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON schema without the titles and the description that pydantic adds for every name."""
    kept = {key: value for key, value in schema.items() if key not in ("title", "description")}
    if "properties" in kept:
        kept["properties"] = {
            name: {key: value for key, value in field.items() if key != "title"}
            for name, field in kept["properties"].items()
        }
    return kept


def problems(error: ValidationError) -> str:
    """What is wrong with a call's arguments, in one line."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(str(part) for part in one['loc']) or 'arguments'}: {one['msg']}" for one in found)


def snake_case(name: str) -> str:
    """A class's name as a tool's name."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
