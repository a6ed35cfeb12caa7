"""The hunt itself: function by function, until one find holds or the time is over."""

import hashlib
import random
from functools import partial
from pathlib import Path
from typing import Any

from . import pin
from .allowance import Allowance
from .fork import forked
from .operators import KINDS, mutations
from .recorder import Recorder, only_code
from .search import Search, Survivor
from .source import Function, family, functions
from .suite import AT_ONCE, Suite
from .verify import Bench, diff

SEARCH_SECONDS = 3.0
ONCE_SECONDS, MORE_SECONDS = 0.15, 20.0  # of tests that are run for a mutant: at first, and once there is a find
TRIED = 2  # finds of one function that may be refuted


class Hunter:
    """One hunt through the clone at `root`. `draw` decides the order of the functions."""

    def __init__(self, root: Path, work: Path, draw: str, allowance: Allowance) -> None:
        self._root, self._work = root, work
        self._allowance = allowance
        self._known = functions(root)
        self._public = [one for one in self._known if one.public]
        random.Random(hashlib.sha256(draw.encode()).digest()).shuffle(self._public)
        self._public.sort(key=lambda one: pin.next_number(root, one))  # those with the fewest pins first
        self._mutants, self._survivors, self._looked_at = 0, 0, 0
        self._suspicions: dict[str, None] = {}
        self._left: set[str] = set()  # functions whose finds do not hold

    def run(self, suite: Suite) -> dict[str, Any]:
        """{"find": …} or {"exhausted": whether nothing was left untried} or {"problem": …}, and numbers."""
        self._recorder = Recorder(self._known)
        if red := suite.record(self._recorder, self._allowance):
            return {"problem": f"a test fails before anything was changed: {red}"}
        self._suite = suite
        self._public.sort(key=lambda one: not self._recorder.calls[one.full])  # the likeliest first: calls to vary
        find = self._first_find()
        found = {"suspicions": list(self._suspicions)[:3], "numbers": self._numbers()}
        if find is not None:
            return {"find": find, **found}
        return {"exhausted": self._allowance.left() > 0, **found}

    def _first_find(self) -> dict[str, Any] | None:
        """The first find, in the texts of the code last; None where there is none, or the time is over."""
        for kinds in (KINDS[:-1], KINDS[-1:]):
            for public in self._public:
                if not self._allowance.left():
                    return None
                find = self._in_function(public, kinds)
                if find is not None:
                    return find
        return None

    def _numbers(self) -> dict[str, float]:
        return {
            "functions": len(self._public),
            "mutants": self._mutants,
            "survivors": self._survivors,
            "seconds": round(self._allowance.used(), 1),
        }

    def _in_function(self, public: Function, kinds: tuple[str, ...]) -> dict[str, Any] | None:
        """A find that shows through this function, or None."""
        if public.full not in self._recorder.real or public.full in self._left:
            return None
        members = [one for one in family(public, self._known) if one.full in self._recorder.real]
        search = Search(public, members, self._recorder.real)
        recorded = list(self._recorder.calls[public.full].values())
        if not forked(lambda: search.answers(recorded), SEARCH_SECONDS):
            self._left.add(public.full)
            return None
        survivors = self._surviving(members, kinds)
        if not survivors:
            return None
        answer = forked(lambda: search.run(survivors, recorded, SEARCH_SECONDS), SEARCH_SECONDS + 3)
        if answer is None:
            return None
        self._suspicions.update(dict.fromkeys(answer["suspicions"]))
        return self._first_that_holds(public, survivors, answer["finds"])

    def _first_that_holds(
        self, public: Function, survivors: list[Survivor], finds: list[dict[str, Any]]
    ) -> dict[str, Any] | None:
        """A find that neither the slower tests nor fresh processes refute."""
        refuted = 0
        tests = {told["survivor"]: told for told in finds}
        for first in range(0, len(finds), AT_ONCE):
            several = [survivors[told["survivor"]] for told in finds[first : first + AT_ONCE]]
            for survivor in self._unnoticed(several, MORE_SECONDS):
                if find := self._verified(public, survivor, tests[survivor.place]):
                    return find
                refuted += 1
                if refuted == TRIED:
                    self._left.add(public.full)  # most likely reached by other processes: no find of it would hold
                    return None
        return None

    def _unnoticed(self, survivors: list[Survivor], most: float) -> list[Survivor]:
        """Those that the tests which reach the function let pass."""
        changes = []
        for one in survivors:
            real = self._recorder.real[one.member.full]
            reached_by = list(self._recorder.tests[one.member.full])
            changes.append((partial(setattr, real, "__code__", one.code), reached_by))
        answers = self._suite.notices(changes, most, self._allowance)
        return [one for one, noticed in zip(survivors, answers, strict=True) if noticed is False]

    def _surviving(self, members: list[Function], kinds: tuple[str, ...]) -> list[Survivor]:
        """The changes that the quick tests do not notice, the most telling kinds first."""
        made = []
        for member in members:
            for mutation in mutations(member.source, member.node):
                if mutation.kind in kinds:
                    changed = mutation.apply(member.source)
                    code = only_code(changed, member.name, str(self._root / member.path))
                    made.append(Survivor(member, mutation, code))
        made.sort(key=lambda one: KINDS.index(one.mutation.kind))
        kept = self._unnoticed(made, ONCE_SECONDS)
        for place, survivor in enumerate(kept):
            survivor.place = place
        self._mutants += len(made)
        self._survivors += len(kept)
        return kept

    def _verified(self, public: Function, survivor: Survivor, told: dict[str, Any]) -> dict[str, Any] | None:
        """The find, where it holds in fresh processes."""
        member, path = survivor.member, pin.path(public, pin.next_number(self._root, public))
        changed = survivor.mutation.apply(member.source)
        mutant = diff(member.path, member.source, changed)
        bench = Bench(self._root, self._work)
        test = bench.formatted(path, told["test"])
        if not mutant or bench.holds(member.path, changed, path, test, self._allowance.wall_left):
            return None
        return {
            "function": public.full,
            "call": told["call"],
            "what": survivor.why,
            "mutant": mutant,
            "path": path,
            "test": test,
        }
