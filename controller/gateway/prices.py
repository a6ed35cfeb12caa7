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
FIRST_TIER = -1  # holds for prompts of more tokens than this: for all


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

    tiers: tuple[tuple[int, Rates], ...]  # in rising order, the first from FIRST_TIER on

    def rates(self, prompt: int) -> Rates:
        """The rates of a call with so many input tokens of all kinds."""
        return self._up_to(prompt)[-1]

    def _up_to(self, prompt: int) -> list[Rates]:
        """The rates of every tier that a prompt of so many tokens or fewer can fall into."""
        return [rates for start, rates in self.tiers if prompt > start]

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

    def worst(self, prompt: int, cache_times: frozenset[str]) -> tuple[Decimal, Decimal]:
        """The most that an input and an output token can cost in a call of at most `prompt` input tokens.

        `cache_times`: for how long the request asks for parts of it to be cached (`5m`, `1h`).
        """
        inputs, outputs = [], []
        for rates in self._up_to(prompt):
            inputs += [rates.input, rates.cached]
            if cache_times:
                inputs.append(rates.written)
            if "1h" in cache_times:
                inputs.append(rates.long)
            outputs.append(rates.output)
        return max(inputs), max(outputs)


NOTHING = Decimal(0)
FREE = Price(((FIRST_TIER, Rates(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)),))


class Prices:
    """The price of each model: what the operator states, nothing where nobody bills, else what the table says."""

    def __init__(self, stated: Mapping[str, Rate] | None = None, paid: bool = False) -> None:
        self._stated, self._paid = stated or {}, paid

    def of(self, model: str) -> Price | None:
        """The price of a model now; None: it is not known, and never taken for free."""
        if model in self._stated:
            return stated_price(self._stated[model])
        if not self._paid:
            return FREE
        return table_price(model)

    def source(self, model: str) -> str:
        """Where its price is from, for people."""
        if model in self._stated:
            return "heirloom.toml"
        if not self._paid:
            return "nobody bills it"
        if table_price(model) is None:
            return "unknown"
        return f"genai-prices {version()}"


def stated_price(rate: Rate) -> Price:
    """What an operator states; where it says nothing of the cache, reads cost as input, and writes as the API's do."""
    cached, written, long = rate.input, rate.input * WRITTEN, rate.input * LONG
    if rate.cache_read is not None:
        cached = rate.cache_read
    if rate.cache_write is not None:
        written = rate.cache_write
    if rate.cache_write_1h is not None:
        long = rate.cache_write_1h
    rates = Rates(PER * rate.input, PER * cached, PER * written, PER * long, PER * rate.output)
    return Price(((FIRST_TIER, rates),))


def table_price(model: str) -> Price | None:
    """What the table says of a model of Anthropic's today; None where it does not say the price of both ways."""
    from genai_prices.data_snapshot import get_snapshot  # 0.15 s, and only where dollars are counted

    try:
        _, found = get_snapshot().find_provider_model(model, None, "anthropic", None)
    except LookupError:
        return None
    prices = found.get_prices(datetime.now(UTC))
    columns = [getattr(prices, key) for key in KEYS]
    if columns[0] is None or columns[-1] is None:
        return None
    starts = {FIRST_TIER}
    for column in columns:
        starts.update(tier.start for tier in getattr(column, "tiers", ()))
    return Price(tuple((start, _rates(columns, start)) for start in sorted(starts)))


def _rates(columns: list[Any], start: int) -> Rates:
    """The rates above a threshold; a kind that is not in the table costs as the dearest kind of input that is."""
    known = [None if column is None else PER * _at(column, start) for column in columns]
    dearest = max(rate for rate in known[:-1] if rate is not None)
    return Rates(*(dearest if rate is None else rate for rate in known))


def _at(price: Any, start: int) -> Decimal:
    """The dollars for a million tokens above a threshold."""
    tiers = [tier.price for tier in getattr(price, "tiers", ()) if tier.start <= start]
    if tiers:
        return Decimal(tiers[-1])
    return Decimal(getattr(price, "base", price))


def version() -> str:
    """The table's version, which dates it."""
    from genai_prices import __version__

    return __version__
