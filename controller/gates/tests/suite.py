"""One run of a suite in the room, with canaries, and what its report says of each test function.

What can still get through: the candidate shares pytest's process, and can forge the report of tests that it knows.
"""

import base64
import binascii
import random
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from controller.gates.candidate import Candidate, Room, last_json
from controller.gates.source import TESTS
from controller.gates.tests.canaries import plant
from controller.sandbox.child import Ending

SUITE = (TESTS, "tests/test_contract.py")
FLAKY = 5  # so many red tests may be an accident of the machine
ALONE = 2  # how often what is red is run again, without the others
PACKED_BYTES = 2 * 2**20
EVIDENCE_CHARS = 4000
CASES = TypeAdapter(dict[str, tuple[int, int, int]])
RED_EXIT = 1  # how pytest ends where a test failed, as each canary must


class Printed(BaseModel):
    """What the program in the room printed; the candidate may have printed there too."""

    exit: int
    tests: int
    failed: list[tuple[str, str]]
    cases: str
    calls: str
    tail: str


class Calls(BaseModel):
    """What the tests called: `seconds` of each, and of each function of agent/ the places there of those that did."""

    seconds: dict[str, float] = Field(default_factory=dict)
    touched: dict[str, list[int]] = Field(default_factory=dict)

    def by_function(self) -> dict[str, list[str]]:
        """The tests that touch a function, by its path and qualified name."""
        names = list(self.seconds)
        return {key: [names[at] for at in places if 0 <= at < len(names)] for key, places in self.touched.items()}


@dataclass(frozen=True)
class Counts:
    """How the cases of one test function ended."""

    passed: int = 0
    skipped: int = 0
    red: int = 0

    @property
    def clean(self) -> bool:
        """Whether it ran, and nothing of it was skipped or failed."""
        return self.passed > 0 and not self.skipped and not self.red


@dataclass(frozen=True)
class Ran:
    """A run's end. `problem`: why it tells nothing. `failures`: the first that failed, with their text.

    `flaky`: what failed and, run again alone, passed; it stands among `functions` as passed.
    `calls`: which functions of agent/ each test touches, as far as its own process tells.
    """

    problem: str = ""
    evidence: str = ""
    functions: Mapping[str, Counts] = field(default_factory=dict)
    failures: Sequence[tuple[str, str]] = ()
    flaky: Sequence[str] = ()
    calls: Calls = field(default_factory=Calls)

    @property
    def red(self) -> list[str]:
        """The functions that failed."""
        return [name for name, counts in self.functions.items() if counts.red]

    @property
    def count(self) -> int:
        """How many cases there were."""
        return sum(one.passed + one.skipped + one.red for one in self.functions.values())

    def of(self, name: str) -> Counts:
        """How a function ended; nothing of it ran where it was not collected."""
        return self.functions.get(name, Counts())

    def text(self, name: str) -> str:
        """What was said of a failure of a function."""
        for case, text in self.failures:
            if function_of(case) == name:
                return text
        return self.evidence

    def steadied(self, passed: Mapping[str, Counts]) -> "Ran":
        """The same run, with what turned out to be flaky counted as it passed."""
        if not passed:
            return self
        failures = [(case, text) for case, text in self.failures if function_of(case) not in passed]
        functions = {**self.functions, **passed}
        return replace(self, functions=functions, failures=failures, flaky=(*self.flaky, *sorted(passed)))


def function_of(case: str) -> str:
    """The test function that a case of it belongs to."""
    return case.partition("[")[0]


@dataclass(frozen=True)
class Tree:
    """A tree of the room in which nothing of the candidate ran yet, and the ids of the canaries in it."""

    name: str
    folder: Path
    canaries: tuple[str, ...]


def planted(candidate: Candidate, name: str) -> Tree:
    """Plant canaries in a tree of the room, and give it to the user that runs it."""
    folder = candidate.room.folder / name
    canaries = plant(folder, random.Random(f"{candidate.salt} {name}"))
    candidate.room.isolation.hand_over(folder)
    return Tree(name, folder, canaries)


