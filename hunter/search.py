"""The search for an input that tells a changed function from the original. Runs in a forked copy of the process."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from types import CodeType, FunctionType
from typing import Any

from . import pin
from .calling import Guard, Outcome
from .change import Mutation
from .neighbours import near
from .recorder import Arguments
from .source import Function, numbers, words
from .strategies import typed
from .suspicion import parts, suspicion, unsteady

NEAR, TYPED = 400, 150  # inputs tried around one recorded call, and from the types
ENOUGH = 30  # inputs that tell one mutant; the plainest is taken
FIRST = 40  # inputs after which a function that never gave an answer is left alone
BESIDE, GUESSED = 8, 25  # how odd an input is for not being a test's own
STUCK = 3  # calls that a mutant may hang in
ACCIDENTS = ("IndexError", "ZeroDivisionError", "UnboundLocalError", "RecursionError")


@dataclass
class Survivor:
    """A change that no test notices: to which function, and that function's changed code."""

    member: Function
    mutation: Mutation
    code: CodeType
    place: int = 0  # among those of its function
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
        self._finds: dict[int, tuple[int, dict[str, Any]]] = {}  # by the survivor's place
        self._suspicions: dict[str, str] = {}  # one of a kind

    def run(self, survivors: list[Survivor], recorded: list[Arguments], seconds: float) -> dict[str, Any]:
        """The plainest telling test of each survivor, in the survivors' order, and what looked like a mistake."""
        deadline = time.process_time() + seconds
        seen: set[str] = set()
        for guessed, arguments in self._inputs(recorded):
            key = repr({name: one.text for name, one in arguments.items()})
            if key not in seen:
                seen.add(key)
                self._try(arguments, [one for one in survivors if one.stuck < STUCK and one.tellings < ENOUGH], guessed)
            if time.process_time() > deadline:
                break
        finds = [{"survivor": index, **find} for index, (_, find) in sorted(self._finds.items())]
        return {"finds": finds, "suspicions": list(self._suspicions.values())[:3]}

    def answers(self, recorded: list[Arguments]) -> bool:
        """Whether any of the first inputs comes to something that a test can state."""
        first = itertools.islice(self._inputs(recorded), FIRST)
        return any(self._call(arguments).kind != "none" for _, arguments in first)

    def _inputs(self, recorded: list[Arguments]) -> Iterator[tuple[int, Arguments]]:
        """What the tests used, what is near it, and what the types allow; the last are the oddest to read."""
        told, counted = words(self._family), numbers(self._family)
        yield from ((0, one) for one in recorded)
        rounds = [itertools.islice(near(given, told, counted), NEAR) for given in recorded]
        for row in itertools.zip_longest(*rounds):
            yield from ((BESIDE, one) for one in row if one is not None)
        yield from ((GUESSED, one) for one in typed(self._real[self._public.full], told, counted, TYPED))

    def _try(self, arguments: Arguments, survivors: list[Survivor], guessed: int) -> None:
        """Call the original, each mutant, and the original again."""
        before = self._call(arguments)
        if before.kind == "none":
            if before.type in ACCIDENTS and guessed < GUESSED:
                self._suspect(arguments, f"raises {before.type}")
            return
        after = [(survivor, self._mutated(survivor, arguments)) for survivor in survivors]
        telling = [(survivor, found) for survivor, found in after if found.kind != "none" and differ(before, found)]
        if not telling or self._call(arguments) != before:
            return
        if before.kind == "value":
            answer, given = before.expression.value(), {name: one.value() for name, one in arguments.items()}
            wrong = suspicion(given, answer)
            if wrong and guessed < GUESSED:
                self._suspect(arguments, f"gives {before.expression.text}: {wrong}")
            if wrong or unsteady(given, answer):
                return
        for survivor, _ in telling:
            survivor.tellings += 1
            self._keep(survivor, arguments, before, oddness(arguments, before) + guessed)

    @cached_property
    def _guard(self) -> Guard:
        """Made where it is first needed: its hook stays for the life of a process."""
        return Guard()

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
            kind = "".join(char for char in what.rpartition(": ")[2] if not char.isdigit())
            self._suspicions.setdefault(kind, f"{called} {what}")

    def _keep(self, survivor: Survivor, arguments: Arguments, before: Outcome, cost: int) -> None:
        """Keep the plainest input of each survivor."""
        if survivor.place not in self._finds or cost < self._finds[survivor.place][0]:
            test = pin.test(self._public, arguments, before, survivor.why)
            self._finds[survivor.place] = (cost, {"test": test, "call": pin.call(self._public.name, arguments)})


def differ(before: Outcome, after: Outcome) -> bool:
    """Whether a test of the one would fail on the other."""
    if (before.kind, before.type, before.module) != (after.kind, after.type, after.module):
        return True
    return bool(before.expression.value() != after.expression.value())


def oddness(arguments: Arguments, before: Outcome) -> int:
    """How far a test is from what a person would write: long, empty, unreadable, twice the same."""
    cost = len(before.expression.text) + 20 * (before.kind == "value" and not before.expression.value())
    for one in arguments.values():
        cost += len(one.text)
        for part in parts(one.value()):
            if isinstance(part, str):
                cost += max(0, 6 - len(part)) + 12 * (not any(map(str.isalnum, part))) + 8 * (part != part.strip())
                cost += 4 * sum(not (char.isascii() and char.isprintable()) for char in part)
    return cost + 10 * (len(arguments) - len(set(arguments.values())))
