"""The scopes of a budget, at the gateway and in the ledger: call, life, run, day, minute; tokens, dollars, calls."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.parts.provider import LAST, STREAM_HEAD, FakeProvider, Reply, chunk, event, json_reply, provider
from controller.errors import BudgetSpent, LedgerError
from controller.gateway import budget
from controller.gateway.prefix import PrefixCounts
from controller.gateway.prices import Prices
from controller.gateway.reservations import Terms
from controller.gateway.retry import RetryPolicy
from controller.gateway.server import Gateway
from controller.gateway.upstreams.anthropic import Anthropic
from controller.ledger.calls import Calls
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run
from controller.ledger.usage import Usage
from controller.settings.limit import Limit
from tests.controller.gateway.gateways import Gateways, LifeClient
from tests.controller.gateway.messages_api import MESSAGE, MessagesApi, messages_api

MODEL = "claude-opus-5-5"  # 4 and 20 dollars for a million tokens
HELLO: dict[str, Any] = {"model": MODEL, "max_tokens": 1000, "messages": [{"role": "user", "content": "Hello"}]}
ANOTHER = {**HELLO, "messages": [{"role": "user", "content": "x" * 500}]}
USD = 10**9


def message(**usage: int) -> Any:
    """An answer of the provider's, billed so much."""
    told = {"input_tokens": 100, "output_tokens": 50, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}
    body = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "content": [{"type": "text", "text": "Hi"}],
        "usage": told | usage,
    }
    return json_reply(200, body)


@contextmanager
def opened(
    gateways: Gateways,
    one: FakeProvider,
    dollars: int | None = None,
    tokens: int | None = None,
    at_once: int = 64,
    retry_policy: RetryPolicy | None = None,
    limits: Mapping[str, Limit] | None = None,
) -> Iterator[LifeClient]:
    """A gateway to a provider that bills, for a life within these limits."""
    upstream = Anthropic([MODEL, "unheard-of"], "key", one.url)
    gateway = Gateway(
        upstream, gateways.calls, lambda: 0.0, retry_policy or RetryPolicy(), terms=Terms(Prices(paid=True), at_once)
    )
    run = Run("run", "lineage", 1, {}, tokens, None, dollars, limits or {})
    gateways.journal.begin_run(run)
    gateway.start()
    try:
        yield gateways.admit(gateway, gateways.journal.begin_try(run, 1, "0" * 40), upstream)
    finally:
        gateway.stop()


def test_dollars_follow_the_kinds_of_tokens(gateways: Gateways) -> None:
    used = {
        "cache_read_input_tokens": 1000,
        "cache_creation_input_tokens": 300,
        "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200},
    }
    with messages_api(message(**used)) as one, opened(gateways, one, dollars=USD) as life:  # type: ignore[arg-type]
        told = life.post(HELLO)
        assert told.status == 200
    spent = 100 * 4_000 + 1000 * 200 + 100 * 5_000 + 200 * 8_000 + 50 * 20_000
    assert gateways.calls.of_run("run") == Usage(1, 100, 1000, 300, 50, 0, long=200, cost=spent)
    assert float(told.headers["heirloom-usd-left"]) == (USD - spent) / 1e9


