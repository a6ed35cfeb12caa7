"""What a run has spent so far, as the ledger, its copies and the trailers of commits say it. Pure."""

from dataclasses import dataclass

DIGITS = 18  # of a number in a trailer: the ledger's columns end at 2**63 - 1


@dataclass(frozen=True)
class Total:
    """What a run has spent so far, open reservations included. `dollars`: nanodollars."""

    tokens: int = 0
    calls: int = 0
    dollars: int = 0

    def beyond(self, other: "Total") -> "Total":
        """By how much this is more, nowhere less than 0."""
        return Total(
            max(self.tokens - other.tokens, 0),
            max(self.calls - other.calls, 0),
            max(self.dollars - other.dollars, 0),
        )

    def __add__(self, other: "Total") -> "Total":
        return Total(self.tokens + other.tokens, self.calls + other.calls, self.dollars + other.dollars)

    def __or__(self, other: "Total") -> "Total":
        """The higher of both, kind by kind."""
        return Total(
            max(self.tokens, other.tokens),
            max(self.calls, other.calls),
            max(self.dollars, other.dollars),
        )

    def __bool__(self) -> bool:
        return self != Total()

    def __str__(self) -> str:
        text = f"{self.tokens:,} tokens in {self.calls:,} calls"
        if self.dollars:
            text += f", ${self.dollars / 1e9:,.6f}"
        return text

    def trailer(self) -> str:
        """As it stands in a commit."""
        text = f"tokens={self.tokens} calls={self.calls}"
        if self.dollars:
            text += f" nanousd={self.dollars}"
        return text

    @classmethod
    def parse(cls, text: str) -> "Total":
        """What a trailer says; 0 of what it does not say, or does not say as a number that the ledger can hold."""
        found = {"tokens": 0, "calls": 0, "nanousd": 0}
        for word in text.split():
            name, _, number = word.partition("=")
            if name in found and number.isdecimal() and len(number) <= DIGITS:
                found[name] = int(number)
        return cls(found["tokens"], found["calls"], found["nanousd"])
