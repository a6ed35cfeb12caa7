"""What the tests of a parent noticed and those of its child do not, and what they notice of what is new."""

import ast
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest
from typing import Any

from .afresh import ALONE, Afresh, Stands
from .asked import BESIDE, Request
from .places import Counterparts, Place, places
from .warm import ENDLESS, VOID, Job, Warm

NEAR = 6  # functions of a test in which faults are planted: those that the fewest others touch
EACH, OF_ANOTHER = 30, 1  # faults for a test that was changed or went, and for one that only stands beside such
MOST, MOST_NEW = 40, 24  # faults in all, where the code stands as before, and where it is new
CLOSE, OF_CLOSE, SEVERAL = 8, 4, 2  # tests that name what changed; faults for each; so many noticed mean something
FEW = 2.0  # seconds of tests that are run for one fault of the parent's


@dataclass(frozen=True)
class Planted:
    """One fault of a place, and the parent's tests that are asked whether they notice it."""

    place: Place
    mark: tuple[str, ...]
    tests: tuple[str, ...]


class Lost:
    """Two trees, and a process with the tests of each. `noticed`: how many faults the child's tests noticed so far.

    `afresh`: both trees, for what a process in which faults are planted is not believed.
    """

    def __init__(self, request: Request, parent: Warm, child: Warm, afresh: Mapping[str, Afresh]) -> None:
        self._request, self._parent, self._child, self._afresh = request, parent, child, afresh
        self._draw = random.Random(request.seed)
        self._old, self._now = places(request.tree("parent")), places(request.tree("child"))
        self._there, self._before = Counterparts(self._now), Counterparts(self._old)
        self.noticed = 0

    def unplanted(self) -> str:
        """What is wrong where the tests that must fail do not."""
        place = next(iter(self._now.values()), None)
        if place is None:
            return ""
        jobs = []
        for canary in self._request.canaries:
            job = Job(place.path, place.module, place.name, place.line, place.source, place.source, [canary], 1.0)
            jobs.append(job)
        if self._child.ask(jobs, raw=True) != list(self._request.canaries):
            return "a planted test that must fail was not reported red"
        return ""

    def lost(self) -> tuple[list[dict[str, Any]], list[str]]:
        """The first fault that is noticed no longer, and the tests in danger that noticed none."""
        drawn = list(self._drawn())
        answers = self._parent.ask([self._job(one.place, one.mark, one.tests) for one in drawn])
        jobs, by = [], []
        heard: set[str] = set()
        asked: set[tuple[str, tuple[str, ...]]] = set()
        for one, noticing in zip(drawn, answers, strict=True):
            if noticing not in one.tests:
                continue
            heard.add(noticing)
            there = self._there.of(one.place)
            if there is None or one.mark not in there.faults or self._may_go(one, noticing):
                continue
            if (there.spot, one.mark) in asked:
                continue  # several tests noticed it, and any that does so now will do
            asked.add((there.spot, one.mark))
            jobs.append(self._job(there, one.mark, self._childs(there, noticing)))
            by.append((one, there, noticing))
        found = self._child.ask(jobs, until="unnoticed")
        self.noticed += sum(answer not in ("", None) for answer in found)
        silent = [test for test in self._request.risk if test not in heard]
        for (one, there, noticing), answer in zip(by, found, strict=True):
            if answer == "":
                return [{**told(there, one.mark), "by": noticing}], silent
        for number in self._unheard([(there, one.mark) for one, there, _ in by], found):
            one, there, noticing = by[number]
            red = self._afresh["parent"].red([(one.place, one.mark)], [noticing])
            if red is None or noticing in red:
                return [{**told(there, one.mark), "by": noticing}], silent
        return [], silent

    def _unheard(self, faults: Sequence[Stands], answers: Sequence[str | None]) -> list[int]:
        """Which of the faults that the child's changed tests noticed none notices in a run of its own."""
        believed = {"", VOID, ENDLESS, None}
        asked = [at for at, by in enumerate(answers) if by not in believed and by in set(self._request.changed)]
        afresh, missed = self._afresh["child"], []
        for place in afresh.unheard([(faults[at], str(answers[at])) for at in asked]):
            fault = faults[asked[place]]
            red = afresh.red([fault], self._childs(fault[0], str(answers[asked[place]])))
            if red == set():
                missed.append(asked[place])
        return missed

    def new(self) -> list[dict[str, Any]]:
        """The faults that were planted in what is new, each with the test that notices it, or ""."""
        listed = []
        for place in self._now.values():
            before = self._before.of(place)
            known = before.faults if before else {}
            if before is None or before.body != place.body:
                marks = [mark for mark in place.telling(self._draw) if mark not in known]
                if marks:
                    listed.append([(place, mark, before is None) for mark in marks[: 2 * self._request.faults]])
        self._draw.shuffle(listed)
        chosen = in_turn(listed)[:MOST_NEW]
        jobs = [replace(self._job(place, mark, self._childs(place, "")), stated=True) for place, mark, _ in chosen]
        answers = self._child.ask(jobs)
        for number in self._unheard([(place, mark) for place, mark, _ in chosen], answers):
            by, spot = answers[number], chosen[number][0].spot
            for at, (place, _, _) in enumerate(chosen):
                if place.spot == spot and answers[at] == by:
                    answers[at] = ""
        found = []
        for (place, mark, is_added), answer in zip(chosen, self._at_import(chosen, answers), strict=True):
            if answer != VOID:
                found.append({**told(place, mark), "added": is_added, "by": answer})
                self.noticed += bool(answer)
        return found

    def _at_import(self, chosen: Sequence[tuple[Place, tuple[str, ...], bool]], answers: list[Any]) -> list[Any]:
        """The answers, with those of what no test calls: it may run where its file is imported, before all tests.

        Its faults are asked, of the tests that are new, until one is noticed: then the others count not, and never
        what breaks the import.
        """
        noticed: set[str] = set()
        runs = 0
        for at, (place, mark, _) in enumerate(chosen):
            if self._touching("child", place):
                continue
            if place.spot in noticed:
                answers[at] = VOID
            elif runs < ALONE:
                runs += 1
                red = self._afresh["child"].red([(place, mark)], self._request.fresh) or set()
                by = [test for test in self._request.fresh if test in red]
                if by:
                    noticed.add(place.spot)
                answers[at] = [*by, VOID if red else ""][0]
        return answers

    def deaf(self) -> list[dict[str, Any]]:
        """A test that stands as before and names what changed, and notices none of the faults there that it noticed.

        That others notice them is no answer: code can have the very tests reported green that it breaks.
        """
        for test, place, there in self._closest():
            marks = [mark for mark in place.drawn(self._draw) if mark in there.faults][:OF_CLOSE]
            before = self._parent.ask([self._job(place, mark, (test,)) for mark in marks])
            heard = [mark for mark, by in zip(marks, before, strict=True) if by == test]
            if len(heard) < SEVERAL:
                continue
            now = self._child.ask([self._job(there, mark, (test,)) for mark in heard], until="noticed")
            if all(by == "" for by in now):
                return [{**told(there, heard[0]), "by": test}]
        return []

    def _closest(self) -> list[tuple[str, Place, Place]]:
        """Some tests that stand as before, each with a changed function that it calls and names, in both trees."""
        found = []
        for place in self._old.values():
            there = self._there.of(place)
            if there is None or there.body == place.body:
                continue
            both = set(self._touching("parent", place)) & set(self._touching("child", there))
            for test in sorted(both - set(self._request.risk)):
                if place.node.name in self._request.about.get(test, ()):
                    found.append((test, place, there))
        self._draw.shuffle(found)
        return found[:CLOSE]

    def blind(self) -> list[dict[str, Any]]:
        """Where nothing was noticed yet: faults anywhere that no test notices either; nothing where one does."""
        if self.noticed:
            return []
        known = [place for place in self._now.values() if place.faults and self._touching("child", place)]
        chosen = self._draw.sample(known, min(self._request.others, len(known)))
        drawn = [(place, place.telling(self._draw)[0]) for place in chosen]
        jobs = [self._job(place, mark, self._childs(place, "")) for place, mark in drawn]
        answers = self._child.ask(jobs, until="noticed")
        if any(answer not in ("", VOID, None) for answer in answers):
            self.noticed += 1
            return []
        return [told(place, mark) for place, mark in drawn]

    def _drawn(self) -> Iterator[Planted]:
        """The faults of the parent's code: in what is changed, and near the tests that may be weaker now."""
        risk = sorted(self._request.risk, key=lambda test: (self._request.risk[test], self._draw.random()))
        listed = [self._near(test) for test in risk]
        changed = [place for place in self._old.values() if self._is_changed(place)]
        self._draw.shuffle(changed)
        for place in changed:
            there = self._there.of(place)
            marks = [mark for mark in place.drawn(self._draw) if there and mark in there.faults][: self._request.faults]
            tests = self._quick(self._touching("parent", place))
            if tests:
                listed.append([Planted(place, mark, tests) for mark in marks])
        seen: set[tuple[str, tuple[str, ...], tuple[str, ...]]] = set()
        for one in in_turn(listed):
            asked = (one.place.spot, one.mark, one.tests)
            if asked not in seen and len(seen) < MOST:
                seen.add(asked)
                yield one

    def _near(self, test: str) -> list[Planted]:
        """Faults that a test of the parent's might notice, in the functions that it is most about first."""
        about = set(self._request.about.get(test, ()))
        found = [place for place in self._touched.get(test, ()) if self._there.of(place)]
        found.sort(key=lambda one: (one.node.name not in about, len(self._touching("parent", one)), one.key))
        most = OF_ANOTHER if self._request.risk[test] == BESIDE else EACH
        marks = [[Planted(one, mark, (test,)) for mark in one.drawn(self._draw)] for one in found[:NEAR]]
        return in_turn(marks)[:most]

    @cached_property
    def _touched(self) -> dict[str, list[Place]]:
        """The functions that each test of the parent's touches."""
        found: dict[str, list[Place]] = {}
        for place in self._old.values():
            for test in self._touching("parent", place):
                found.setdefault(test, []).append(place)
        return found

    def _touching(self, tree: str, place: Place) -> Sequence[str]:
        return self._request.touched[tree].get(place.key, ())

    def _is_changed(self, place: Place) -> bool:
        there = self._there.of(place)
        return there is not None and there.body != place.body

    def _may_go(self, one: Planted, noticing: str) -> bool:
        """Whether the test went with what it tested, and the code is none that it names and that is used."""
        name = one.place.node.name
        return noticing in self._request.dropped and not (name in self._used and name in self._request.about[noticing])

    @cached_property
    def _used(self) -> set[str]:
        """Every name that the child's code uses."""
        found = set()
        for source in {place.path: place.source for place in self._now.values()}.values():
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Attribute):
                    found.add(node.attr)
                elif isinstance(node, ast.Name):
                    found.add(node.id)
        return found

    def _childs(self, place: Place, first: str) -> Sequence[str]:
        """The child's tests that touch a place: the one that noticed before, then what is new, then the quick ones."""
        tests = self._touching("child", place)
        seconds, fresh = self._request.seconds, set(self._request.fresh)
        return sorted(tests, key=lambda test: (test != first, test not in fresh, seconds.get(test, 0.0), test))

    def _quick(self, tests: Sequence[str]) -> tuple[str, ...]:
        """The quickest of some tests, and as many as a fault may cost."""
        total = 0.0
        chosen: list[str] = []
        for test in sorted(tests, key=lambda test: (self._request.seconds.get(test, 0.0), test)):
            total += self._request.seconds.get(test, 0.0)
            if chosen and total > FEW:
                break
            chosen.append(test)
        return tuple(chosen)

    def _job(self, place: Place, mark: tuple[str, ...], tests: Sequence[str]) -> Job:
        seconds = sum(self._request.seconds.get(test, 0.0) for test in tests)
        faulty = place.faults[mark].apply(place.source)
        return Job(place.path, place.module, place.name, place.line, faulty, place.unchanged(), tests, seconds)


def told(place: Place, mark: tuple[str, ...]) -> dict[str, Any]:
    """A fault for a person."""
    return {"path": place.path, "name": place.name, "what": place.faults[mark].what, "diff": place.diff(mark)}


def in_turn(listed: Sequence[Sequence[Any]]) -> list[Any]:
    """The first of each list, then the second of each, and so on."""
    return [one for some in zip_longest(*listed) for one in some if one is not None]
