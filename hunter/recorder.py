"""Which test reaches which function, and with what arguments."""

import builtins
import importlib
import inspect
from collections import defaultdict
from collections.abc import Mapping
from types import CodeType, FunctionType
from typing import Any

from .expression import Expression, express
from .source import Function

CALLS = 24  # kept a function, all different
ENTER = "__hunt_enter__"

Arguments = dict[str, Expression]


class Recorder:
    """While it is on, every known function first passes through here."""

    def __init__(self, known: list[Function]) -> None:
        self.test = ""  # the one that runs now
        self.tests: dict[str, dict[str, None]] = defaultdict(dict)  # full name of a function -> tests, in order
        self.calls: dict[str, dict[str, Arguments]] = defaultdict(dict)
        self.real: dict[str, FunctionType] = {}
        self._original: dict[str, FunctionType] = {}
        for one in known:
            found = getattr(importlib.import_module(one.module), one.name, None)
            if isinstance(found, FunctionType) and not found.__closure__ and found.__module__ == one.module:
                self.real[one.full] = found
                self._original[one.full] = copy(found)

    def __enter__(self) -> "Recorder":
        setattr(builtins, ENTER, self._entered)
        for full, function in self.real.items():
            function.__code__ = door(full, function.__name__)
        return self

    def __exit__(self, *_: object) -> None:
        for full, function in self.real.items():
            function.__code__ = self._original[full].__code__
        delattr(builtins, ENTER)

    def _entered(self, full: str, given: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        original = self._original[full]
        if self.test:
            self.tests[full][self.test] = None
            if len(self.calls[full]) < CALLS:
                self._keep(full, original, given, named)
        return original(*given, **named)

    def _keep(self, full: str, original: FunctionType, given: tuple[Any, ...], named: Mapping[str, Any]) -> None:
        """The arguments as text, taken before the call can change them."""
        try:
            bound = inspect.signature(original).bind(*given, **named).arguments
        except TypeError:
            return  # a test of what a wrong call does
        plain = written(bound)
        if plain is not None:
            self.calls[full][repr({name: one.text for name, one in plain.items()})] = plain


def written(values: Mapping[str, Any]) -> Arguments | None:
    """The values as text; None where one of them has none."""
    found = {}
    for name, value in values.items():
        expression = express(value)
        if expression is None:
            return None
        found[name] = expression
    return found


def copy(function: FunctionType) -> FunctionType:
    """The same function, another object."""
    made = FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def door(full: str, name: str) -> CodeType:
    """Code that takes any arguments and hands them to the recorder."""
    return only_code(f"def {name}(*given, **named):\n    return {ENTER}({full!r}, given, named)\n", name, "<recorder>")


def only_code(source: str, name: str, path: str) -> CodeType:
    """The code of the one function of this name that the source defines."""
    compiled = compile(source, path, "exec", dont_inherit=True)
    return next(one for one in compiled.co_consts if isinstance(one, CodeType) and one.co_name == name)
