"""What a tool is, and the tools of a life: each file in `tools/` is one, found by its name.

A tool is a pydantic model: docstring = description, fields = JSON schema, `run` = action.
"""

import importlib
import inspect
import pkgutil
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.errors import ToolError
from agent.model import Block, Call, result
from agent.place import Place
from agent.text import clip

RESULT_CHARS = 20_000
# What code that a generation wrote may raise by mistake: told to the model, which can mend or avoid it.
BROKEN = (ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError, OSError, RuntimeError,
          SyntaxError, TypeError, ValueError)  # fmt: skip


class Tool(BaseModel):
    """One call, its arguments already checked."""

    model_config = ConfigDict(extra="forbid")
    typed: ClassVar[str] = ""  # the provider's own type of this tool, for models that were trained on it
    ends: ClassVar[bool] = False  # a call that succeeds is the conversation's answer

    def run(self, place: Place) -> str:
        """What the model is told. Raises ToolError."""
        return "noted"


class Toolbox:
    """Some tools by name, and `answer`: the call that ended the conversation."""

    def __init__(self, place: Place, tools: dict[str, type[Tool]]) -> None:
        self._place, self._tools = place, tools
        self.answer: Tool | None = None

    def offers(self) -> list[Block]:
        """The tools as the API wants them; in the provider's own form where it has one and the model knows it."""
        typed = self._place.birth.models[0].dialect == "anthropic"
        return [
            {"type": tool.typed, "name": name} if typed and tool.typed else offer(name, tool)
            for name, tool in self._tools.items()
        ]

    def run(self, call: Call) -> Block:
        """What became of a call. Whatever is wrong with it is told to the model, and never ends the life."""
        try:
            return result(call, clip(self._run(call), RESULT_CHARS))
        except ValidationError as error:
            problem = f"{problems(error)}; mend the arguments and call {call.name} again"
        except ToolError as error:
            problem = str(error)
        except BROKEN as error:
            problem = f"the tool {call.name} is broken: {type(error).__name__}: {error}"
        return result(call, clip(problem, RESULT_CHARS), failed=True)

    def _run(self, call: Call) -> str:
        if call.name not in self._tools:
            raise ToolError(f"there is no tool {call.name}; there are: {', '.join(self._tools)}")
        if call.cut:
            raise ToolError("not run: your answer was cut before this call was complete; send less at once")
        asked = self._tools[call.name].model_validate(call.input)
        said = asked.run(self._place)
        self.answer = asked if asked.ends else self.answer
        return said


def found(package: str) -> tuple[dict[str, type[Tool]], dict[str, str]]:
    """The tools in a package's files, by name in order; and the broken files, with what is wrong."""
    tools, broken = {}, {}
    for file in pkgutil.iter_modules(importlib.import_module(package).__path__):
        try:
            tools[file.name] = load(f"{package}.{file.name}")
        except BROKEN as error:
            broken[file.name] = f"{type(error).__name__}: {error}"
    return tools, broken


def load(module: str) -> type[Tool]:
    """The one tool that a file declares. Raises what importing it raises, or TypeError."""
    names = vars(importlib.import_module(module)).values()
    own = [one for one in names if isinstance(one, type) and issubclass(one, Tool) and one.__module__ == module]
    if len(own) != 1 or not own[0].__doc__:
        raise TypeError(f"a tool's file declares exactly one subclass of Tool, with a docstring; found {len(own)}")
    offer(module, own[0])  # a schema that cannot be made shows here
    return own[0]


def offer(name: str, tool: type[Tool]) -> Block:
    said = inspect.cleandoc(tool.__doc__ or "")
    return {"name": name, "description": said, "input_schema": plain_schema(tool.model_json_schema())}


def plain_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON schema without the titles that pydantic gives to every name."""
    fields = {
        name: {key: value for key, value in field.items() if key != "title"}
        for name, field in schema.get("properties", {}).items()
    }
    kept = {key: value for key, value in schema.items() if key not in ("title", "description")}
    return {**kept, "properties": fields}


def problems(error: ValidationError) -> str:
    """What is wrong with a call's arguments, in one line."""
    wrong = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in wrong)
