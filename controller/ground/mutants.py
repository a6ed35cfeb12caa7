"""The suite without a key: held-out mutants of a genome's code; one counts where the genome's own tests notice it.

They are drawn from the code that both genomes have, by a secret that no life sees. The tests that touch the function of
a mutant run in the gates' room, in copies of one process in which all is imported. What is known is kept by code and
test file: of a genome of which only tests changed only those are run. What can still get through: a candidate shares
its tests' process; what shows only in another one is not noticed.
"""

import base64
import binascii
import json
import random
import secrets
import shutil
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from controller.errors import WorldFault
from controller.gates.candidate import HUNTER, INSIDE, FindingStore, Room, last_json
from controller.gates.tests import suite
from controller.gates.tests.canaries import plant
from controller.gates.tests.runs import RAN
from controller.gates.tests.suite import SUITE, Calls, Ran, Tree
from controller.git.lineage import Lineage
from controller.ground.draw import Draw
from controller.ground.genome_files import blobs, digest, is_test

COUNT = 300
AT_ONCE = 100  # mutants of one run of the program
SECONDS = (
    4.0  # of the processor that the tests of one are thought to take, at most: one that never ends costs twice that
)
WIDE, FEW = 40, 3  # a test that touches more functions is about none of them; where fewer are narrow, so many are run
PACKED_BYTES = 8 * 2**20
LISTED = TypeAdapter(dict[str, tuple[str, int]])
NO_RUN = "its tests could not be run"


class Answer(BaseModel):
    """What the program in the room printed; the tree's tests may have printed there too."""

    problem: str = ""
    by: list[str | None] = []
    mutants: str = ""


@dataclass(frozen=True)
class Mutant:
    """Where one stands in a tree: the spot of its function, and its number there."""

    spot: str
    number: int

    @property
    def function(self) -> str:
        """The function, as a map of touched functions calls it."""
        return self.spot.partition(" ")[0]


