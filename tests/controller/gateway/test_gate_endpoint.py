"""A child asks the gates through the gateway: lines of JSON, one at a time; its clock stands still meanwhile."""

import http.client
import json
import threading
import time
import urllib.request
from typing import Any

import pytest

from controller.contract import GATE_PATH, GateLine
from controller.gateway.gate_endpoint import BROKEN, GateEndpoint
from tests.controller.gateway.house import HELLO, House, Opened
from tests.waiting import PATIENCE, wait_until

PASSED = GateLine(type="verdict", commit="c" * 40, decision="pass", text="all is well")


class Slow:
    """A judge that answers when it is told to, or at once; or breaks."""

    def __init__(self, answer: GateLine | Exception = PASSED, waits: bool = False) -> None:
        self._answer = answer
        self.go_on = threading.Event()
        self.called = 0
        if not waits:
            self.go_on.set()

    def __call__(self) -> GateLine:
        self.called += 1
        assert self.go_on.wait(PATIENCE)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def stop(self) -> None:
        self.go_on.set()


def opened(house: House, judge: Slow, most: int = 3, ping: float = 0.05) -> Opened:
    """A door at which the gates may be asked."""
    script = house.script([{"text": "Hi"}])
    gateway = house.open(script, clock=time.monotonic).gateway
    return house.admit(gateway, house.begin_try(), script, gate=GateEndpoint(judge, most, ping))


def lines(body: bytes) -> list[Any]:
    return [json.loads(line) for line in body.splitlines()]


def test_the_last_line_is_the_verdict(house: House) -> None:
    answer = opened(house, Slow()).post(b"", GATE_PATH)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/x-ndjson")
    told = lines(answer.body)
    assert told[0] == {"type": "judging", "asks_left": 2}
    assert GateLine(**told[-1]) == PASSED.model_copy(update={"asks_left": 2})
    assert {"commit", "decision", "gate", "text"} <= set(told[-1])


def test_waiting_stops_the_clock_of_a_life(house: House) -> None:
    judge = Slow(waits=True)
    door = opened(house, judge)
    request = urllib.request.Request(door.url + GATE_PATH, b"", {"x-api-key": door.admission.token})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        told = [json.loads(next(answer)) for _ in range(4)]
        assert [line["type"] for line in told] == ["judging", "ping", "ping", "ping"]
        assert door.gateway.waited(door.admission) > 0.1
        judge.go_on.set()
        assert [json.loads(line)["type"] for line in answer][-1] == "verdict"
    assert door.post(HELLO).status == 200


def test_gate_requests_are_counted_and_single(house: House) -> None:
    judge = Slow(waits=True)
    door = opened(house, judge, most=2)
    first = threading.Thread(target=door.post, args=(b"", GATE_PATH))
    first.start()
    wait_until(lambda: judge.called == 1)
    assert (second := door.post(b"", GATE_PATH)).status == 409
    assert "judging already" in second.json["error"]["message"]
    judge.go_on.set()
    first.join()
    assert lines(door.post(b"", GATE_PATH).body)[-1]["asks_left"] == 0
    spent = door.post(b"", GATE_PATH)
    assert (spent.status, spent.error, judge.called) == (429, "rate_limit_error", 2)


def test_a_broken_judge_never_passes(house: House, caplog: pytest.LogCaptureFixture) -> None:
    told = lines(opened(house, Slow(KeyError("a secret of ours"))).post(b"", GATE_PATH).body)
    assert (told[-1]["decision"], told[-1]["text"]) == ("unknown", BROKEN)
    assert "a secret of ours" in caplog.text


def test_hanging_up_starts_the_clock_again(house: House) -> None:
    judge = Slow(waits=True)
    door = opened(house, judge)
    request = urllib.request.Request(door.url + GATE_PATH, b"", {"x-api-key": door.admission.token})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        next(answer)
    wait_until(lambda: its_clock_runs(door))
    assert door.post(b"", GATE_PATH).status == 409
    assert its_clock_runs(door)


def its_clock_runs(door: Opened) -> bool:
    """Whether a moment is not counted as waiting."""
    waited = door.gateway.waited(door.admission)
    time.sleep(0.05)
    return door.gateway.waited(door.admission) == waited


def test_dismissing_stops_the_judge(house: House) -> None:
    judge = Slow(waits=True)
    door = opened(house, judge)
    gate = threading.Thread(target=ask_in_vain, args=(door,))
    gate.start()
    wait_until(lambda: judge.called == 1)
    door.gateway.dismiss(door.admission)
    assert judge.go_on.is_set()
    gate.join(PATIENCE)


def ask_in_vain(door: Opened) -> None:
    """Ask, and be cut off."""
    with pytest.raises((OSError, http.client.HTTPException)):
        door.post(b"", GATE_PATH)


def test_a_wrong_token_does_not_ask(house: House) -> None:
    judge = Slow()
    assert opened(house, judge).post(b"", GATE_PATH, authorization="Bearer wrong").status == 401
    assert judge.called == 0
