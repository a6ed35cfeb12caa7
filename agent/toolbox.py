"""What a tool is, and the tools of a life: each file in `tools/` is one, found by its name.

A tool is a pydantic model: docstring = description, fields = JSON schema, `run` = action.
"""

import importlib
import pkgutil
import re
from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.errors import Refused, ToolError
from agent.models.messages import Block, Call
from agent.text import clip, readable
from agent.workspace import Workspace

SHOWN = 16_000  # characters
TRIES = 3  # to end with work that is refused; then the conversation is over
NAMED = re.compile(r"\.[\w-]{1,64}$", re.ASCII)


@dataclass(frozen=True)
class Result:
    """What a tool says. `failed`: it did what was asked, and that went wrong, as a command that exits with 1."""

    text: str
    failed: bool = False


class Tool(BaseModel):
    """A tool; one call of it is an instance."""

    model_config = ConfigDict(extra="forbid")
    typed: ClassVar[str] = ""  # the provider's own type of this tool, for models that were trained on it
    ends: ClassVar[bool] = False  # a call that succeeds is the conversation's answer
    when_refused: ClassVar[str] = ""  # what to do then

    def run(self, workspace: Workspace) -> Result:
        """Do it. Raises ToolError."""
        return Result("noted")


@dataclass(frozen=True)
class ToolResult:
    """What became of one call. `error`: it was not done; `failed`: that, or it went wrong.

    `answer`: the call itself, where it ends the conversation. `refused`: why the work was refused once too often.
    """

    call: Call
    text: str
    error: bool = False
    failed: bool = False
    answer: Tool | None = None
    refused: str = ""

    def block(self) -> Block:
        """As the Messages API has it."""
        return {"type": "tool_result", "tool_use_id": self.call.id, "content": self.text, "is_error": self.error}


Tools = dict[str, type[Tool]]  # by name


class Toolbox:
    """The tools of one conversation, by their names."""

    def __init__(self, workspace: Workspace, tools: Tools) -> None:
        self._workspace, self._tools = workspace, tools
        self._refusals = 0

    def offers(self) -> list[Block]:
        """The tools as the Messages API has them, in the provider's own form where the model knows that."""
        typed = self._workspace.birth.models[0].dialect == "anthropic"
        return [
            {"type": tool.typed, "name": name} if typed and tool.typed else offer(name, tool)
            for name, tool in self._tools.items()
        ]

    def run(self, call: Call, only_note: bool = False) -> ToolResult:
        """Run a call, or only note it. Whatever goes wrong is told to the model: nothing is raised."""
        try:
            tool = self._asked(call)
            result = Result("not run: this was the last answer")
            if not only_note:
                result = self.act(tool)
            self._workspace.step()
        except ValidationError as error:
            return failure(call, f"{in_words(error)}; mend that and call again")
        except Refused as refusal:
            self._refusals += 1
            text = f"{refusal}\n\n{self._tools[call.name].when_refused}"
            return failure(call, text, refused=str(refusal) if self._refusals == TRIES else "")
        except ToolError as error:
            return failure(call, str(error))
        except Exception as error:  # noqa: BLE001 - tools are the genome's own: a broken one must not end the life
            return failure(call, f"the tool {call.name} is broken: {type(error).__name__}: {error}")
        return ToolResult(call, shown(result.text), failed=result.failed, answer=tool if tool.ends else None)

    def act(self, tool: Tool) -> Result:
        """Run a call whose input is whole. Raises ToolError, and whatever a broken tool raises."""
        return tool.run(self._workspace)

    def _asked(self, call: Call) -> Tool:
        """The tool that is called, with its input. Raises ToolError, ValidationError."""
        if call.name not in self._tools:
            raise ToolError(f"there is no tool {call.name}; there are: {', '.join(self._tools)}")
        if call.problem:
            raise ToolError(call.problem)
        return self._tools[call.name].model_validate(call.input)


def failure(call: Call, text: str, refused: str = "") -> ToolResult:
    """The result of a call that was not done."""
    return ToolResult(call, shown(text), error=True, failed=True, refused=refused)


def shown(text: str) -> str:
    """What a model reads of a result."""
    return clip(readable(text), SHOWN, rest="ask for a part of it")


def in_words(error: ValidationError) -> str:
    """All that is wrong with an input."""
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())


def find_tools(package: str) -> tuple[Tools, dict[str, str]]:
    """The tools of a package by name, and its broken files with what is wrong."""
    tools, broken = {}, {}
    for file in pkgutil.iter_modules(importlib.import_module(package).__path__):
        try:
            tools[file.name] = load(f"{package}.{file.name}")
        except Exception as error:  # noqa: BLE001 - whatever a broken file raises, the other tools must be found
            broken[file.name] = f"{type(error).__name__}: {error}"
    return tools, broken


def load(module: str) -> type[Tool]:
    """The one tool of a module. Raises TypeError, and what its import raises."""
    names = vars(importlib.import_module(module)).values()
    own = [one for one in names if isinstance(one, type) and issubclass(one, Tool) and one.__module__ == module]
    if len(own) != 1 or not own[0].__doc__ or not NAMED.search(module):
        raise TypeError("not one subclass of Tool with a docstring, in a file with a plain name")
    offer(module, own[0])  # its schema can be made
    return own[0]


def offer(name: str, tool: type[Tool]) -> Block:
    """A tool as the Messages API has it: a JSON schema without titles."""
    schema = tool.model_json_schema()
    for part in (schema, *schema["properties"].values()):
        part.pop("title", None)
    return {"name": name, "description": schema.pop("description"), "input_schema": schema}
