"""What a model's tokens cost. The only owner of genai-prices, whose dated table lies in its wheel; nothing is fetched.

A prompt over a threshold is billed at that tier's rates as a whole (Anthropic's and others' long-context pricing).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from controller.ledger.usage import Usage
from controller.settings.amounts import whole
from controller.settings.model_facts import Rate

KEYS = ("input_mtok", "cache_read_mtok", "cache_write_mtok", "cache_write_1h_mtok", "output_mtok")
PER = 1_000  # dollars for a million tokens are so many nanodollars for one
WRITTEN, LONG = Decimal("1.25"), Decimal(2)  # of the input's price, where an operator states no price of cache writes


@dataclass(frozen=True)
class Rates:
    """Nanodollars for one token of each kind; `long`: written to the cache for an hour."""

    input: Decimal
    cached: Decimal
    written: Decimal
    long: Decimal
    output: Decimal


@dataclass(frozen=True)
class Price:
    """Rates by the length of the prompt: each tier holds for prompts of more tokens than its number."""

    tiers: tuple[tuple[int, Rates], ...]  # the first from -1 on

    def rates(self, prompt: int) -> Rates:
        """The rates of a call with so many input tokens of all kinds."""
        return [rates for start, rates in self.tiers if prompt > start][-1]

    def cost(self, used: Usage) -> int:
        """What a call was billed, in nanodollars."""
        rates = self.rates(used.prompt)
        return whole(
            used.input * rates.input
            + used.cached * rates.cached
            + (used.written - used.long) * rates.written
            + used.long * rates.long
            + used.output * rates.output
        )

    def worst(self, prompt: int, marks: frozenset[str]) -> tuple[Decimal, Decimal]:
        """The most that an input and an output token can cost in a call of at most `prompt` input tokens.

        `marks`: how long the request asks for parts of it to be cached (`5m`, `1h`).
        """
        held = [rates for start, rates in self.tiers if prompt > start]
        kinds = ["input", "cached", *(["written"] if marks else []), *(["long"] if "1h" in marks else [])]
        return max(getattr(rates, kind) for rates in held for kind in kinds), max(rates.output for rates in held)


FREE = Price(((-1, Rates(*[Decimal(0)] * 5)),))


class Prices:
    """The price of each model: what the operator states, nothing where nobody bills, else what the table says."""

    def __init__(self, stated: Mapping[str, Rate] | None = None, paid: bool = False) -> None:
        self._stated, self._paid = stated or {}, paid

    def of(self, model: str) -> Price | None:
        """The price of a model now; None: it is not known, and never taken for free."""
        if model in self._stated:
            return of_rate(self._stated[model])
        return listed(model) if self._paid else FREE

    def source(self, model: str) -> str:
        """Where its price is from, for people."""
        if model in self._stated:
            return "heirloom.toml"
        if not self._paid:
            return "nobody bills it"
        return f"genai-prices {version()}" if listed(model) else "unknown"


def of_rate(rate: Rate) -> Price:
    """What an operator states; where it says nothing of the cache, reads cost as input, and writes as the API's do."""
    price = rate.input
    told = (price, rate.cache_read, rate.cache_write, rate.cache_write_1h, rate.output)
    otherwise = (price, price, price * WRITTEN, price * LONG, rate.output)
    return Price(((-1, Rates(*(PER * (one if one is not None else other) for one, other in
                               zip(told, otherwise, strict=True)))),))  # fmt: skip


def listed(model: str) -> Price | None:
    """What the table says of a model of Anthropic's today."""
    from genai_prices.data_snapshot import get_snapshot  # 0.15 s, and only where dollars are counted

    try:
        _, found = get_snapshot().find_provider_model(model, None, "anthropic", None)
    except LookupError:
        return None
    prices = found.get_prices(datetime.now(UTC))
    columns = [getattr(prices, key) for key in KEYS]
    if columns[0] is None or columns[-1] is None:
        return None
    starts = sorted({-1, *(tier.start for one in columns for tier in getattr(one, "tiers", ()))})
    return Price(tuple((start, _rates(columns, start)) for start in starts))


def _rates(columns: list[Any], start: int) -> Rates:
    """The rates above a threshold; a kind that is not listed costs as the dearest kind of input that is."""
    told = [None if one is None else PER * _at(one, start) for one in columns]
    dearest = max(one for one in told[:-1] if one is not None)
    return Rates(*(dearest if one is None else one for one in told))


def _at(price: Any, start: int) -> Decimal:
    tiers = [tier.price for tier in getattr(price, "tiers", ()) if tier.start <= start]
    return Decimal(tiers[-1] if tiers else getattr(price, "base", price))


def version() -> str:
    """The table's version, which dates it."""
    from genai_prices import __version__

    return __version__
