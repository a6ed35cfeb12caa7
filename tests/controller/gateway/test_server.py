"""Who may enter, and what is left behind when a life ends or hangs up."""

import json
import select
import socket
import threading
import time

import pytest

from controller.contract import ModelInfo
from controller.errors import GatewayStuck
from controller.gateway.admission import Admission
from controller.gateway.server import Gateway
from controller.gateway.upstreams.script import MODEL, Script
from controller.gateway.upstreams.upstream import JSON, Reply
from controller.ledger.usage import Usage
from tests.controller.gateway.gateways import HELLO, Gateways, LifeClient, raw
from tests.waiting import PATIENCE, wait_until


def test_x_api_key_works_as_bearer(gateways: Gateways) -> None:
    life = gateways.open(gateways.script())
    assert life.post(HELLO, authorization="", x_api_key=life.admission.token).status == 200


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer wrong", "Basic {token}", "{token}", "Bearer {token}x"])
def test_a_wrong_token_is_refused(gateways: Gateways, token: str) -> None:
    life = gateways.open(gateways.script())
    answer = life.post(HELLO, authorization=token.format(token=life.admission.token))
    assert (answer.status, answer.error) == (401, "authentication_error")
    assert life.post(HELLO, path="/v1/messages/count_tokens", authorization=token).status == 401
    assert gateways.used(life).calls == 0


def test_tokens_open_no_other_life(gateways: Gateways) -> None:
    script = gateways.script()
    one = gateways.open(script)
    other = gateways.admit(one.gateway, gateways.begin_try(), script)
    assert one.post(HELLO, authorization=f"Bearer {other.admission.token}").status == 401
    assert other.post(HELLO).status == 200
    one.gateway.dismiss(one.admission)
    assert other.post(HELLO, authorization=f"Bearer {one.admission.token}").status == 401


def test_after_the_life_nobody_listens(gateways: Gateways) -> None:
    life = gateways.open(gateways.script())
    with socket.create_connection(("127.0.0.1", life.port)) as idle:
        assert life.post(HELLO).status == 200
        life.gateway.dismiss(life.admission)
        idle.settimeout(PATIENCE)
        assert idle.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        life.post(HELLO)


def test_dismissing_cuts_and_books_calls(gateways: Gateways, caplog: pytest.LogCaptureFixture) -> None:
    life = gateways.open(gateways.script([{"text": "late", "delay": 6000}]), tokens=100_000)
    thread = threading.Thread(target=cut_off, args=(life,))
    thread.start()
    wait_until(lambda: gateways.used(life).reserved > 0)
    reserved = gateways.used(life).reserved
    began = time.perf_counter()
    life.gateway.dismiss(life.admission)
    assert time.perf_counter() - began < PATIENCE
    thread.join(PATIENCE)
    assert gateways.used(life) == Usage(calls=1, output=reserved)
    assert gateways.status(life) == 499  # nobody's fault: a life that was killed is not the world's
    assert not caplog.records


def test_hanging_up_cancels_the_call(gateways: Gateways) -> None:
    life = gateways.open(gateways.script([{"text": "late", "delay": 6000}]))
    with socket.create_connection(("127.0.0.1", life.port)) as child:
        child.sendall(raw(life, json.dumps(HELLO).encode()))
        wait_until(lambda: gateways.used(life).reserved > 0)
    wait_until(lambda: gateways.status(life) == 499)
    assert life.post(HELLO).json["content"][0]["text"] == "done"


def test_connections_of_a_life_are_limited(gateways: Gateways) -> None:
    life = gateways.open(gateways.script())
    many = [socket.create_connection(("127.0.0.1", life.port)) for _ in range(140)]
    try:
        wait_until(lambda: len(select.select(many, [], [], 0)[0]) == 12)
    finally:
        for connection in many:
            connection.close()


def test_a_stopped_gateway_starts_again(gateways: Gateways) -> None:
    life = gateways.open(gateways.script())
    life.gateway.stop()
    life.gateway.stop()
    life.gateway.start()
    assert (
        gateways.admit(life.gateway, gateways.begin_try(), Script(gateways.folder / "script 1.json")).post(HELLO).status
        == 200
    )


def cut_off(life: LifeClient) -> None:
    with pytest.raises(ConnectionError):
        life.post(HELLO)


class Busy:
    """A model that answers nothing until it is let go, and keeps the gateway's thread all that time."""

    name, paid = "busy", False

    def __init__(self) -> None:
        self.asked, self.free = threading.Event(), threading.Event()

    def models(self) -> tuple[ModelInfo, ...]:
        return (MODEL,)

    def reply(self, request: JSON, admission: Admission) -> Reply:
        self.asked.set()
        self.free.wait(PATIENCE)
        return Reply([])


def test_a_busy_thread_holds_nobody(gateways: Gateways) -> None:
    busy = Busy()
    gateway = Gateway(busy, gateways.calls, stuck=0.1)
    gateway.start()
    life = gateways.admit(gateway, gateways.begin_try(), busy)
    with socket.create_connection(("127.0.0.1", life.port)) as line:
        line.sendall(raw(life, json.dumps(HELLO).encode()))
        assert busy.asked.wait(PATIENCE)
        with pytest.raises(GatewayStuck):
            gateway.stop()
        busy.free.set()
    gateway.stop()