def test_an_answer_shrinks_to_remaining_dollars(gateways: Gateways) -> None:
    with (
        messages_api(message(output_tokens=300), counts=False) as one,
        opened(gateways, one, dollars=USD * 8 // 1000) as life,
    ):
        assert life.post(HELLO).status == 200  # of 0.008 dollars, the bound on its input leaves about 370 tokens
        refused = life.post(ANOTHER)
        assert (refused.status, refused.error) == (402, "billing_error") and "$0.0080 has $0." in refused.body.decode()
        assert refused.headers["x-should-retry"] == "false"
    assert gateways.calls.of_run("run").dollars <= USD * 8 // 1000
    assert gateways.calls.was_refused(1) and not gateways.calls.was_refused(1, "life")


def test_dollar_budgets_refuse_unpriced_models(gateways: Gateways) -> None:
    other = {**HELLO, "model": "unheard-of"}
    with messages_api() as one, opened(gateways, one, dollars=USD) as life:
        refused = life.post(other)
        assert refused.status == 402 and b"no known price" in refused.body and not one.lines
    assert gateways.calls.of_run("run").calls == 0


def test_the_cost_of_unpriced_models_is_unknown(gateways: Gateways) -> None:
    with messages_api(message()) as one, opened(gateways, one, tokens=10_000) as life:
        assert life.post({**HELLO, "model": "unheard-of"}).status == 200
    assert gateways.calls.unpriced(1) and gateways.calls.of_run("run").cost == 0


@pytest.mark.parametrize(
    ("scope", "limit"),
    [
        ("life", Limit(tokens=1_200)),
        ("life", Limit(calls=1)),
        ("call", Limit(tokens=300)),
        ("day", Limit(tokens=1_200)),
        ("life", Limit(dollars=USD // 100)),
        ("day", Limit(dollars=USD // 100)),
        ("call", Limit(dollars=USD // 1000)),
    ],
)
def test_no_call_can_break_a_scope(gateways: Gateways, scope: str, limit: Limit) -> None:
    with (
        messages_api(message(output_tokens=400), message(), counts=False) as one,
        opened(gateways, one, limits={scope: limit}) as life,
    ):
        statuses = [life.post(HELLO).status, life.post(ANOTHER).status]
        assert statuses == ([402, 402] if scope == "call" else [200, 402])
    assert gateways.calls.was_refused(1, scope) and not gateways.calls.was_refused(1)


@pytest.mark.parametrize("scope", ["run", "life", "day"])
def test_streams_tell_what_is_left(gateways: Gateways, scope: str) -> None:
    limit = Limit(tokens=20_000)
    tokens, limits = (20_000, {}) if scope == "run" else (None, {scope: limit})
    usage = {"input_tokens": 80, "output_tokens": 30}
    start = event("message_start", message=MESSAGE | {"usage": usage | {"output_tokens": 1}})
    text = event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    text += event("content_block_delta", index=0, delta={"type": "text_delta", "text": "Hi"})
    end = event("message_delta", delta={"stop_reason": "end_turn"}, usage=usage) + event("message_stop")
    stream = Reply((STREAM_HEAD, chunk(start), chunk(text), chunk(end), LAST))
    replies = [message(**usage), stream, message(**usage), stream]
    with messages_api(*replies) as one, opened(gateways, one, tokens=tokens, limits=limits) as life:
        kept = gateways.calls.reserve(life.admission.try_id, MODEL, 1_000)
        gateways.calls.keep(kept, Usage(), 599)  # what an earlier call may yet have cost is not left
        asked = HELLO | {"max_tokens": 9_000}
        told = [life.post(asked | {"stream": number % 2 == 1}).headers for number in range(4)]
    left = [int(one_told["heirloom-tokens-left"]) for one_told in told]
    assert left == [18_890, 18_890, 18_670, 18_670]  # a stream's head is sent before its own tokens are known
    assert not any("heirloom-wind-down" in one_told for one_told in told)


def test_ended_day_frees_nothing_later(gateways: Gateways) -> None:
    now = [86_400.0 * 3 - 1]
    gateways.database.clock = lambda: now[0]
    gateways.journal.begin_run(Run("run", "lineage", 1, {}, None, None, None, {"day": Limit(tokens=1_000)}))
    tried = gateways.journal.begin_try(Run("run", "lineage", 1, {}), 1, "0" * 40)
    gateways.calls.reserve(tried.id, "m", 700)
    assert [one.tokens_left for one in gateways.calls.allowances(tried.id)] == [None, 300]
    now[0] += 2
    assert gateways.calls.allowances(tried.id)[1].used.reserved == 0


def test_a_minute_limit_is_waited_out(gateways: Gateways) -> None:
    waits: list[float] = []
    now = gateways.database.clock()
    gateways.database.clock = lambda: now + sum(waits)

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    retry_policy = RetryPolicy(300, sleep, lambda: 1.0)
    with (
        messages_api(message(), message()) as one,
        opened(gateways, one, retry_policy=retry_policy, limits={"minute": Limit(tokens=1_250)}) as life,
    ):
        assert [life.post(HELLO).status for _ in range(2)] == [200, 200]
    assert sum(waits) >= 60 and gateways.calls.of_run("run").calls == 2


def test_too_many_open_calls_are_refused(gateways: Gateways) -> None:
    api = MessagesApi()
    with provider(api) as one, opened(gateways, one, at_once=2) as life:
        held = [gateways.calls.reserve(1, MODEL, 10) for _ in range(2)]
        refused = life.post(HELLO)
        assert (refused.status, refused.error) == (429, "rate_limit_error")
        gateways.calls.settle(held[0], Usage(), 200)
        api.replies.append(message())
        assert life.post(HELLO).status == 200


def test_the_database_refuses_an_overspent_life(gateways: Gateways) -> None:
    run = Run("run", "lineage", 1, {}, limits={"life": Limit(1_000, 1_000)})
    gateways.journal.begin_run(run)
    gateways.journal.begin_try(run, 1, "0" * 40)
    for values in ("1001, 0", "0, 1001"):
        words = f"INSERT INTO calls (try, run, at, model, reserved, owed) VALUES (1, 'run', 0, 'm', {values})"
        with pytest.raises(LedgerError, match="of this life"), gateways.database.transaction() as db:
            db.execute(words)


def test_the_database_keeps_dollar_budgets(gateways: Gateways) -> None:
    run = Run("run", "lineage", 1, {}, dollars=1_000)
    gateways.journal.begin_run(run)
    call = gateways.calls.reserve(gateways.journal.begin_try(run, 1, "0" * 40).id, "m", 10, 900)
    with pytest.raises(LedgerError, match="in dollars"), gateways.database.transaction() as db:
        db.execute("UPDATE calls SET cost = 1001")
    gateways.calls.settle(call, Usage(input=1, cost=1_500), 200)  # billed beyond what was set aside: booked, and named
    assert gateways.calls.of_run("run").cost == 1_500 and gateways.calls.overbilled("run") == (0, 600)
    with pytest.raises(BudgetSpent, match=r"\$"):
        gateways.calls.reserve(1, "m", 1, 1)


def test_a_run_keeps_its_limits(tmp_path: Path) -> None:
    limits = {"life": Limit(5, 6, 7), "day": Limit(dollars=8)}
    for begin in (True, False):
        database = Database(tmp_path / "ledger.sqlite")
        journal = Journal(database)
        if begin:
            journal.begin_run(Run("run", "lineage", 1, {}, 1, 2, 3, limits))
        assert journal.open_run("lineage") == Run("run", "lineage", 1, {}, 1, 2, 3, limits)
        database.close()


def conversation(*said: str) -> dict[str, Any]:
    roles = ("user", "assistant")
    return {**HELLO, "messages": [{"role": roles[n % 2], "content": text} for n, text in enumerate(said)]}


def test_a_counted_prefix_bounds_its_continuation() -> None:
    known, first = PrefixCounts(), conversation("x" * 30_000)
    known.learn(first, 7_000)
    longer = conversation("x" * 30_000, "Yes.", "Go on.")
    size = len(str(longer))
    assert budget.input_bound(longer, size) > 30_000
    assert 7_000 < budget.input_bound(longer, size, known) < 7_300
    marked = conversation("x" * 30_000, "Yes.", "Go on.")
    marked["messages"][0]["content"] = [{"type": "text", "text": "x" * 30_000, "cache_control": {"type": "ephemeral"}}]
    assert budget.input_bound(marked, size, known) < 7_300  # a cache mark changes no count
    for other in ({**longer, "system": "Another."}, conversation("y" * 30_000, "Yes."), {**longer, "model": "other"}):
        assert budget.input_bound(other, size, known) > 30_000


def test_a_tight_first_call_is_counted(gateways: Gateways) -> None:
    long = conversation("x" * 30_000)
    counted, body = json_reply(200, {"input_tokens": 7_000}), message(input_tokens=7_000)
    with messages_api(counted, body) as one, opened(gateways, one, tokens=9_000) as life:
        assert life.post(long).status == 200
        assert [line.rpartition("/")[2] for line in one.lines] == ["count_tokens", "messages"]
    assert gateways.calls.of_run("run").total == 7_050


@pytest.mark.parametrize(
    "told", [json_reply(404, {}), json_reply(200, []), json_reply(200, {"input_tokens": "many"})], ids=str
)
def test_bytes_decide_without_a_count(gateways: Gateways, told: Any) -> None:
    with messages_api(told, message()) as one, opened(gateways, one, tokens=9_000) as life:
        assert life.post(conversation("x" * 30_000)).status == 402


def test_last_words_are_kept_back(gateways: Gateways) -> None:
    greedy = {**HELLO, "max_tokens": 30_000}
    with messages_api(message(output_tokens=18_000), counts=False) as one, opened(gateways, one, tokens=20_000) as life:
        told = life.post(greedy)
        assert told.status == 200 and told.headers["heirloom-wind-down"] == "true"
        assert int(told.headers["heirloom-tokens-left"]) == 20_000 - 18_100
    asked = gateways.calls.of_run("run")
    assert asked.total == 18_100


def test_hour_caching_reserves_its_price(gateways: Gateways) -> None:
    plain = gateways.calls
    assert plain.of_run("run") == Usage()
    mark = {"type": "ephemeral", "ttl": "1h"}
    content = [{"type": "text", "text": "x" * 4_000, "cache_control": mark}]
    request = {**HELLO, "messages": [{"role": "user", "content": content}]}
    with messages_api(message(), counts=False) as one, opened(gateways, one, dollars=USD * 3 // 100) as life:
        assert life.post(request).status == 402  # 0.04 dollars where it is written for an hour
        assert life.post(conversation("x" * 4_000)).status == 200


def test_compactions_are_counted_apart(gateways: Gateways) -> None:
    iterations = [
        {"type": "compaction", "input_tokens": 40, "output_tokens": 7, "cache_read_input_tokens": 3},
        {"type": "message", "input_tokens": 100, "output_tokens": 50},
    ]
    with messages_api(message(iterations=iterations)) as one, opened(gateways, one, dollars=USD) as life:  # type: ignore[arg-type]
        assert life.post(HELLO).status == 200
    used = gateways.calls.of_run("run")
    assert (used.input, used.output, used.compacted) == (143, 57, 50)
    assert replace(used, cost=0).total == 200


def test_a_day_counts_all_its_runs(gateways: Gateways) -> None:
    now = 100 * 86_400.0 + 10
    gateways.database.clock = lambda: now
    for name in ("one", "two"):
        run = Run(name, name, 1, {}, limits={"day": Limit(tokens=1_000)})
        gateways.journal.begin_run(run)
        gateways.journal.begin_try(run, 1, "0" * 40)
    gateways.calls.reserve(1, "m", 900)
    with pytest.raises(BudgetSpent, match="a day's budget of 1,000 tokens has 100 left"):
        gateways.calls.reserve(2, "m", 101)
    now += 86_400
    assert isinstance(Calls(gateways.database).reserve(2, "m", 1_000), int)
