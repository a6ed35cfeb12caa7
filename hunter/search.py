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
from .suspicion import suspicion, texts, unsteady

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
                open_ones = [one for one in survivors if one.stuck < STUCK and one.tellings < ENOUGH]
                self._try(arguments, open_ones, guessed)
            if time.process_time() > deadline:
                break
        finds = [{"survivor": index, **find} for index, (_, find) in sorted(self._finds.items())]
        return {"finds": finds, "suspicions": list(self._suspicions.values())[:3]}

    def answers(self, recorded: list[Arguments]) -> bool:
        """Whether any of the first inputs comes to something that a test can state."""
        for _, arguments in itertools.islice(self._inputs(recorded), FIRST):
            if self._call(arguments).kind != "none":
                return True
        return False

    def _inputs(self, recorded: list[Arguments]) -> Iterator[tuple[int, Arguments]]:
        """What the tests used, what is near it, and what the types allow; the last are the oddest to read."""
        for arguments in recorded:
            yield 0, arguments
        said, counted = words(self._family), numbers(self._family)
        rounds = [itertools.islice(near(given, said, counted), NEAR) for given in recorded]
        for row in itertools.zip_longest(*rounds):
            for neighbour in row:
                if neighbour is not None:
                    yield BESIDE, neighbour
        for arguments in typed(self._real[self._public.full], said, counted, TYPED):
            yield GUESSED, arguments

    def _try(self, arguments: Arguments, survivors: list[Survivor], guessed: int) -> None:
        """Call the original, each mutant, and the original again."""
        before = self._call(arguments)
        if before.kind == "none":
            if before.type in ACCIDENTS and guessed < GUESSED:
                self._suspect(arguments, f"raises {before.type}")
            return
        telling = []
        for survivor in survivors:
            after = self._mutated(survivor, arguments)
            if after.kind != "none" and differ(before, after):
                telling.append(survivor)
        if not telling or self._call(arguments) != before or not self._may_be_pinned(arguments, before, guessed):
            return
        for survivor in telling:
            survivor.tellings += 1
            self._keep(survivor, arguments, before, oddness(arguments, before) + guessed)

    def _may_be_pinned(self, arguments: Arguments, outcome: Outcome, guessed: int) -> bool:
        """Whether an outcome looks right and is the same in every run; what looks wrong is kept for a later life."""
        if outcome.kind != "value":
            return True
        answer = outcome.expression.value()
        given = {name: one.value() for name, one in arguments.items()}
        wrong = suspicion(given, answer)
        if wrong:
            if guessed < GUESSED:
                self._suspect(arguments, f"gives {outcome.expression.text}: {wrong}")
            return False
        return not unsteady(given, answer)

    @cached_property
    def _guard(self) -> Guard:
        """Made where it is first needed: its hook stays for the life of a process."""
        return Guard()

    def _call(self, arguments: Arguments) -> Outcome:
        return self._guard.call(self._real[self._public.full], arguments)

    def _mutated(self, survivor: Survivor, arguments: Arguments) -> Outcome:
        """Call with the change in place. What hangs several times is not tried again."""
        function = self._real[survivor.member.full]
        original = function.__code__
        function.__code__ = survivor.code
        try:
            outcome = self._call(arguments)
        finally:
            function.__code__ = original
        if outcome.why == "stopped: time":
            survivor.stuck += 1
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
    cost = len(before.expression.text)
    if before.kind == "value" and not before.expression.value():
        cost += 20
    for one in arguments.values():
        cost += len(one.text) + sum(oddness_of_text(text) for text in texts(one.value()))
    doubles = len(arguments) - len(set(arguments.values()))
    return cost + 10 * doubles


def oddness_of_text(text: str) -> int:
    """The same of a text: very short, without a letter, with space around, or with what cannot be read."""
    cost = max(0, 6 - len(text))
    if not any(char.isalnum() for char in text):
        cost += 12
    if text != text.strip():
        cost += 8
    unreadable = [char for char in text if not (char.isascii() and char.isprintable())]
    return cost + 4 * len(unreadable)
