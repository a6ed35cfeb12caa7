"""Amounts that an operator writes and reads: tokens, and dollars as whole nanodollars. Pure."""

import re
from decimal import ROUND_CEILING, Decimal
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator

NANO = 10**9  # of a dollar
MOST = 10**15  # of anything that is counted
WORDS = "tokens as 500000, 500k, 2M or 2Mtok; dollars as 5usd, $5 or 0.50usd; both with a comma between them"
TOKENS = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)\s*([kM]?)(?:tok)?")
DOLLARS = re.compile(r"\$\s*(\d{1,9}(?:\.\d{1,9})?)|(\d{1,9}(?:\.\d{1,9})?)\s*usd")
TIMES = {"": 1, "k": 1_000, "M": 1_000_000}


class Amount(BaseModel):
    """How much may be used. None: no limit of that kind. `dollars` are nanodollars."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tokens: int | None = Field(None, gt=0, le=MOST)
    dollars: int | None = Field(None, gt=0, le=MOST * 1000)

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, value: Any) -> Any:
        """A number is tokens; a text is read as `WORDS` say. Raises ValueError."""
        if isinstance(value, int) and not isinstance(value, bool):
            return {"tokens": value}
        if not isinstance(value, str):
            return value
        found: dict[str, int] = {}
        for part in value.split(","):
            kind, number = _read(part.strip())
            if kind in found:
                raise ValueError(f"{value!r} says {kind} twice; {WORDS}")
            found[kind] = number
        return found

    @model_serializer
    def _limits(self) -> dict[str, int]:
        """What is limited, and nothing of what is not."""
        found = {}
        if self.tokens is not None:
            found["tokens"] = self.tokens
        if self.dollars is not None:
            found["dollars"] = self.dollars
        return found

    def __or__(self, other: Self) -> Self:
        """What this says, and where it says nothing what the other says."""
        return type(self)(**(other.model_dump() | self.model_dump()))

    def __str__(self) -> str:
        words = []
        if self.tokens is not None:
            words.append(f"{self.tokens:,} tokens")
        if self.dollars is not None:
            words.append(dollars(self.dollars))
        return " and ".join(words)


def _read(text: str) -> tuple[str, int]:
    """The kind of one amount, and its number. Raises ValueError."""
    if match := DOLLARS.fullmatch(text):
        return "dollars", int(Decimal(match[1] or match[2]) * NANO)
    if match := TOKENS.fullmatch(text):
        return "tokens", int(Decimal(match[1]) * TIMES[match[2]])
    raise ValueError(f"{text!r} is no amount; {WORDS}")


def whole(amount: Decimal) -> int:
    """Nanodollars, rounded up: what is set aside is never too little by a fraction."""
    return int(amount.to_integral_value(ROUND_CEILING))


def plain(amount: int) -> str:
    """Nanodollars as a number of dollars: `0.001234`, all digits that matter."""
    return format((Decimal(amount) / NANO).normalize(), "f")


def dollars(amount: int) -> str:
    """Nanodollars as a person reads them: `$1.2346`."""
    return f"${Decimal(amount) / NANO:,.4f}"