class Suite:
    """The mutants of genomes of one lineage. `known`: what was found out before.

    `fingerprint`: of the gates, in whose room tests run. `suites`: what the gates keep of a tree's own tests.
    """

    def __init__(
        self,
        lineage: Lineage,
        room: Room,
        draw: Draw,
        known: FindingStore,
        fingerprint: str,
        suites: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self._suites = suites
        self._lineage, self._room, self._draw, self._known = lineage, room, draw, known
        self._version = fingerprint

    def compare(self, a: str, b: str, count: int = COUNT) -> dict[str, tuple[bool, bool]]:
        """Of each mutant that was drawn for both, by its name outside: whether a's tests notice it, and b's.

        Raises WorldFault where the tests of one cannot be run; IsolationError.
        """
        of_a, of_b = Genome(self, a), Genome(self, b)
        wanted = self._draw.chosen(of_a.mutants.keys() & of_b.mutants.keys(), count)
        by_a, by_b = of_a.noticed(wanted), of_b.noticed(wanted)
        found = {}
        for one in wanted:
            if by_a[one] is not None and by_b[one] is not None:
                found[self._draw.alias(one)] = (bool(by_a[one]), bool(by_b[one]))
        return found

    @property
    def lineage(self) -> Lineage:
        """The lineage whose store has the commits."""
        return self._lineage

    @property
    def room(self) -> Room:
        """Where trees are unpacked, a folder each."""
        return self._room

    def run_of(self, commit: str) -> Ran | None:
        """What the gates keep of a commit's own tests on its own code, where they were green."""
        kept = self._suites(self._lineage.tree_without_context(commit))
        return RAN.validate_json(kept) if kept else None

    def get(self, key: str) -> Any:
        """What is known under a key of these gates and this secret."""
        return self._known.get(f"mutants {self._version} {self._draw.name} {key}")

    def keep(self, key: str, value: Any) -> None:
        """Keep what JSON can carry."""
        self._known[f"mutants {self._version} {self._draw.name} {key}"] = value


class Genome:
    """One commit's mutants, and what its tests notice. Nothing of it is unpacked before that is needed."""

    def __init__(self, suite_of: Suite, commit: str) -> None:
        self._suite, self._commit = suite_of, commit
        self._files = blobs(suite_of.lineage, commit)
        self._code = digest({path: blob for path, blob in self._files.items() if not is_test(path)})
        self._tree: Tree | None = None
        self.mutants = self._listed()

    def noticed(self, wanted: Sequence[str]) -> dict[str, str | None]:
        """Of each of these the test that notices it, "" where none does, None where it tells nothing."""
        kept: dict[str, Any] = self._suite.get(f"code {self._code}") or {}
        found: dict[str, str | None] = {}
        for one in wanted:
            known = kept.get(one)
            if known is not None and (known["void"] or self._noticing(known)):
                found[one] = None if known["void"] else self._noticing(known)
        unsure = [one for one in wanted if one not in found]
        if not unsure:
            return found
        calls = self._calls()
        touching = narrow(calls.by_function())
        left: dict[str, list[str]] = {}
        for one in unsure:
            deaf = kept.setdefault(one, {"void": False, "by": {}, "deaf": {}})["deaf"]
            tests = self._in_order(touching.get(self.mutants[one].function, ()), calls)
            left[one] = [test for test in tests if deaf.get(test) != self._blob(test)]
        found |= dict.fromkeys(unsure, "")
        found |= self._ask({one: some for one, some in left.items() if some}, calls)
        for one in unsure:
            self._learn(kept[one], found[one], left[one])
        self._suite.keep(f"code {self._code}", kept)
        return found

    def _noticing(self, known: Mapping[str, Any]) -> str:
        """A test that noticed a mutant of the same code, and that stands here as it stood then; "" for none."""
        for test, blob in known["by"].items():
            if self._blob(test) == blob:
                return str(test)
        return ""

    def _learn(self, known: dict[str, Any], by: str | None, asked: Sequence[str]) -> None:
        """Add to what is known of a mutant: by the file of each test what it noticed, whichever genome it was of."""
        if by is None:
            known["void"] = True
        elif by:
            known["by"][by] = self._blob(by)
        else:
            known["deaf"] |= {test: self._blob(test) for test in asked}

    def _in_order(self, tests: Sequence[str], calls: Calls) -> list[str]:
        """Tests, the quickest first."""
        return sorted(tests, key=lambda one: (calls.seconds.get(one, 0.0), one))

    def _blob(self, test: str) -> str:
        """The id of the file of a test, by the name that reports give it; "" where it is not there."""
        parts = test.partition("::")[0].split(".")
        for count in range(len(parts), 0, -1):
            found = self._files.get("/".join(parts[:count]) + ".py")
            if found:
                return found
        return ""

    def _tests(self) -> str:
        return digest({path: blob for path, blob in self._files.items() if is_test(path)})

    def _listed(self) -> dict[str, Mutant]:
        """Every mutant of the code, by its identity: its function's digest, and its number there."""
        kept = self._suite.get(f"list {self._code}")
        if kept is None:
            self._unpack()
            kept = listed(self._run("list", {}).mutants)
            self._suite.keep(f"list {self._code}", kept)
        found: dict[str, Mutant] = {}
        for spot, (function, count) in kept.items():
            for number in range(count):
                found[f"{function} {number}"] = Mutant(spot, number)
        return found

    def _calls(self) -> Calls:
        """Which tests touch which function, and how long each takes; of a run of the whole suite. Raises WorldFault."""
        key = f"calls {self._code} {self._tests()}"
        kept = self._suite.get(key)
        if kept is not None:
            return Calls.model_validate(kept)
        ran = self._suite.run_of(self._commit) or self._run_suite()
        if ran.problem:
            raise WorldFault(f"{self._commit[:10]}: {NO_RUN}: {ran.problem}")
        clean = {name for name, counts in ran.functions.items() if counts.clean}
        calls = ran.calls
        names = list(calls.seconds)
        touched = {}
        for function, places in calls.touched.items():
            touched[function] = [at for at in places if 0 <= at < len(names) and names[at] in clean]
        found = Calls(seconds=calls.seconds, touched=touched)
        self._suite.keep(key, found.model_dump())
        return found

    def _run_suite(self) -> Ran:
        """One run of the tests, with some planted that must fail, in a copy that nothing else uses."""
        room, name = self._suite.room, f"{self._commit[:12]}-suite"
        furnish(room)
        self._suite.lineage.export(self._commit, room.folder / name)
        canaries = plant(room.folder / name, random.Random(secrets.token_hex(8)))
        room.isolation.hand_over(room.folder / name)
        ran = suite.once(room, Tree(name, room.folder / name, canaries), SUITE)
        shutil.rmtree(room.folder / name, ignore_errors=True)
        return ran

    def _ask(self, open_ones: Mapping[str, Sequence[str]], calls: Calls) -> dict[str, str | None]:
        """Run the tests on each of these, the gates' seconds for some of them at once."""
        found: dict[str, str | None] = {}
        waiting = sorted(open_ones, key=lambda one: sorted(open_ones[one]))  # like ones together: few files are read
        for first in range(0, len(waiting), AT_ONCE):
            some = waiting[first : first + AT_ONCE]
            self._unpack()
            asked = []
            for one in some:
                tests, place = open_ones[one], self.mutants[one]
                seconds = sum(calls.seconds.get(test, 0.0) for test in tests)
                asked.append([place.spot, place.number, tests, min(seconds, SECONDS)])
            answer = self._run("ask", {"settings": self._suite.room.path("gate/pytest.ini"), "asked": asked})
            if len(answer.by) != len(some):
                raise WorldFault(f"{self._commit[:10]}: {NO_RUN}: {answer.problem or 'the room gave no answer'}")
            found |= dict(zip(some, answer.by, strict=True))
        return found

    def _unpack(self) -> None:
        """Have the tree and our programs in the room."""
        if self._tree is not None:
            return
        room, name = self._suite.room, self._commit[:12]
        furnish(room)
        if not (room.folder / name).exists():
            self._suite.lineage.export(self._commit, room.folder / name)
            room.isolation.hand_over(room.folder / name)
        self._tree = Tree(name, room.folder / name, ())

    def _run(self, mode: str, request: Mapping[str, Any]) -> Answer:
        """One run of the program. Raises WorldFault where it says nothing."""
        room, name = self._suite.room, self._commit[:12]
        place = room.folder / f"{name}.json"
        place.write_text(json.dumps({"tree": room.path(name), **request}), encoding="utf-8")
        room.isolation.hand_over(place)
        ending = room.run(("python", "-I", room.path("gate/mutants.py"), mode, room.path(place.name)), cwd=name)
        try:
            return Answer.model_validate(last_json(ending.output))
        except ValidationError as error:
            why = f"a limit ({ending.limit})" if ending.limit else f"no answer: {ending.output[-300:]}"
            raise WorldFault(f"{self._commit[:10]}: {NO_RUN}: {why}") from error


def furnish(room: Room) -> None:
    """Put our programs into a room, once."""
    if (room.folder / "gate").exists():
        return
    (room.folder / "tmp").mkdir(parents=True, exist_ok=True)
    for program, place in ((INSIDE, "gate"), (HUNTER, "gate/hunter")):
        shutil.copytree(program, room.folder / place, ignore=shutil.ignore_patterns("__pycache__"))
    room.isolation.hand_over(room.folder)


def narrow(touching: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Of the tests that touch a function those that touch at most WIDE; where they are few, the FEW narrowest. Pure."""
    breadth = Counter(test for tests in touching.values() for test in tests)
    found = {}
    for function, tests in touching.items():
        ordered = sorted(tests, key=lambda test: (breadth[test], test))
        found[function] = [test for at, test in enumerate(ordered) if breadth[test] <= WIDE or at < FEW]
    return found


def listed(packed: str) -> dict[str, tuple[str, int]]:
    """What the program listed. Raises WorldFault where it cannot be read."""
    try:
        return LISTED.validate_json(zlib.decompressobj().decompress(base64.b64decode(packed), PACKED_BYTES))
    except (binascii.Error, zlib.error, ValidationError) as error:
        raise WorldFault(f"{NO_RUN}: the list of mutants cannot be read") from error
