"""The tools, found by file in the order of their names: a new file in this folder is a new tool."""

import importlib
import pkgutil

from pydantic import ValidationError

from agent.errors import ToolError
from agent.model import Block, Call, result
from agent.place import Place
from agent.text import clip
from agent.tools.base import Tool, offer, problems

NOT_TOOLS = ("base",)
RESULT_CHARS = 20_000
# What code that a generation wrote may raise by mistake: told to the model, which can mend or avoid it.
BROKEN = (ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError, OSError, RuntimeError,
          SyntaxError, TypeError, ValueError)  # fmt: skip


class Toolbox:
    """The tools of one life. A file that is broken is left out, and the model is told why."""

    def __init__(self, place: Place, package: str = __name__) -> None:
        self._place = place
        self.tools: dict[str, type[Tool]] = {}
        self.broken: dict[str, str] = {}
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
            if module.name not in NOT_TOOLS:
                self._load(package, module.name)

    def _load(self, package: str, name: str) -> None:
        try:
            module = importlib.import_module(f"{package}.{name}")
            found = [one for one in vars(module).values() if is_tool(one, module.__name__)]
            if len(found) != 1 or not found[0].__doc__:
                raise TypeError(f"needs exactly one subclass of Tool with a docstring, has {len(found)}")
            offer(name, found[0])
            self.tools[name] = found[0]
        except BROKEN as error:
            self.broken[name] = f"{type(error).__name__}: {error}"

    @property
    def finished(self) -> bool:
        """Whether `done` was called."""
        return self._place.claim is not None

    def offers(self, typed: bool) -> list[Block]:
        """The tools as the API wants them; `typed`: in the provider's own form where there is one."""
        return [
            {"type": tool.typed, "name": name} if typed and tool.typed else offer(name, tool)
            for name, tool in self.tools.items()
        ]

    def run(self, call: Call) -> Block:
        """What became of a call. Whatever is wrong with it is told to the model, and never ends the life."""
        try:
            return result(call, clip(self._done(call), RESULT_CHARS))
        except ToolError as error:
            return result(call, clip(str(error), RESULT_CHARS), failed=True)
        except BROKEN as error:
            return result(call, f"the tool {call.name} is broken: {type(error).__name__}: {error}", failed=True)

    def _done(self, call: Call) -> str:
        tool = self.tools.get(call.name)
        if tool is None:
            raise ToolError(f"there is no tool {call.name}; there are: {', '.join(self.tools)}")
        if call.cut:
            raise ToolError(
                f"your answer was cut before {call.name} was complete, so it was not run; send less at once"
            )
        try:
            asked = tool.model_validate(call.input)
        except ValidationError as error:
            raise ToolError(f"{call.name}: {problems(error)}; mend the arguments and call it again") from error
        return asked.run(self._place)


def is_tool(thing: object, module: str) -> bool:
    """Whether a name in a module is a tool that this module declares."""
    return isinstance(thing, type) and issubclass(thing, Tool) and thing.__module__ == module
