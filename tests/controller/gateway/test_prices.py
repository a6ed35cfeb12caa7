"""What tokens cost: the pinned table, the operator's own prices, and amounts as they are written."""

from decimal import Decimal
from pathlib import Path

import genai_prices
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.errors import RequestError
from controller.gateway.prices import FREE, Prices
from controller.ledger.usage import Usage
from controller.settings.amounts import Amount, plain
from controller.settings.load import load
from controller.settings.model_facts import Rate
from controller.settings.settings import Settings

MODELS = ("claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5", "claude-sonnet-4-5", "claude-fable-5-1")
COUNTS = st.integers(0, 300_000)
PAID = Prices(paid=True)
WITHOUT_HASTE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@WITHOUT_HASTE
@given(st.sampled_from(MODELS), COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
def test_cost_follows_the_price_table(model: str, new: int, cached: int, short: int, long: int, out: int) -> None:
    price = PAID.of(model)
    assert price is not None
    ours = price.cost(Usage(input=new, cached=cached, written=short + long, output=out, long=long))
    theirs = genai_prices.calc_price(
        genai_prices.Usage(
            input_tokens=new + cached + short + long,
            cache_read_tokens=cached,
            cache_write_tokens=short + long,
            cache_write_1h_tokens=long,
            output_tokens=out,
        ),
        model,
        provider_id="anthropic",
    )
    assert 0 <= ours - theirs.total_price * 10**9 < 1  # rounded up to a whole nanodollar


@WITHOUT_HASTE
@given(st.sampled_from(MODELS), COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, st.sampled_from(["5m", "1h", ""]))
def test_no_cost_exceeds_its_bound(
    model: str, new: int, cached: int, written: int, out: int, spare: int, mark: str
) -> None:
    price = PAID.of(model)
    assert price is not None
    used = Usage(
        input=new, cached=cached, written=written if mark else 0, output=out, long=written if mark == "1h" else 0
    )
    bound = used.prompt + spare
    worst = price.worst(bound, frozenset([mark] if mark else []))
    assert price.cost(used) <= bound * worst[0] + out * worst[1] + 1


def test_only_requested_hours_are_reserved() -> None:
    price = PAID.of("claude-opus-5-5")
    assert price is not None
    marks: list[frozenset[str]] = [frozenset(), frozenset(["5m"]), frozenset(["5m", "1h"])]
    assert [price.worst(1000, mark)[0] for mark in marks] == [4_000, 5_000, 8_000]


def test_long_prompts_cost_the_higher_rate() -> None:
    price = PAID.of("claude-haiku-5-5")
    assert price is not None
    assert price.cost(Usage(input=100_000)) == 100_000 * 100
    assert price.cost(Usage(input=100_001)) == 100_001 * 500


def test_unknown_models_have_no_price() -> None:
    assert PAID.of("claude-unheard-of") is None and PAID.source("claude-unheard-of") == "unknown"
    assert Prices().of("qwen3:30b") is FREE


def test_the_stated_price_wins() -> None:
    prices = Prices({"claude-opus-5-5": Rate(input=Decimal(1), output=Decimal("2.5"))}, paid=True)
    price = prices.of("claude-opus-5-5")
    assert price is not None and prices.source("claude-opus-5-5") == "heirloom.toml"
    assert price.cost(Usage(input=10, cached=10, written=20, long=10, output=10)) == 1000 * (10 + 10 + 12.5 + 20 + 25)


@pytest.mark.parametrize(
    ("text", "tokens", "dollars"),
    [
        ("500000", 500_000, None),
        ("500k", 500_000, None),
        ("2M", 2_000_000, None),
        ("2.5Mtok", 2_500_000, None),
        ("5usd", None, 5 * 10**9),
        ("$0.25", None, 25 * 10**7),
        ("2Mtok,5usd", 2_000_000, 5 * 10**9),
        ("1 usd, 300tok", 300, 10**9),
    ],
)
def test_amounts_are_tokens_or_dollars(text: str, tokens: int | None, dollars: int | None) -> None:
    assert Amount.model_validate(text) == Amount(tokens=tokens, dollars=dollars)


@pytest.mark.parametrize("text", ["", "much", "-5", "5eur", "1k,2k", "1usd,$2", "9" * 400, "0", "1e9", "5usd5usd"])
def test_a_bad_amount_names_good_ones(text: str) -> None:
    with pytest.raises(RequestError, match="command line: budget"):
        load({"budget": text}, {}, None)


def test_settings_survive_the_ledger() -> None:
    settings = Settings.model_validate({"budget": "2M,5usd", "per_life": "1usd", "calls_per_life": 9})
    assert Settings.model_validate(settings.model_dump(mode="json")) == settings
    assert settings.limits["life"].calls == 9 and settings.limits["life"].dollars == 10**9


def test_a_bad_price_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "heirloom.toml"
    file.write_text('[prices."m"]\ninput = -1\noutput = 2\n')
    with pytest.raises(RequestError, match=r"line 2: prices.m.input"):
        load({}, {}, tmp_path)


def test_dollars_are_told_exactly() -> None:
    assert [plain(n) for n in (0, 1, 1_230_000_000, 5 * 10**9)] == ["0", "0.000000001", "1.23", "5"]
