from seedbank.ledger import Ledger


def test_rate_is_over_all_tests():
    ledger = Ledger()
    ledger.open_lot("A-1", 500, [(100, 80)])
    ledger.enter_test("A-1", 100, 60)
    assert ledger.rate("A-1") == 0.7


def test_seed_is_withdrawn():
    ledger = Ledger()
    ledger.open_lot("A-1", 500, [])
    ledger.withdraw("A-1", 120)
    assert ledger.grams("A-1") == 380
