"""Other servers of the same API: an address and a model, a key where they want one."""

from typing import Any

import pytest

from bench.parts.provider import Reply, Request, always, json_reply, provider
from controller.errors import RequestError
from controller.gateway.upstreams.anthropic import Anthropic
from controller.gateway.upstreams.compatible import Compatible
from controller.ledger.usage import Usage
from tests.controller.gateway.gateways import HELLO, Gateways
from tests.controller.gateway.messages_api import MESSAGE
from tests.controller.gateway.test_sdk import dial

__all__ = ["dial"]

COUNT = "/v1/messages/count_tokens"
COUNTED = {"model": "script", "messages": HELLO["messages"]}
NOT_FOUND = b"HTTP/1.1 404 no\r\ncontent-length: 2\r\n\r\n{}"


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/"])
@pytest.mark.parametrize("stream", [True, False])
def test_the_server_at_the_address_answers(gateways: Gateways, ending: str, stream: bool) -> None:
    far = gateways.open(gateways.script([{"text": "Hi", "usage": {"input_tokens": 3, "output_tokens": 4}}]))
    life = gateways.open(Compatible(f"{far.url}{ending}#script", far.admission.token))
    assert b"Hi" in life.post(HELLO | {"stream": stream}).body
    assert gateways.used(life) == Usage(calls=1, input=3, output=4)


def test_no_key_means_no_header(gateways: Gateways) -> None:
    with provider(always(NOT_FOUND)) as far:
        life = gateways.open(Compatible(f"{far.url}#script"))
        assert life.post(HELLO, anthropic_version="2026-10-21").status == 404
    sent = far.heard[0].head.lower()
    assert b"authorization" not in sent and b"anthropic-version: 2023-06-01\r\n" in sent


def test_uncounted_tokens_are_guessed(gateways: Gateways) -> None:
    with provider(always(NOT_FOUND)) as far:
        answer = gateways.open(Compatible(f"{far.url}#script")).post(COUNTED, COUNT)
    assert (answer.status, list(answer.json)) == (200, ["input_tokens"])
    assert 10 < answer.json["input_tokens"] < 100


def test_paid_providers_are_never_guessed(gateways: Gateways) -> None:
    with provider(always(NOT_FOUND)) as far:
        assert gateways.open(Anthropic(["script"], "key", far.url)).post(COUNTED, COUNT).status == 404


def test_compatible_models_want_schemas() -> None:
    upstream = Compatible("http://[::1]:8080#org/model:7b")
    model = upstream.models()[0]
    assert (upstream.paid, model.id, model.dialect) == (False, "org/model:7b", "schema")
    assert not (model.caching or model.thinking or model.effort)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:11434",
        "http://127.0.0.1:11434#",
        "127.0.0.1:11434#m",
        "ftp://host#m",
        "http://#m",
        "http://host:port#m",
        "http://host:99999#m",
        "http://[::1#m",
        "http://host/?key=secret#m",
        "http://user:secret@host#m",
    ],
)
def test_bad_addresses_are_refused_without_secrets(address: str) -> None:
    with pytest.raises(RequestError, match="HEIRLOOM_COMPATIBLE_KEY") as refused:
        Compatible(address)
    assert "secret" not in str(refused.value)


LONG = HELLO | {"messages": [{"role": "user", "content": "x" * 3_500}]}  # 3,500 bytes, of which a server makes 1,000


class Server:
    """A server that bills `billed` input tokens, and counts `counts`; None: it has no such endpoint."""

    def __init__(self, billed: int, counts: object) -> None:
        self.billed, self.counts = billed, counts

    def __call__(self, request: Request) -> Reply:
        if request.path != COUNT:
            usage = {"input_tokens": self.billed, "output_tokens": 20}
            return json_reply(200, MESSAGE | {"usage": usage, "stop_reason": "end_turn"})
        if self.counts is None:
            return json_reply(404, {})
        return json_reply(200, {"input_tokens": self.counts})


@pytest.mark.parametrize(
    ("counts", "answered"),
    [(1_000, True), (None, False), ("1000", False), (-5, False), (True, False), (2**70, False), (0, False)],
)
def test_counting_servers_bound_exactly(gateways: Gateways, counts: object, answered: bool) -> None:
    with provider(Server(1_000, counts)) as far:
        life = gateways.open(Compatible(f"{far.url}#script"), tokens=2_500)
        assert life.post(LONG | {"max_tokens": 300}).status == (200 if answered else 402)
        assert far.lines[0] == f"POST {COUNT}"
    assert gateways.used(life).total == (1_020 if answered else 0)