def run(candidate: Candidate, tree: Tree, paths: Sequence[str] = SUITE) -> Ran:
    """Run the tests of a tree; the few that are red twice more, without the others: what flips is flaky."""
    ran = once(candidate.room, tree, paths)
    if ran.problem or not 0 < len(ran.red) <= FLAKY:
        return ran
    passed: dict[str, Counts] = {}
    for again in alone(candidate, tree, ran.red):
        for name in ran.red:
            counts = again.of(name)
            if counts.clean:
                passed[name] = counts
    return ran.steadied(passed)


def alone(candidate: Candidate, tree: Tree, names: Sequence[str]) -> list[Ran]:
    """Run some test functions without the others, ALONE times; a run that tells nothing is left out."""
    nodes = [node for name in names if (node := node_of(tree.folder, name))]
    if not nodes:
        return []
    runs = [once(candidate.room, tree, nodes) for _ in range(ALONE)]
    return [ran for ran in runs if not ran.problem]


def once(room: Room, tree: Tree, paths: Sequence[str]) -> Ran:
    """One run."""
    others = [canary for canary in tree.canaries if not is_covered(canary, paths)]
    program = ("python", "-I", room.path("gate/suite.py"), room.path(tree.name), *paths, *others)
    return read(room.run(program, cwd=tree.name), tree.canaries)


def read(ending: Ending, planted: Sequence[str]) -> Ran:
    """What the end of a run tells, in which these canaries were planted."""
    if ending.limit:
        return Ran(f"the tests were stopped by a limit ({ending.limit})", ending.output[-EVIDENCE_CHARS:])
    try:
        printed = Printed.model_validate(last_json(ending.output))
    except ValidationError:
        return Ran("the tests ended without a report", ending.output[-EVIDENCE_CHARS:])
    functions = unpacked(printed.cases)
    canaries = sorted(reported(canary) for canary in planted)
    red = [pop_red(functions, canary) for canary in canaries]
    failures = [(case, text) for case, text in printed.failed if case not in canaries]
    problem = ""
    if printed.exit != RED_EXIT or not all(red):
        problem = "a planted test that must fail was not reported red"
    calls = unpacked_calls(printed.calls)
    return Ran(problem, printed.tail[-EVIDENCE_CHARS:], functions, failures, calls=calls)


def pop_red(functions: dict[str, Counts], canary: str) -> bool:
    """Take a canary out of a report; whether it was red there, or the file that it stands in."""
    if functions.pop(canary, Counts()) == Counts(red=1):
        return True
    uncollected = f"::{canary.partition('::')[0]}"
    return functions.get(uncollected, Counts()).red > 0


def is_covered(node: str, paths: Sequence[str]) -> bool:
    """Whether one of the paths to run holds a test already."""
    return any(node == path or node.startswith((f"{path}/", f"{path}::")) for path in paths)


def reported(node: str) -> str:
    """What the report calls a test function."""
    path, _, name = node.partition("::")
    return f"{path.removesuffix('.py').replace('/', '.')}::{name}"


def node_of(folder: Path, name: str) -> str:
    """What pytest calls a test function of a report; "" where its file is not there."""
    place, _, function = name.partition("::")
    parts = place.split(".")
    for count in range(len(parts), 0, -1):
        path = "/".join(parts[:count]) + ".py"
        if (folder / path).is_file():
            return "::".join([path, *parts[count:], function])
    return ""


def unpacked(cases: str) -> dict[str, Counts]:
    """The report's functions; nothing where they cannot be read."""
    try:
        return {name: Counts(*counts) for name, counts in CASES.validate_json(unzipped(cases)).items()}
    except (binascii.Error, zlib.error, ValidationError):
        return {}


def unpacked_calls(calls: str) -> Calls:
    """What the tests called; nothing where it cannot be read."""
    try:
        return Calls.model_validate_json(unzipped(calls))
    except (binascii.Error, zlib.error, ValidationError):
        return Calls()


def unzipped(text: str) -> bytes:
    """What a program in the room packed, no more than PACKED_BYTES of it. Raises binascii.Error, zlib.error."""
    return zlib.decompressobj().decompress(base64.b64decode(text), PACKED_BYTES)
