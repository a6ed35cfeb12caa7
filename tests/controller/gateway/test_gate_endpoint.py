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
from tests.controller.gateway.gateways import HELLO, Gateways, LifeClient
from tests.waiting import PATIENCE, wait_until

PASSED = GateLine(type="verdict", commit="c" * 40, decision="pass", text="all is well")


class Slow:
    """A judge that answers when it is told to, or at once; or breaks."""

    def __init__(self, answer: GateLine | Exception = PASSED, waits: bool = False) -> None:
        self._answer = answer
        self.go_on = threading.Event()
        self.called = 0
        self.everything = False
        if not waits:
            self.go_on.set()

    def __call__(self, everything: bool) -> GateLine:
        self.everything = everything
        self.called += 1
        assert self.go_on.wait(PATIENCE)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def stop(self) -> None:
        self.go_on.set()


def opened(gateways: Gateways, judge: Slow, most: int = 3, ping: float = 0.05) -> LifeClient:
    """A gateway at which the gates may be asked."""
    script = gateways.script([{"text": "Hi"}])
    gateway = gateways.open(script, clock=time.monotonic).gateway
    return gateways.admit(gateway, gateways.begin_try(), script, gate=GateEndpoint(judge, most, ping))


def lines(body: bytes) -> list[Any]:
    return [json.loads(line) for line in body.splitlines()]


def test_the_last_line_is_the_verdict(gateways: Gateways) -> None:
    answer = opened(gateways, Slow()).post(b"", GATE_PATH)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/x-ndjson")
    told = lines(answer.body)
    assert told[0] == {"type": "judging", "asks_left": 2}
    assert GateLine(**told[-1]) == PASSED.model_copy(update={"asks_left": 2})
    assert {"commit", "decision", "gate", "text"} <= set(told[-1])


@pytest.mark.parametrize(("query", "everything"), [("", False), ("?all=true", True), ("?all=maybe", False)])
def test_every_gate_is_asked_on_request(gateways: Gateways, query: str, everything: bool) -> None:
    judge = Slow()
    assert opened(gateways, judge).post(b"", GATE_PATH + query).status == 200
    assert judge.everything is everything


def test_waiting_stops_the_clock_of_a_life(gateways: Gateways) -> None:
    judge = Slow(waits=True)
    life = opened(gateways, judge)
    request = urllib.request.Request(life.url + GATE_PATH, b"", {"x-api-key": life.admission.token})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        told = [json.loads(next(answer)) for _ in range(4)]
        assert [line["type"] for line in told] == ["judging", "ping", "ping", "ping"]
        assert life.gateway.waited(life.admission) > 0.1
        judge.go_on.set()
        assert [json.loads(line)["type"] for line in answer][-1] == "verdict"
    assert life.post(HELLO).status == 200


def test_gate_requests_are_counted_and_single(gateways: Gateways) -> None:
    judge = Slow(waits=True)
    life = opened(gateways, judge, most=2)
    first = threading.Thread(target=life.post, args=(b"", GATE_PATH))
    first.start()
    wait_until(lambda: judge.called == 1)
    assert (second := life.post(b"", GATE_PATH)).status == 409
    assert "judging already" in second.json["error"]["message"]
    judge.go_on.set()
    first.join()
    assert lines(life.post(b"", GATE_PATH).body)[-1]["asks_left"] == 0
    spent = life.post(b"", GATE_PATH)
    assert (spent.status, spent.error, judge.called) == (429, "rate_limit_error", 2)


def test_a_broken_judge_never_passes(gateways: Gateways, caplog: pytest.LogCaptureFixture) -> None:
    told = lines(opened(gateways, Slow(KeyError("a secret of ours"))).post(b"", GATE_PATH).body)
    assert (told[-1]["decision"], told[-1]["text"]) == ("unknown", BROKEN)
    assert "a secret of ours" in caplog.text


def test_hanging_up_starts_the_clock_again(gateways: Gateways) -> None:
    judge = Slow(waits=True)
    life = opened(gateways, judge)
    request = urllib.request.Request(life.url + GATE_PATH, b"", {"x-api-key": life.admission.token})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        next(answer)
    wait_until(lambda: its_clock_runs(life))
    assert life.post(b"", GATE_PATH).status == 409
    assert its_clock_runs(life)


def its_clock_runs(life: LifeClient) -> bool:
    """Whether a moment is not counted as waiting."""
    waited = life.gateway.waited(life.admission)
    time.sleep(0.05)
    return life.gateway.waited(life.admission) == waited


def test_dismissing_stops_the_judge(gateways: Gateways) -> None:
    judge = Slow(waits=True)
    life = opened(gateways, judge)
    gate = threading.Thread(target=ask_in_vain, args=(life,))
    gate.start()
    wait_until(lambda: judge.called == 1)
    life.gateway.dismiss(life.admission)
    assert judge.go_on.is_set()
    gate.join(PATIENCE)


def ask_in_vain(life: LifeClient) -> None:
    """Ask, and be cut off."""
    with pytest.raises((OSError, http.client.HTTPException)):
        life.post(b"", GATE_PATH)


def test_a_wrong_token_does_not_ask(gateways: Gateways) -> None:
    judge = Slow()
    assert opened(gateways, judge).post(b"", GATE_PATH, authorization="Bearer wrong").status == 401
    assert judge.called == 0
