"""What the tests notice: faults planted in what a life changed, in its parent's code and in its own.

The program `hunter.planted` plants them in the room. A fault that the parent's tests noticed, in code that still
stands, must be noticed by the child's, whatever these are called now; and of the faults in what is new some test must
notice a share. So a test counts by what it notices, not by what it says. Which faults are drawn follows from both
trees and the generation: the same candidate gets the same, and nobody knows them before it is pushed.
What can still get through: what the draw did not hit, faults that show only in another process, and a candidate that
knows in its own tests' process which change of its code is a fault and which is none.
"""

import hashlib
import json
import random
from collections.abc import Sequence

from pydantic import BaseModel, Field, ValidationError

from controller.gates.candidate import Candidate, last_json
from controller.gates.tests.runs import Runs
from controller.gates.tests.suite import reported
from controller.ledger.report import Report

NAME = "tests"
SHARE = 1 / 3  # of the faults in what is new, that some test must notice
ENOUGH = 2  # faults in one function that was added: where none of so many is noticed, nothing tests it
SHOWN = 3  # faults that a refusal shows
HOW = (
    "keep a test that fails on this; what a test is about may go together with it, where goal or claim name in plain "
    "words what goes"
)
GONE, REWRITTEN, BESIDE = 0, 1, 2  # how near a test is to what was changed, as the program counts it


class Fault(BaseModel):
    """One planted fault: where, as a few words and as a diff, and the test that noticed it, "" where none did."""

    path: str
    name: str
    what: str
    diff: str
    by: str = ""
    added: bool = False

    @property
    def where(self) -> str:
        """For a person."""
        return f"{self.name} of {self.path}"


class Noticed(BaseModel):
    """What the program printed; the candidate may have printed there too."""

    problem: str
    lost: list[Fault] = Field(default_factory=list)
    deaf: list[Fault] = Field(default_factory=list)
    silent: list[str] = Field(default_factory=list)
    new: list[Fault] = Field(default_factory=list)
    blind: list[Fault] = Field(default_factory=list)


def weakness(candidate: Candidate, runs: Runs, gone: Sequence[str]) -> Report | None:
    """The refusal of a candidate whose tests notice too little; None where they notice enough.

    `gone`: the parent's tests that went with what they tested, which the goal or the claim names.
    """
    found = planted(candidate, runs, gone)
    if found.problem:
        return refusal(found.problem)
    if found.lost:
        one = found.lost[0]
        reason = f"{one.by} noticed a fault that no test notices now: in {one.where} {one.what}; {HOW}"
        return refusal(reason, one.diff, of_words=True)
    if found.deaf:
        one = found.deaf[0]
        return refusal(
            f"{one.by} stands as before, and notices none of the faults any more that it noticed in {one.where}: what "
            "a test is about must not decide how it is reported",
            one.diff,
        )
    for test in runs.left_out():
        if test in found.silent and test not in gone:
            return refusal(
                f"{test} was deleted or left out, and no planted fault shows that others notice what it did; keep it, "
                "under any name, or let goal or claim name in plain words what goes with it",
                of_words=True,
            )
    if found.blind:
        listed = ", ".join(f"{one.where}: {one.what}" for one in found.blind)
        return refusal(f"the tests stay green whatever is broken: none of these faults was noticed: {listed}")
    return of_new(found.new)


def of_new(faults: Sequence[Fault]) -> Report | None:
    """The refusal where what is new is not noticed: hardly any of it, or nothing of a function that was added."""
    missed = [fault for fault in faults if not fault.by]
    told = "".join(fault.diff for fault in missed[:SHOWN])
    if missed and len(faults) - len(missed) < SHARE * len(faults):
        where = ", ".join(dict.fromkeys(fault.where for fault in missed[:SHOWN]))
        return refusal(
            f"what is new is hardly tested: of {len(faults)} faults planted in it the tests notice "
            f"{len(faults) - len(missed)}; write tests that fail on faults in {where}",
            told,
        )
    for name in dict.fromkeys(fault.where for fault in faults if fault.added):
        of_it = [fault for fault in faults if fault.where == name]
        if len(of_it) >= ENOUGH and not any(fault.by for fault in of_it):
            told = "".join(fault.diff for fault in of_it[:SHOWN])
            return refusal(f"{name} is new, and no test notices any of the {len(of_it)} faults planted in it", told)
    return None


def refusal(reason: str, evidence: str = "", of_words: bool = False) -> Report:
    """A refusal of this gate's."""
    return Report(NAME, "refuse", reason, evidence, of_words=of_words)


def planted(candidate: Candidate, runs: Runs, gone: Sequence[str]) -> Noticed:
    """Plant in the room, and read what was noticed."""
    room, tree = candidate.room, runs.for_faults
    room.isolation.hand_over(room.folder / "gate")
    request = {
        "trees": {"parent": room.path("parent"), "child": room.path(tree.name)},
        "settings": room.path("gate/pytest.ini"),
        "touched": {"parent": runs.parent.calls.by_function(), "child": runs.child.calls.by_function()},
        "seconds": {**runs.parent.calls.seconds, **runs.child.calls.seconds},
        "risk": risk(runs),
        "about": {name: sorted(one.uses) for name, one in runs.old.functions.items()},
        "dropped": list(gone),
        "fresh": runs.old.fresh(),
        "changed": runs.old.unproven(),
        "canaries": [reported(canary) for canary in tree.canaries],
        "seed": draw_of(candidate).random().hex(),
        "faults": candidate.policy.changed_faults,
        "others": candidate.policy.faults,
    }
    asked = room.folder / f"{tree.name}.json"
    asked.write_text(json.dumps(request), encoding="utf-8")
    room.isolation.hand_over(asked)
    ending = room.run(("python", "-I", room.path("gate/faults.py"), room.path(asked.name)), cwd=tree.name)
    if ending.limit:
        return Noticed(problem=f"the tests on planted faults were stopped by a limit ({ending.limit})")
    try:
        return Noticed.model_validate(last_json(ending.output))
    except ValidationError:
        return Noticed(problem="the tests on planted faults ended without a report")


def risk(runs: Runs) -> dict[str, int]:
    """The parent's tests that may be weaker in the child, and how near each is to what was changed."""
    found = {}
    for name in runs.old.functions:
        if not runs.parent.of(name).passed:
            continue
        if not runs.child.of(name).passed:
            found[name] = BESIDE if runs.ran_elsewhere(name) else GONE
        elif runs.old.rewritten(name):
            found[name] = REWRITTEN
        elif runs.old.touched(name):
            found[name] = BESIDE
    return found


def draw_of(candidate: Candidate) -> random.Random:
    """The draw of one candidate, the same every time, and not to be known before it is pushed."""
    trees = [candidate.lineage.tree_without_context(one) for one in (candidate.parent, candidate.commit)]
    return random.Random(hashlib.sha256(f"{trees} {candidate.generation}".encode()).hexdigest())
