from datetime import date

import pytest

from loans.book import Loan, LoanBook, Refused
from loans.days import Span


def span(first, last, month=5):
    return Span(date(2031, month, first), date(2031, month, last))


def refused(book, thing, days):
    with pytest.raises(Refused) as caught:
        book.lend(thing, "Oslo", days)
    return caught.value.reason


def test_span():
    with pytest.raises(ValueError):
        span(3, 2)
    assert len(span(3, 3)) == 1
    assert len(span(3, 5)) == 3
    assert date(2031, 5, 3) in span(3, 5) and date(2031, 5, 5) in span(3, 5)
    assert date(2031, 5, 2) not in span(3, 5) and date(2031, 5, 6) not in span(3, 5)


@pytest.mark.parametrize(
    ("other", "meets"),
    [(span(1, 9), False), (span(1, 10), True), (span(12, 13), True), (span(1, 30), True), (span(20, 25), True), (span(21, 25), False)],
)
def test_meets(other, meets):
    assert span(10, 20).meets(other) is meets
    assert other.meets(span(10, 20)) is meets


def test_lends():
    book = LoanBook(["vase", "coin"])
    loan = book.lend("vase", "Bern", span(10, 12))
    assert loan == Loan("vase", "Bern", span(10, 12))
    assert book.where("vase", date(2031, 5, 10)) == "Bern"
    assert book.where("vase", date(2031, 5, 12)) == "Bern"
    assert book.where("vase", date(2031, 5, 13)) is None
    assert book.where("coin", date(2031, 5, 10)) is None
    with pytest.raises(Refused) as caught:
        book.where("crown", date(2031, 5, 10))
    assert caught.value.reason == "unknown"
    assert refused(book, "crown", span(1, 2)) == "unknown"


def test_lent_and_resting():
    book = LoanBook(["vase"])
    book.lend("vase", "Oslo", Span(date(2031, 5, 1), date(2031, 5, 10)))
    assert refused(book, "vase", Span(date(2031, 5, 10), date(2031, 5, 20))) == "lent"
    assert refused(book, "vase", Span(date(2031, 4, 1), date(2031, 6, 20))) == "lent"
    assert refused(book, "vase", Span(date(2031, 5, 24), date(2031, 5, 30))) == "resting"
    assert refused(book, "vase", Span(date(2031, 4, 1), date(2031, 4, 17))) == "resting"
    book.lend("vase", "Oslo", Span(date(2031, 5, 25), date(2031, 5, 30)))
    book.lend("vase", "Bern", Span(date(2031, 4, 1), date(2031, 4, 16)))
    assert len(book.of_house("Oslo")) == 2
    assert refused(book, "vase", Span(date(2031, 6, 2), date(2031, 6, 3))) == "resting"


def test_lent_before_resting():
    book = LoanBook(["vase"])
    book.lend("vase", "Bern", Span(date(2031, 5, 1), date(2031, 5, 10)))
    book.lend("vase", "Bern", Span(date(2031, 5, 30), date(2031, 6, 10)))
    assert refused(book, "vase", Span(date(2031, 5, 12), date(2031, 5, 30))) == "lent"


def test_give_back():
    book = LoanBook(["vase"])
    loan = book.lend("vase", "Bern", span(10, 20))
    for day in (9, 21):
        with pytest.raises(ValueError):
            book.give_back(loan, date(2031, 5, day))
    assert book.give_back(loan, date(2031, 5, 20)) == loan
    shorter = book.give_back(loan, date(2031, 5, 15))
    assert shorter.span == span(10, 15)
    assert book.days_away("vase") == 6
    assert book.where("vase", date(2031, 5, 16)) is None
    with pytest.raises(KeyError):
        book.give_back(loan, date(2031, 5, 12))
    assert book.give_back(shorter, date(2031, 5, 10)).span == span(10, 10)
    assert book.days_away("vase") == 1 and book.days_away("crown") == 0


def test_of_house():
    book = LoanBook(["a", "b", "c"])
    late = book.lend("c", "Bern", span(12, 13))
    second = book.lend("b", "Bern", span(10, 11))
    first = book.lend("a", "Bern", span(10, 20))
    book.lend("b", "Rome", span(1, 2, month=8))
    assert book.of_house("Bern") == [first, second, late]
    book.of_house("Bern").clear()
    assert len(book.of_house("Bern")) == 3


def test_books_apart():
    things = ["vase"]
    one, two = LoanBook(things), LoanBook(things)
    one.lend("vase", "Bern", span(10, 20))
    assert two.where("vase", date(2031, 5, 12)) is None
    things.append("crown")
    assert refused(one, "crown", span(1, 2)) == "unknown"
