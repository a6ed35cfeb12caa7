"""The loan book: which house has which object, and when."""

from dataclasses import dataclass
from datetime import date, timedelta

from .days import Span

REST = 14  # days an object stays at home after a loan


class Refused(Exception):
    """A loan that cannot be; `reason` is "lent", "resting" or "unknown"."""

    def __init__(self, reason: str, thing: str) -> None:
        super().__init__(f"{thing}: {reason}")
        self.reason = reason


@dataclass(frozen=True)
class Loan:
    """One object in one house for a span of days."""

    thing: str
    house: str
    span: Span


class LoanBook:
    """The loans of the objects that the museum owns.

    Objects and loans of one book are never seen by another.
    """

    def __init__(self, things: list[str]) -> None:
        self._things = things
        self._loans: list[Loan] = []

    def lend(self, thing: str, house: str, span: Span) -> Loan:
        """Write down a loan and return it.

        Raises Refused: "unknown" when the museum does not own the object; "lent" when a loan of the same object has a day
        in common with it; "resting" when fewer than 14 whole days at home would lie between it and an earlier or a later
        loan of the object. Where both hold (of two other loans), "lent" is said. After a refusal the book is as before.
        """
        if thing not in self._things:
            raise Refused("unknown", thing)
        others = [loan.span for loan in self._loans if loan.thing == thing]
        if any(span.meets(other) for other in others):
            raise Refused("lent", thing)
        rest = timedelta(days=REST)
        if any(Span(other.first - rest, other.last + rest).meets(span) for other in others):
            raise Refused("resting", thing)
        loan = Loan(thing, house, span)
        self._loans.append(loan)
        return loan

    def give_back(self, loan: Loan, day: date) -> Loan:
        """The object came home early: `day` is its last day away. Returns the shortened loan, which replaces the old one.

        Raises KeyError when the loan is not in the book, and ValueError when the day is not a day of the loan; the last
        day of the loan is allowed and changes nothing.
        """
        if loan not in self._loans:
            raise KeyError(loan)
        if day not in loan.span:
            raise ValueError(f"{day} is no day of the loan")
        shorter = Loan(loan.thing, loan.house, Span(loan.span.first, day))
        self._loans[self._loans.index(loan)] = shorter
        return shorter

    def where(self, thing: str, day: date) -> str | None:
        """The house that has the object on that day, None when it is at home. Raises Refused ("unknown")."""
        if thing not in self._things:
            raise Refused("unknown", thing)
        for loan in self._loans:
            if loan.thing == thing and day in loan.span:
                return loan.house
        return None

    def of_house(self, house: str) -> list[Loan]:
        """The loans of a house, by their first day; those of the same first day by the object's name.

        The list is the caller's: changing it does not change the book.
        """
        found = [loan for loan in self._loans if loan.house == house]
        return sorted(found, key=lambda loan: (loan.span.first, loan.thing))

    def days_away(self, thing: str) -> int:
        """On how many days the object is, was or will be away. An unknown object is never away."""
        return sum(len(loan.span) for loan in self._loans if loan.thing == thing)
