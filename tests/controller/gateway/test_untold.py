"""What a provider does not tell as a number stays booked, is marked as assumed, and breaks no budget."""

import json
from http.client import IncompleteRead
from typing import Any

import pytest

from bench.parts.provider import LAST, STREAM_HEAD, Reply, chunk, event, json_reply
from controller.gateway.upstreams.compatible import Compatible
from controller.ledger.usage import Usage
from tests.controller.gateway.gateways import HELLO, Gateways, LifeClient
from tests.controller.gateway.messages_api import MESSAGE, messages_api
from tests.controller.gateway.test_sdk import dial
from tests.waiting import wait_until

__all__ = ["dial"]
STOP = event("message_stop")
LIES = [None, "90000", 90000.0, -1, True]
TEXT = event("content_block_start", index=0, content_block={"type": "text", "text": ""})
TEXT += event("content_block_delta", index=0, delta={"type": "text_delta", "text": "Well"})


def whole(usage: Any) -> Reply:
    return json_reply(200, MESSAGE | {"usage": usage, "stop_reason": "end_turn"})


def streamed(usage: Any, *then: bytes) -> Reply:
    """A stream that begins with this usage, then says this."""
    parts = [event("message_start", message=MESSAGE | {"usage": usage}), TEXT, *then]
    return Reply((STREAM_HEAD, *(chunk(part) for part in parts), LAST))


def ended(gateways: Gateways, life: LifeClient) -> Usage:
    """What is booked when the life is over."""
    life.gateway.dismiss(life.admission)
    return gateways.used(life)


@pytest.mark.parametrize("told", LIES, ids=repr)
@pytest.mark.parametrize("stream", [True, False])
def test_a_lie_frees_no_reservation(gateways: Gateways, told: Any, stream: bool) -> None:
    usage = {"input_tokens": told, "output_tokens": 40}
    reply = (
        streamed(usage, event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 40}) + STOP)
        if stream
        else whole(usage)
    )
    with messages_api(*[reply] * 9, counts=False) as one:
        life = gateways.open(Compatible(f"{one.url}#script"), tokens=4_000)
        statuses = [life.post(HELLO | {"stream": stream}).status for _ in range(9)]
        held = gateways.used(life)
        assert ended(gateways, life).total == held.total <= 4_000
    calls = statuses.count(200)
    assert 402 in statuses and held.calls == calls and held.total >= calls * 1_000
    assumed = gateways.calls.assumed_of_try(life.admission.try_id)
    assert assumed == held.reserved > 0


@pytest.mark.parametrize("usage", ["none", [], {}, {"output_tokens": 3}, {"input_tokens": 3}], ids=repr)
def test_a_missing_count_frees_nothing(gateways: Gateways, usage: Any) -> None:
    with messages_api(whole(usage)) as one:
        life = gateways.open(Compatible(f"{one.url}#script"))
        assert life.post(HELLO).status == 200
        assert gateways.used(life).reserved > 1_000


@pytest.mark.parametrize("status", [200, 201, 206, 299])
def test_what_may_be_billed_stays_booked(gateways: Gateways, status: int) -> None:
    odd = {key: value for key, value in MESSAGE.items() if key != "content"} | {"usage": {"input_tokens": 90_000}}
    with messages_api(json_reply(status, odd)) as one:
        life = gateways.open(Compatible(f"{one.url}#script"))
        assert life.post(HELLO).status == 502
        assert gateways.used(life).reserved > 1_000


@pytest.mark.parametrize("count", [10**12, 2**63, 10**30])
def test_oversized_numbers_are_booked(gateways: Gateways, count: int) -> None:
    entry = {"type": "compaction", "input_tokens": count, "output_tokens": count}
    usage = {"input_tokens": 5, "output_tokens": count, "iterations": [entry] * 1_200}
    with messages_api(whole(usage)) as one:
        life = gateways.open(Compatible(f"{one.url}#script"), tokens=10_000)
        assert life.post(HELLO).status == 200
        assert gateways.used(life).output == 10**12
        refused = life.post(HELLO)  # it was billed more than was set aside
        assert (refused.status, refused.error) == (402, "billing_error") and b"more than the bound" in refused.body
        assert len(one.heard) == 1


def test_broken_bound_ends_all_lives_calls(gateways: Gateways) -> None:
    usage = {"input_tokens": 150_000, "output_tokens": 10}
    with messages_api(whole(usage), whole(usage)) as one:
        upstream = Compatible(f"{one.url}#script")
        life = gateways.open(upstream, tokens=200_000)
        run = gateways.journal.open_run("lineage 1")
        assert run is not None
        beside = gateways.admit(life.gateway, gateways.journal.begin_try(run, 1, "0" * 40), upstream)
        assert life.post(HELLO).status == 200
        assert [one_life.post(HELLO).status for one_life in (life, beside, life)] == [402] * 3
        assert len(one.heard) == 1 and gateways.calls.of_run(run.id).total == 150_010


def test_started_message_bounds_what_is_open(gateways: Gateways) -> None:
    question = HELLO | {"stream": True, "messages": [{"role": "user", "content": "x" * 14_000}]}
    cut = streamed({"input_tokens": 100, "output_tokens": 1})
    with messages_api(cut, cut, counts=False) as one:
        life = gateways.open(Compatible(f"{one.url}#script"))
        for calls in (1, 2):
            with pytest.raises(IncompleteRead):
                life.post(question)
            wait_until(lambda calls=calls: gateways.used(life).input == 100 * calls)  # type: ignore[misc]
        assert gateways.used(life) == Usage(calls=2, input=200, output=2, reserved=2 * 999)
        assert ended(gateways, life) == Usage(calls=2, input=200, output=2_000)
    assert gateways.calls.assumed_of_try(life.admission.try_id) == 2 * 999


def test_start_without_input_bounds_nothing(gateways: Gateways) -> None:
    cut = streamed({"input_tokens": 0, "output_tokens": 0})  # as of servers that count when all is said
    with messages_api(cut) as one:
        life = gateways.open(Compatible(f"{one.url}#script"))
        with pytest.raises(IncompleteRead):
            life.post(HELLO | {"stream": True})
        wait_until(lambda: gateways.status(life) is not None)
        assert gateways.used(life).reserved > 1_000


@pytest.mark.slow
def test_library_stays_within_its_budget(gateways: Gateways, dial: Any) -> None:
    import anthropic

    usage = {"input_tokens": None, "output_tokens": 40}
    lie = streamed(usage, event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 40}) + STOP)
    with messages_api(*[lie] * 9, counts=False) as one:
        life = gateways.open(Compatible(f"{one.url}#script"), tokens=4_000)
        client, answered = dial(life), 0
        with pytest.raises(anthropic.PaymentRequiredError):
            for _ in range(9):
                with client.messages.stream(**HELLO) as stream:
                    for _ in stream:
                        pass
                answered += 1
        assert answered == gateways.used(life).calls > 0 and gateways.used(life).total <= 4_000
        assert json.loads(one.heard[0].body)["max_tokens"] <= 1_000
