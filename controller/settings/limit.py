"""What a scope of the budget may use. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """What may be used of a scope. None: no limit of that kind."""

    tokens: int | None = None
    dollars: int | None = None
    calls: int | None = None

    def __bool__(self) -> bool:
        return (self.tokens, self.dollars, self.calls) != (None, None, None)
