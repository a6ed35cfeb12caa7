"""What a tool is, and the tools of a life: each file in `tools/` is one, found by its name.

A tool is a pydantic model: docstring = description, fields = JSON schema, `run` = action.
"""

import importlib
import pkgutil
import re
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.errors import ToolError
from agent.model import Block, Call
from agent.place import Place
from agent.text import clip

SHOWN = 16_000  # characters
NAMED = re.compile(r"\.[\w-]{1,64}$", re.ASCII)
# What code may raise by mistake.
BROKEN = (ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError, OSError, RuntimeError,
          SyntaxError, TypeError, ValueError)  # fmt: skip


class Tool(BaseModel):
    model_config = ConfigDict(extra="forbid")
    typed: ClassVar[str] = ""  # the provider's own type of this tool, for models that were trained on it
    ends: ClassVar[bool] = False  # a call that succeeds is the conversation's answer

    def run(self, place: Place) -> str:
        return "noted"


class Toolbox:
    """`answer`: the call that ended the conversation. `closing`: calls are only noted."""

    def __init__(self, place: Place, tools: dict[str, type[Tool]]) -> None:
        self._place, self._tools = place, tools
        self.answer: Tool | None = None
        self.closing = False

    def offers(self) -> list[Block]:
        typed = self._place.birth.models[0].dialect == "anthropic"
        made = self._tools.items()
        return [{"type": one.typed, "name": name} if typed and one.typed else offer(name, one) for name, one in made]

    def run(self, call: Call) -> Block:
        failed = True
        try:
            told, failed = self._run(call), False
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            told = f"{wrong}; mend that and call again"
        except ToolError as error:
            told = str(error)
        except BROKEN as error:
            told = f"the tool {call.name} is broken: {type(error).__name__}: {error}"
        told = clip(told, SHOWN, rest="ask for a part of it")
        return {"type": "tool_result", "tool_use_id": call.id, "content": told, "is_error": failed}

    def _run(self, call: Call) -> str:
        if call.name not in self._tools:
            raise ToolError(f"there is no tool {call.name}; there are: {', '.join(self._tools)}")
        if call.cut:
            raise ToolError("not run: your answer was cut in the middle of this call; send less at once")
        asked = self._tools[call.name].model_validate(call.input)
        said = "not run" if self.closing else asked.run(self._place)
        self._place.step()
        self.answer = asked if asked.ends else self.answer
        return said


def found(package: str) -> tuple[dict[str, type[Tool]], dict[str, str]]:
    """The tools of a package by name, and its broken files with what is wrong."""
    tools, broken = {}, {}
    for file in pkgutil.iter_modules(importlib.import_module(package).__path__):
        try:
            tools[file.name] = load(f"{package}.{file.name}")
        except BROKEN as error:
            broken[file.name] = f"{type(error).__name__}: {error}"
    return tools, broken


def load(module: str) -> type[Tool]:
    names = vars(importlib.import_module(module)).values()
    own = [one for one in names if isinstance(one, type) and issubclass(one, Tool) and one.__module__ == module]
    if len(own) != 1 or not own[0].__doc__ or not NAMED.search(module):
        raise TypeError("not one subclass of Tool with a docstring, in a file with a plain name")
    offer(module, own[0])  # its schema can be made
    return own[0]


def offer(name: str, tool: type[Tool]) -> Block:
    schema = tool.model_json_schema()
    for part in (schema, *schema["properties"].values()):
        part.pop("title", None)
    return {"name": name, "description": schema.pop("description"), "input_schema": schema}
