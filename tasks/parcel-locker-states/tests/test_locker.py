import inspect
import random
from pathlib import Path

import pytest

from lockers import Locker, Refused

WHO = ("book", "cancel", "take", "pay")
PLAIN = ("load", "shut", "serve", "fail", "repair", "night")


class Model:
    """What a locker does, written down anew: a set of rules (act, from) -> to."""

    RULES = {
        "book free": "booked", "cancel booked": "free", "load booked": "loading", "take full": "taking", "take paid": "taking",
        "pay overdue": "paid", "shut loading": "full", "shut taking": "free", "repair broken": "service",
    }  # fmt: skip
    NIGHTS = {"booked": (2, "free"), "full": (3, "overdue"), "overdue": (10, "return"), "paid": (10, "return")}

    def __init__(self):
        self.state, self.owner, self.nights, self.log, self.kept = "free", None, 0, [], None

    def act(self, name, who=None):
        state = self.state
        if name == "night":
            return self.night()
        after = self.RULES.get(f"{name} {state}")
        if name == "serve" and state not in ("service", "taking", "loading", "broken"):
            after, self.kept = "service", (state, self.owner, self.nights)
        elif name == "shut" and state == "service":
            after, self.owner, self.nights = self.kept if self.kept and self.kept[0] != "return" else ("free", None, 0)
        elif name == "fail" and state != "broken":
            after, self.kept = "broken", None
        if after is None:
            return f"{name}: {state}"
        if name in ("cancel", "take", "pay") and who != self.owner:
            return f"{name}: not yours"
        if name == "book":
            self.owner = who
        if after in ("free", "broken"):
            self.owner, self.nights = None, 0
        if f"{state} {after}" == "loading full":
            self.nights = 0
        self.log.append(f"{name} {state}->{after}")
        self.state = after
        return None

    def night(self):
        if self.state in ("loading", "taking", "service"):
            self.log.append(f"night {self.state}: open")
        elif self.state in self.NIGHTS:
            self.nights += 1
            most, after = self.NIGHTS[self.state]
            if self.nights >= most:
                self.log.append(f"night {self.state}->{after}")
                self.state = after
                if after == "free":
                    self.owner, self.nights = None, 0


def replay(acts):
    locker, model = Locker(), Model()
    for name, who in acts:
        said = model.act(name, who)
        try:
            getattr(locker, name)(*([who] if name in WHO else []))
            answer = None
        except Refused as error:
            answer = str(error)
        assert answer == said
        assert (locker.state, locker.owner, locker.nights) == (model.state, model.owner, model.nights)
        assert locker.log == model.log


@pytest.mark.parametrize("seed", range(60))
def test_replay(seed):
    dice = random.Random(seed)
    acts = []
    for _ in range(150):
        acts.append((dice.choice([*WHO, *PLAIN, "night", "night", "book", "load", "shut"][: 13 + seed % 3]), dice.choice(["ann", "ann", "ben"])))
    if seed % 2:
        acts = [one for one in acts if one[0] != "fail" or dice.random() < 0.1]
    replay(acts)


LIFE = [("book", "ann"), ("load", ""), ("shut", "")]


@pytest.mark.parametrize("nights", range(16))
def test_every_act_after_nights(nights):
    for name in (*WHO, *PLAIN):
        for who in ("ann", "ben"):
            for paid in ([], [("pay", "ann")]):
                for end in ([], [("serve", "")], [("take", "ann")]):
                    replay([*LIFE, *[("night", "")] * nights, *paid, ("night", ""), *end, (name, who), ("shut", ""), ("night", ""), ("book", "ben")])


def test_a_life():
    locker = Locker()
    locker.book("ann")
    locker.night()
    locker.load()
    locker.shut()
    assert (locker.state, locker.owner, locker.nights) == ("full", "ann", 0)
    for _ in range(4):
        locker.night()
    locker.pay("ann")
    locker.take("ann")
    locker.night()
    locker.shut()
    assert (locker.state, locker.owner, locker.nights) == ("free", None, 0)
    assert locker.log == [
        "book free->booked", "load booked->loading", "shut loading->full", "night full->overdue", "pay overdue->paid", "take paid->taking",
        "night taking: open", "shut taking->free",
    ]  # fmt: skip


def test_refusals():
    locker = Locker()
    for name in ("shut", "repair", "load"):
        with pytest.raises(Refused) as caught:
            getattr(locker, name)()
        assert str(caught.value) == f"{name}: free"
    locker.fail()
    with pytest.raises(Refused) as caught:
        locker.fail()
    assert str(caught.value) == "fail: broken"


def test_lockers_are_apart():
    one, two = Locker(), Locker()
    one.book("ann")
    assert two.log == [] and two.state == "free"


def test_few_attributes():
    assert len(vars(Locker())) <= 6
    assert all(inspect.isfunction(getattr(Locker, name)) for name in (*WHO, *PLAIN))

def test_no_code_lies_elsewhere():
    found = sorted(str(path) for path in Path(".").rglob("*.py") if path.parts[0] != "tests")
    assert found == ['lockers/__init__.py', 'lockers/locker.py', 'lockers/refused.py']
