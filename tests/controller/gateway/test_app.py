"""What may be asked at the gateway: two endpoints, and every answer in the API's own shape."""

import json
import socket
from typing import Any

import pytest

from controller.ledger.usage import Usage
from tests.controller.gateway.gateways import HELLO, Gateways, Overhearing
from tests.waiting import PATIENCE, wait_until


def test_the_ledger_has_the_message_usage(gateways: Gateways) -> None:
    life = gateways.open(gateways.script([{"text": "Hi", "usage": {"input_tokens": 12, "output_tokens": 3}}]))
    answer = life.post(HELLO)
    assert answer.status == 200
    assert answer.json["content"] == [{"type": "text", "text": "Hi"}]
    assert (answer.json["id"], answer.json["stop_reason"]) == ("msg_0001_0001", "end_turn")
    assert gateways.used(life) == Usage(calls=1, input=12, output=3)
    assert gateways.status(life) == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/messages", 405),
        ("DELETE", "/v1/messages/count_tokens", 405),
        ("GET", "/v1/models", 404),
        ("POST", "/v1/messages/", 404),
        ("POST", "/v1/messages/batches", 404),
        ("POST", "/heirloom/gate", 404),
        ("POST", "/v1/../v1/complete", 404),
        ("GET", "/", 404),
    ],
)
def test_nothing_else_exists(gateways: Gateways, method: str, path: str, status: int) -> None:
    answer = gateways.open(gateways.script()).post(HELLO, path, method)
    assert (answer.status, answer.error) == (status, "not_found_error")


OPEN = {"tools": [{"name": "t", "input_schema": {"default": None}}]}
BAD: list[tuple[Any, int]] = [
    (b"", 400),
    (b"{", 400),
    (b"[]", 400),
    (b"null", 400),
    (b"\xff\xfe{\x00}\x00", 400),
    (b"[" * 200_000, 400),
    *((json.dumps(HELLO | OPEN).replace("null", number).encode(), 400) for number in ("NaN", "-Infinity", "1e999")),
    (json.dumps(HELLO).replace("Hello", "\\ud800").encode(), 400),
    (json.dumps(HELLO).replace("1000", "1" * 5000).encode(), 400),
    (HELLO | {"max_tokens": 0}, 400),
    (HELLO | {"max_tokens": True}, 400),
    (HELLO | {"max_tokens": "9"}, 400),
    (HELLO | {"messages": []}, 400),
    (HELLO | {"messages": "Hello"}, 400),
    (HELLO | {"temperature": 1}, 400),
    (HELLO | {"x" * 100_000: 1}, 400),
    (HELLO | {"model": "another"}, 404),
    (HELLO | {"model": ["script"]}, 400),
]


@pytest.mark.parametrize(("body", "status"), BAD, ids=range(len(BAD)))
def test_a_bad_body_reserves_nothing(gateways: Gateways, body: Any, status: int) -> None:
    life = gateways.open(gateways.script(), tokens=10_000)
    answer = life.post(body)
    assert (answer.status, answer.error) == (status, "not_found_error" if status == 404 else "invalid_request_error")
    assert b"Traceback" not in answer.body and b"controller" not in answer.body and len(answer.body) < 1000
    assert gateways.used(life) == Usage()
    assert life.post(HELLO).status == 200


def test_an_oversized_body_gets_413(gateways: Gateways) -> None:
    life = gateways.open(gateways.script())
    answer = life.post(b"[" + b" " * (32 * 1024 * 1024))
    assert (answer.status, answer.error) == (413, "request_too_large")


def test_a_beta_is_refused(gateways: Gateways) -> None:
    answer = gateways.open(gateways.script()).post(HELLO, anthropic_beta="context-management-2025-06-27")
    assert answer.status == 400
    assert "anthropic-beta" in answer.json["error"]["message"]


def test_broken_chunks_get_a_clean_400(gateways: Gateways) -> None:
    life = gateways.open(gateways.script())
    head = f"POST /v1/messages HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {life.admission.token}\r\n"
    with socket.create_connection(("127.0.0.1", life.port), timeout=PATIENCE) as child:
        child.sendall(head.encode() + b"transfer-encoding: chunked\r\n\r\nzz\r\n")
        said: bytes = child.makefile("rb").read()
    assert said.startswith(b"HTTP/1.1 400 ")
    assert json.loads(said.partition(b"\r\n\r\n")[2])["error"]["type"] == "invalid_request_error"
    assert life.post(HELLO).status == 200


def test_late_garbage_is_no_own_error(gateways: Gateways, caplog: pytest.LogCaptureFixture) -> None:
    life = gateways.open(gateways.script())
    head = b"POST /v1/messages HTTP/1.1\r\nhost: x\r\nauthorization: no\r\ntransfer-encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", life.port), timeout=PATIENCE) as child:
        child.sendall(head)
        said = child.makefile("rb")
        assert said.readline().startswith(b"HTTP/1.1 401 ")
        child.sendall(b"zz\r\n")
        assert said.read().count(b"HTTP/1.1") == 0
    assert life.post(HELLO).status == 200
    assert not caplog.records


def test_counting_tokens_costs_no_call(gateways: Gateways) -> None:
    life = gateways.open(gateways.script(), calls=1)
    counted = {key: value for key, value in HELLO.items() if key != "max_tokens"}
    answer = life.post(counted, "/v1/messages/count_tokens")
    assert answer.status == 200 and answer.json["input_tokens"] > 10
    assert life.post(HELLO, "/v1/messages/count_tokens").json["error"]["message"].startswith("max_tokens:")
    assert gateways.used(life) == Usage()


def test_an_own_error_shows_nothing(gateways: Gateways, caplog: pytest.LogCaptureFixture) -> None:
    life = gateways.open(Overhearing())
    answer = life.post(HELLO | {"system": "break"})
    assert (answer.status, answer.error) == (500, "api_error")
    assert b"secret" not in answer.body
    wait_until(lambda: "a secret of ours" in caplog.text)  # the operator is told
