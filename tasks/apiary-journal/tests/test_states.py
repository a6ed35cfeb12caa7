import random

import pytest
from apiary.journal import Journal


def expected(entries, upto=None):
    within = [(n, e) for n, e in enumerate(entries) if upto is None or e[0] <= upto]
    gone = set()
    for number, (_, _, what, value) in reversed(within):
        if what == "undo" and number not in gone:
            gone.add(value)
    colonies = {}
    for number, (day, colony, what, value) in sorted(within, key=lambda one: one[1][0]):
        state = colonies.setdefault(colony, {"frames": 0, "queen": None, "notes": []})
        if number in gone:
            continue
        if what == "frames":
            state["frames"] += value
        elif what == "queen":
            state["queen"] = value
        elif what == "note":
            state["notes"].append(value)
    return colonies


def drawn(seed, ordered):
    draw = random.Random(seed)
    entries, day = [], 0
    for number in range(draw.randrange(1, 45)):
        day = day + draw.randrange(2) if ordered else draw.randrange(12)
        colony = draw.choice(["K1", "K2"])
        mine = [n for n, entry in enumerate(entries) if entry[1] == colony]
        what = draw.choice(["frames", "queen", "note", "undo"])
        if what == "undo" and not mine:
            what = "note"
        values = {"frames": draw.randrange(-3, 9), "queen": f"q{number}", "note": f"n{number}",
                  "undo": draw.choice(mine) if mine else 0}
        entries.append((day, colony, what, values[what]))
    return entries


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("seed", range(40))
def test_state_is_replay(seed, ordered):
    entries = drawn(seed, ordered)
    journal = Journal()
    for count, entry in enumerate(entries, 1):
        assert journal.add(*entry) == count - 1
        if count % 5 == seed % 5:
            assert journal.state() == expected(entries[:count])
            assert journal.state() == expected(entries[:count])
        if count % 7 == 3:
            journal = Journal.load(journal.dump())
    for upto in (None, -1, 0, 3, 6, 11, 50):
        for one in (journal, Journal.load(journal.dump())):
            assert one.state(upto) == expected(entries, upto)


@pytest.mark.parametrize("count", [8, 9, 31, 32, 200])
def test_checkpoints_save_work(count):
    journal = Journal()
    for day in range(count):
        journal.add(day // 3, "K1", "frames", 1)
        journal.add(day // 3, "K1", "note", str(day))
    for one in (journal, Journal.load(journal.dump())):
        before = one.applied
        assert one.state()["K1"]["frames"] == count
        assert one.applied - before < Journal.EVERY
    assert journal.state(0)["K1"]["notes"] == ["0", "1", "2"]


def test_applied_counts():
    journal = Journal()
    for day in range(5):
        journal.add(day, "K", "frames", 2)
    before = journal.applied
    journal.state()
    journal.state(2)
    assert journal.applied - before == 8


def test_answer_is_the_callers():
    journal = Journal()
    for day in range(10):
        journal.add(day, "K1", "note", "n")
    for upto in (None, 9, 7, 3):
        journal.state(upto)["K1"]["notes"].clear()
        journal.state(upto).clear()
    assert len(journal.state()["K1"]["notes"]) == 10
    assert len(journal.state(7)["K1"]["notes"]) == 8


def test_wrong_undo_raises():
    journal = Journal()
    for colony in ("K1", "K2"):
        journal.add(1, colony, "frames", 1)
    for colony, value in (("K1", 2), ("K1", -1), ("K1", 1), ("K2", 0)):
        with pytest.raises(ValueError):
            journal.add(1, colony, "undo", value)
    assert journal.add(1, "K1", "undo", 0) == 2
    assert journal.state()["K1"]["frames"] == 0
