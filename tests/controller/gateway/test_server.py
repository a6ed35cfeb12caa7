"""Who may enter, and what is left behind when a life ends or hangs up."""

import json
import select
import socket
import threading
import time

import pytest

from controller.gateway.upstreams.script import Script
from controller.ledger.usage import Usage
from tests.controller.gateway.house import HELLO, House, Opened, raw
from tests.waiting import PATIENCE, wait_until


def test_x_api_key_works_as_bearer(house: House) -> None:
    door = house.open(house.script())
    assert door.post(HELLO, authorization="", x_api_key=door.admission.token).status == 200


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer wrong", "Basic {token}", "{token}", "Bearer {token}x"])
def test_a_wrong_token_is_refused(house: House, token: str) -> None:
    door = house.open(house.script())
    answer = door.post(HELLO, authorization=token.format(token=door.admission.token))
    assert (answer.status, answer.error) == (401, "authentication_error")
    assert door.post(HELLO, path="/v1/messages/count_tokens", authorization=token).status == 401
    assert house.used(door).calls == 0


def test_tokens_open_no_other_life(house: House) -> None:
    script = house.script()
    one = house.open(script)
    other = house.admit(one.gateway, house.begin_try(), script)
    assert one.post(HELLO, authorization=f"Bearer {other.admission.token}").status == 401
    assert other.post(HELLO).status == 200
    one.gateway.dismiss(one.admission)
    assert other.post(HELLO, authorization=f"Bearer {one.admission.token}").status == 401


def test_after_the_life_nobody_listens(house: House) -> None:
    door = house.open(house.script())
    with socket.create_connection(("127.0.0.1", door.port)) as idle:
        assert door.post(HELLO).status == 200
        door.gateway.dismiss(door.admission)
        idle.settimeout(PATIENCE)
        assert idle.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        door.post(HELLO)


def test_dismissing_cuts_and_books_calls(house: House, caplog: pytest.LogCaptureFixture) -> None:
    door = house.open(house.script([{"text": "late", "delay": 6000}]), tokens=100_000)
    thread = threading.Thread(target=cut_off, args=(door,))
    thread.start()
    wait_until(lambda: house.used(door).reserved > 0)
    reserved = house.used(door).reserved
    began = time.perf_counter()
    door.gateway.dismiss(door.admission)
    assert time.perf_counter() - began < PATIENCE
    thread.join(PATIENCE)
    assert house.used(door) == Usage(calls=1, output=reserved)
    assert house.status(door) == 499  # nobody's fault: a life that was killed is not the world's
    assert not caplog.records


def test_hanging_up_cancels_the_call(house: House) -> None:
    door = house.open(house.script([{"text": "late", "delay": 6000}]))
    with socket.create_connection(("127.0.0.1", door.port)) as child:
        child.sendall(raw(door, json.dumps(HELLO).encode()))
        wait_until(lambda: house.used(door).reserved > 0)
    wait_until(lambda: house.status(door) == 499)
    assert door.post(HELLO).json["content"][0]["text"] == "done"


def test_connections_of_a_life_are_limited(house: House) -> None:
    door = house.open(house.script())
    many = [socket.create_connection(("127.0.0.1", door.port)) for _ in range(140)]
    try:
        wait_until(lambda: len(select.select(many, [], [], 0)[0]) == 12)
    finally:
        for connection in many:
            connection.close()


def test_a_stopped_gateway_starts_again(house: House) -> None:
    door = house.open(house.script())
    door.gateway.stop()
    door.gateway.stop()
    door.gateway.start()
    assert (
        house.admit(door.gateway, house.begin_try(), Script(house.folder / "script 1.json")).post(HELLO).status == 200
    )


def cut_off(door: Opened) -> None:
    with pytest.raises(ConnectionError):
        door.post(HELLO)
