"""Other servers of the same API: an address and a model, a key where they want one."""

import pytest

from bench.parts.provider import always, provider
from controller.errors import RequestError
from controller.gateway.upstreams.anthropic import Anthropic
from controller.gateway.upstreams.compatible import Compatible
from controller.ledger.usage import Usage
from tests.controller.gateway.gateways import HELLO, Gateways

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
