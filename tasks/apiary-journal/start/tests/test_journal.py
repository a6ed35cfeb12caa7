from apiary.journal import Journal


def test_short_journal():
    journal = Journal()
    journal.add(1, "K1", "frames", 4)
    journal.add(2, "K1", "queen", "Isolde")
    number = journal.add(3, "K1", "frames", 2)
    journal.add(4, "K1", "undo", number)
    assert journal.state() == {"K1": {"frames": 4, "queen": "Isolde", "notes": []}}
    assert Journal.load(journal.dump()).state() == journal.state()
