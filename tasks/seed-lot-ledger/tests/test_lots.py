import pytest
from seedbank.ledger import Ledger


def test_lots_share_no_tests():
    ledger = Ledger()
    for name in ("K-1", "K-2", "K-3"):
        ledger.open_lot(name, 10)
    ledger.enter_test("K-1", 50, 20)
    ledger.enter_test("K-3", 40, 40)
    assert [ledger.rate(name) for name in ("K-1", "K-2", "K-3")] == [0.4, None, 1.0]


def test_ledgers_share_no_tests():
    for _ in range(3):
        ledger = Ledger()
        ledger.open_lot("P", 10)
        assert ledger.rate("P") is None
        ledger.enter_test("P", 8, 2)
        assert ledger.rate("P") == 0.25


def test_given_list_stays_as_it_was():
    earlier = [(20, 10)]
    ledger = Ledger()
    ledger.open_lot("P", 10, earlier)
    ledger.open_lot("Q", 10, earlier)
    ledger.enter_test("P", 20, 20)
    assert earlier == [(20, 10)]
    assert (ledger.rate("P"), ledger.rate("Q")) == (0.75, 0.5)
    earlier.append((20, 0))
    assert ledger.rate("Q") == 0.5


def test_tests_may_be_given_by_name_and_as_tuple():
    ledger = Ledger()
    ledger.open_lot("P", grams=10, tests=((4, 1),))
    ledger.enter_test("P", 4, 3)
    assert ledger.rate("P") == 0.5


def test_wrong_entries_raise():
    ledger = Ledger()
    ledger.open_lot("P", 10)
    with pytest.raises(ValueError, match="P"):
        ledger.open_lot("P", 20)
    with pytest.raises(ValueError, match="sprouted"):
        ledger.enter_test("P", 4, 5)
    with pytest.raises(ValueError, match="10 g"):
        ledger.withdraw("P", 11)
    assert ledger.grams("P") == 10
    assert ledger.rate("P") is None
    ledger.withdraw("P", 10)
    assert ledger.grams("P") == 0
    ledger.enter_test("P", 4, 4)
    assert ledger.rate("P") == 1.0
