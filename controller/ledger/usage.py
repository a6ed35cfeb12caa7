"""What calls used, and what they may use: of one call, a life, a run, a day, a minute. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """Tokens and nanodollars of one call or many.

    `input` excludes what was cached; `written` are cache writes, `long` those of them that are kept for an hour;
    `compacted`: of input and output, what a compaction took. `reserved` tokens and `owed` dollars are set aside.
    """

    calls: int = 0
    input: int = 0
    cached: int = 0
    written: int = 0
    output: int = 0
    reserved: int = 0
    long: int = 0
    compacted: int = 0
    cost: int = 0
    owed: int = 0

    @property
    def total(self) -> int:
        """The tokens that count against the budget, open reservations included."""
        return self.input + self.cached + self.written + self.output + self.reserved

    @property
    def dollars(self) -> int:
        """The nanodollars that count against the budget, open reservations included."""
        return self.cost + self.owed

    @property
    def prompt(self) -> int:
        """Input tokens of every kind."""
        return self.input + self.cached + self.written


@dataclass(frozen=True)
class Allowance:
    """What a scope may use and what it used so far. None: no limit of that kind."""

    used: Usage
    tokens: int | None = None
    calls: int | None = None
    dollars: int | None = None
    scope: str = "run"

    @property
    def tokens_left(self) -> int | None:
        """What no call has spent or set aside."""
        return None if self.tokens is None else max(self.tokens - self.used.total, 0)

    @property
    def dollars_left(self) -> int | None:
        """The same in nanodollars."""
        return None if self.dollars is None else max(self.dollars - self.used.dollars, 0)

    @property
    def calls_left(self) -> int | None:
        """How many more calls may be sent."""
        return None if self.calls is None else max(self.calls - self.used.calls, 0)

    def lacks(self, tokens: int, dollars: int | None) -> tuple[str, int, int] | None:
        """What this scope has too little of for one more call: its kind, what was used, the limit; None: nothing.

        `dollars` None: the call has no price, so no limit in dollars allows it.
        """
        if self.calls is not None and self.used.calls >= self.calls:
            return "calls", self.used.calls, self.calls
        if self.tokens is not None and self.used.total + tokens > self.tokens:
            return "tokens", self.used.total, self.tokens
        if self.dollars is not None and (dollars is None or self.used.dollars + dollars > self.dollars):
            return "dollars", self.used.dollars, self.dollars
        return None