def test_countless_server_is_asked_once(gateways: Gateways) -> None:
    with provider(Server(1_000, None)) as far:
        life = gateways.open(Compatible(f"{far.url}#script"), tokens=2_500)
        assert [life.post(LONG).status for _ in range(3)] == [402] * 3
        assert [line for line in far.lines if COUNT in line] == far.lines and len(far.lines) == 1


def test_counts_too_low_bound_nothing(gateways: Gateways) -> None:
    with provider(Server(1_300, 1_000)) as far:
        upstream = Compatible(f"{far.url}#script")
        life = gateways.open(upstream, tokens=2_500)
        assert life.post(LONG | {"max_tokens": 500}).status == 200  # 1,320 used, of more that was set aside
        assert gateways.calls.overbilled("run 1") == (0, 0)
        later = gateways.admit(life.gateway, gateways.begin_try(tokens=2_500), upstream)
        assert later.post(LONG | {"max_tokens": 500}).status == 402
        assert [COUNT in line for line in far.lines] == [True, False]


def test_ample_budgets_ask_for_no_count(gateways: Gateways) -> None:
    with provider(Server(1_000, 1_000)) as far:
        for tokens in (None, 100_000):
            assert gateways.open(Compatible(f"{far.url}#script"), tokens=tokens).post(LONG).status == 200
        assert not [line for line in far.lines if COUNT in line]


@pytest.mark.parametrize("fields", [{"temperature": 0.7, "top_p": 0.9, "top_k": 40}, {"temperature": 0}])
def test_sampling_reaches_own_servers_alone(gateways: Gateways, fields: dict[str, float]) -> None:
    with provider(Server(1_000, None)) as far:
        assert gateways.open(Compatible(f"{far.url}#script")).post(HELLO | fields | {"system": None}).status == 200
        refused = gateways.open(Anthropic(["script"], "key", far.url)).post(HELLO | fields)
        assert (refused.status, refused.error) == (400, "invalid_request_error")
    sent = far.heard[0].json
    assert len(far.heard) == 1 and {name: sent[name] for name in fields} == fields and "system" not in sent


@pytest.mark.slow
def test_library_calls_within_exact_bounds(gateways: Gateways, dial: Any) -> None:
    import anthropic

    with provider(Server(1_000, 1_000)) as far:
        life = gateways.open(Compatible(f"{far.url}#script"), tokens=2_500)
        client = dial(life)
        asked = {"model": "script", "messages": LONG["messages"]}
        assert client.messages.count_tokens(**asked).input_tokens == 1_000
        answer = client.messages.with_raw_response.create(**asked, max_tokens=300, extra_body={"temperature": 0.7})
        assert answer.headers["heirloom-tokens-left"] == "1480" and far.heard[-1].json["temperature"] == 0.7
        assert client.messages.create(**asked, max_tokens=300).usage.input_tokens == 1_000
        with pytest.raises(anthropic.PaymentRequiredError):
            client.messages.create(**asked, max_tokens=300)
    assert gateways.used(life).total == 2_040


def test_estimates_bound_no_budget(gateways: Gateways) -> None:
    """LiteLLM counts 8 tokens where the server behind it bills 141: its count would break the bound at once."""
    used = {"input_tokens": 141, "output_tokens": 1}
    told = {"input_tokens": 8, "litellm_count_source": "local_estimate"}

    def script(request: Request) -> Reply:
        if request.path == COUNT:
            return json_reply(200, told)
        return json_reply(200, {**MESSAGE, "usage": used, "stop_reason": "end_turn"})

    with provider(script) as far:
        life = gateways.open(Compatible(f"{far.url}#script"), tokens=1_100)
        assert life.post(HELLO).status == 200
        assert far.lines[0] == f"POST {COUNT}", "the count was asked for"
        assert life.post(COUNTED, COUNT).json == told, "a life reads what the server says"
    (run,) = gateways.database.rows("SELECT run FROM calls")
    assert gateways.calls.overbilled(run["run"]) == (0, 0)
