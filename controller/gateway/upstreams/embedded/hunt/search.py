"""The search for an input that tells a changed function from the original. Runs in a forked copy of the process."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from . import pin
from .calling import Guard, Outcome
from .neighbours import near
from .operators import Mutation
from .recorder import Arguments
from .source import Function, numbers, words
from .strategies import typed
from .suspicion import suspicion

NEAR, TYPED = 400, 150  # inputs tried around one recorded call, and from the types
ENOUGH = 30  # inputs that tell one mutant; the plainest is taken
STUCK = 3  # calls that a mutant may hang in
ACCIDENTS = ("IndexError", "ZeroDivisionError", "UnboundLocalError", "RecursionError")


@dataclass
class Survivor:
    """A change that no test notices: to which function, and that function's changed code."""

    index: int
    member: Function
    mutation: Mutation
    code: CodeType
    stuck: int = 0
    tellings: int = 0

    @property
    def why(self) -> str:
        """The change in words."""
        return self.mutation.what


class Search:
    """What one public function's survivors are tried with."""

    def __init__(self, public: Function, family: list[Function], real: dict[str, FunctionType]) -> None:
        self._public, self._family, self._real = public, family, real
        self._guard = Guard()
        self._finds: dict[int, tuple[int, dict[str, Any]]] = {}
        self._suspicions: dict[str, None] = {}

    def run(self, survivors: list[Survivor], recorded: list[Arguments], seconds: float) -> dict[str, Any]:
        """The plainest telling test of each survivor, in the survivors' order, and what looked like a mistake."""
        deadline = time.monotonic() + seconds
        seen: set[str] = set()
        for arguments in self._inputs(recorded):
            key = repr({name: one.text for name, one in arguments.items()})
            if key not in seen:
                seen.add(key)
                self._try(arguments, [one for one in survivors if one.stuck < STUCK and one.tellings < ENOUGH])
            if time.monotonic() > deadline:
                break
        finds = [{"survivor": index, **find} for index, (_, find) in sorted(self._finds.items())]
        return {"finds": finds, "suspicions": list(self._suspicions)[:3]}

    def _inputs(self, recorded: list[Arguments]) -> Iterator[Arguments]:
        """What the tests used, what is near it, and what the types allow."""
        told, counted = words(self._family), numbers(self._family)
        yield from recorded
        rounds = [itertools.islice(near(given, told, counted), NEAR) for given in recorded]
        for row in itertools.zip_longest(*rounds):
            yield from (one for one in row if one is not None)
        yield from typed(self._real[self._public.full], told, counted, TYPED)

    def _try(self, arguments: Arguments, survivors: list[Survivor]) -> None:
        """Call the original, each mutant, and the original again."""
        before = self._call(arguments)
        if before.kind == "none":
            if before.type in ACCIDENTS:
                self._suspect(arguments, f"raises {before.type}")
            return
        after = [(survivor, self._mutated(survivor, arguments)) for survivor in survivors]
        telling = [(survivor, found) for survivor, found in after if found.kind != "none" and differ(before, found)]
        if not telling or self._call(arguments) != before:
            return
        if before.kind == "value":
            answer = before.expression.value()
            if wrong := suspicion({name: one.value() for name, one in arguments.items()}, answer):
                self._suspect(arguments, f"gives {before.expression.text}: {wrong}")
                return
        for survivor, _ in telling:
            survivor.tellings += 1
            self._keep(survivor, arguments, before)

    def _call(self, arguments: Arguments) -> Outcome:
        return self._guard.call(self._real[self._public.full], arguments)

    def _mutated(self, survivor: Survivor, arguments: Arguments) -> Outcome:
        """Call with the change in place. What hangs several times is not tried again."""
        function = self._real[survivor.member.full]
        original, function.__code__ = function.__code__, survivor.code
        try:
            outcome = self._call(arguments)
        finally:
            function.__code__ = original
        survivor.stuck += outcome.why == "stopped: time"
        return outcome

    def _suspect(self, arguments: Arguments, what: str) -> None:
        called = pin.call(self._public.full, arguments)
        if len(called) + len(what) < 200:
            self._suspicions[f"{called} {what}"] = None

    def _keep(self, survivor: Survivor, arguments: Arguments, before: Outcome) -> None:
        """Keep the plainest input of each survivor."""
        text = pin.call(self._public.name, arguments) + before.expression.text
        cost = len(text) + 8 * sum(not (char.isascii() and char.isprintable()) for char in text) + 8 * text.count("\\n")
        cost += 15 * sum(len(one.text) > 2 and not any(map(str.isalnum, one.text)) for one in arguments.values())
        cost += 10 * (len(arguments) - len(set(arguments.values())))
        cost += 30 * (before.kind == "value" and not before.expression.value())  # an empty answer says little
        if survivor.index not in self._finds or cost < self._finds[survivor.index][0]:
            test = pin.test(self._public, arguments, before, survivor.why)
            self._finds[survivor.index] = (cost, {"test": test, "call": pin.call(self._public.name, arguments)})


def differ(before: Outcome, after: Outcome) -> bool:
    """Whether a test of the one would fail on the other."""
    if (before.kind, before.type, before.module) != (after.kind, after.type, after.module):
        return True
    return bool(before.expression.value() != after.expression.value())
