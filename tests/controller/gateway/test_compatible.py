"""Other servers of the same API: an address and a model, a key where they want one."""

import pytest

from bench.parts.provider import always, provider
from controller.errors import RequestError
from controller.gateway.upstreams.anthropic import Anthropic
from controller.gateway.upstreams.compatible import Compatible
from controller.ledger.usage import Usage
from tests.controller.gateway.house import HELLO, House

COUNT = "/v1/messages/count_tokens"
COUNTED = {"model": "script", "messages": HELLO["messages"]}
NOT_FOUND = b"HTTP/1.1 404 no\r\ncontent-length: 2\r\n\r\n{}"


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/"])
@pytest.mark.parametrize("stream", [True, False])
def test_a_server_answers_at_the_address_that_was_named(house: House, ending: str, stream: bool) -> None:
    far = house.open(house.script([{"text": "Hi", "usage": {"input_tokens": 3, "output_tokens": 4}}]))
    door = house.open(Compatible(f"{far.url}{ending}#script", far.admission.token))
    assert b"Hi" in door.post(HELLO | {"stream": stream}).body
    assert house.used(door) == Usage(calls=1, input=3, output=4)


def test_a_server_that_wants_no_key_is_shown_none_and_an_older_version_of_the_api(house: House) -> None:
    with provider(always(NOT_FOUND)) as far:
        door = house.open(Compatible(f"{far.url}#script"))
        assert door.post(HELLO, anthropic_version="2026-10-21").status == 404
    sent = far.heard[0].head.lower()
    assert b"authorization" not in sent and b"anthropic-version: 2023-06-01\r\n" in sent


def test_tokens_are_guessed_where_a_server_cannot_count_them(house: House) -> None:
    with provider(always(NOT_FOUND)) as far:
        answer = house.open(Compatible(f"{far.url}#script")).post(COUNTED, COUNT)
    assert (answer.status, list(answer.json)) == (200, ["input_tokens"])
    assert 10 < answer.json["input_tokens"] < 100


def test_a_provider_that_is_paid_is_never_guessed_for(house: House) -> None:
    with provider(always(NOT_FOUND)) as far:
        assert house.open(Anthropic(["script"], "key", far.url)).post(COUNTED, COUNT).status == 404


def test_a_model_of_a_compatible_server_wants_schemas_and_promises_nothing() -> None:
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
def test_what_is_no_address_is_refused_and_a_secret_in_it_is_not_repeated(address: str) -> None:
    with pytest.raises(RequestError, match="HEIRLOOM_COMPATIBLE_KEY") as refused:
        Compatible(address)
    assert "secret" not in str(refused.value)
