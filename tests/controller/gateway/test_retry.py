"""Faults of the world are waited out, within a policy and outside of every limit of the life."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest

from bench.parts.provider import event
from controller.contract import ModelInfo
from controller.errors import WorldFault
from controller.gateway.admission import Admission
from controller.gateway.retry import LONGEST, LONGEST_FLOOR, RetryPolicy, asked_pause
from controller.gateway.session import Session
from controller.gateway.upstreams.script import MODEL
from controller.gateway.upstreams.upstream import JSON, Answer, Headers, NeverSent
from controller.ledger.usage import Usage
from tests.controller.gateway.gateways import HELLO, Gateways, LifeClient
from tests.controller.lives import END as DONE
from tests.controller.lives import GOAL, bash, live
from tests.waiting import PATIENCE, wait_until

Answered = tuple[int, dict[str, str], tuple[bytes | WorldFault, ...]]
Said = Answered | WorldFault | None
BUSY = {"error": {"status": 529, "type": "overloaded_error", "message": "busy"}}
STREAMED = HELLO | {"stream": True}
USED = {"input_tokens": 11, "output_tokens": 40}
START = event("message_start", message={"usage": USED})
END = event("message_delta", delta={"stop_reason": "end_turn"}, usage=USED) + event("message_stop")
SAID = event("content_block_start", index=0, content_block={"type": "text", "text": ""})
SAID += event("content_block_delta", index=0, delta={"type": "text_delta", "text": "Well"})
WHOLE = json.dumps({"type": "message", "content": [], "stop_reason": "end_turn", "usage": USED}).encode()
GOOD: Answered = (200, {}, (WHOLE,))
FLOW = {"content-type": "text/event-stream"}


class Clock:
    """A time that passes only by waiting."""

    def __init__(self, drawn: float = 1.0) -> None:
        self.now, self.waits, self._drawn = 0.0, list[float](), drawn

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def policy(self, seconds: float = 300.0) -> RetryPolicy:
        return RetryPolicy(seconds, self.sleep, lambda: self._drawn)


class Moody:
    """A provider that answers by a list, the last for ever: status, headers, body; or a fault, or None: silence."""

    name, paid, counts = "moody", True, True

    def __init__(self, *said: Said) -> None:
        self._said, self.asked = list(said), 0

    def models(self) -> tuple[ModelInfo, ...]:
        return (MODEL,)

    async def send(self, path: str, headers: Headers, body: bytes) -> Answer:
        said = self._said[min(self.asked, len(self._said) - 1)]
        self.asked += 1
        if isinstance(said, WorldFault):
            raise said
        if said is None:
            await asyncio.sleep(10 * PATIENCE)
            raise AssertionError("nobody waits that long")

        async def body_of(parts: Sequence[bytes | WorldFault]) -> AsyncIterator[bytes]:
            for part in parts:
                if isinstance(part, WorldFault):
                    raise part
                yield part

        return Answer(said[0], said[1], body_of(said[2]), self.close)

    async def close(self) -> None: ...


def life_at(gateways: Gateways, far: Moody, clock: Clock, tokens: int = 100_000) -> LifeClient:
    return gateways.open(far, tokens=tokens, deadline=1000.0, clock=clock, retry_policy=clock.policy())


def test_waiting_counts_for_no_limit(gateways: Gateways) -> None:
    clock = Clock()
    model = gateways.script([BUSY, BUSY, BUSY, {"text": "Hi"}])
    life = gateways.open(model, calls=2, deadline=100.0, clock=clock, retry_policy=clock.policy())
    answer = life.post(HELLO)
    assert (answer.status, clock.waits) == (200, [1.0, 2.0, 4.0])
    assert (answer.headers["heirloom-seconds-left"], answer.headers["heirloom-calls-left"]) == ("100", "1")
    assert life.gateway.waited(life.admission) == 7.0
    assert (gateways.status(life), gateways.used(life).reserved) == (200, 0)
    clock.now += 3
    assert life.post(HELLO).headers["heirloom-seconds-left"] == "97"


def test_a_lasting_fault_is_passed_on(gateways: Gateways) -> None:
    clock = Clock()
    life = gateways.open(gateways.script([BUSY] * 100), calls=2, clock=clock, retry_policy=clock.policy())
    answer = life.post(HELLO)
    assert (answer.status, answer.error) == (529, "overloaded_error")
    assert clock.waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]
    assert (gateways.status(life), gateways.used(life)) == (529, Usage(calls=1))


def test_pauses_are_spread_by_chance(gateways: Gateways) -> None:
    clock = Clock(drawn=0.0)
    life = gateways.open(gateways.script([BUSY, BUSY, {"text": "Hi"}]), clock=clock, retry_policy=clock.policy())
    assert (life.post(HELLO).status, clock.waits) == (200, [0.5, 1.0])


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
@pytest.mark.parametrize(("asked", "good"), [(HELLO, GOOD), (STREAMED, (200, FLOW, (START + SAID + END,)))])
def test_fault_statuses_are_retried(gateways: Gateways, status: int, asked: JSON, good: Answered) -> None:
    clock, far = Clock(), Moody((status, {}, (b"{}",)), good)
    life = life_at(gateways, far, clock)
    assert (life.post(asked).status, far.asked) == (200, 2)
    assert gateways.used(life) == Usage(calls=1, input=11, output=40)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
def test_other_statuses_pass_at_once(gateways: Gateways, status: int) -> None:
    clock, far = Clock(), Moody((status, {}, (b"{}",)), GOOD)
    life = life_at(gateways, far, clock)
    assert (life.post(HELLO).status, far.asked, clock.waits) == (status, 1, [])


def test_x_should_retry_false_is_obeyed(gateways: Gateways) -> None:
    far = Moody((529, {"x-should-retry": "false"}, (b"{}",)), GOOD)
    assert life_at(gateways, far, Clock()).post(HELLO).status == 529


def test_asked_pauses_are_kept_to_a_minute(gateways: Gateways) -> None:
    clock = Clock()
    far = Moody((429, {"retry-after": "7"}, ()), (429, {"retry-after": "3600"}, ()), (429, {}, ()), GOOD)
    assert life_at(gateways, far, clock).post(HELLO).status == 200
    assert clock.waits == [7.0, LONGEST, 4.0]


@pytest.mark.parametrize("asked", [{"retry-after": "0"}, {"retry-after-ms": "1"}, {"retry-after": "1"}])
def test_short_pauses_grow_longer(gateways: Gateways, asked: dict[str, str]) -> None:
    clock, far = Clock(), Moody((429, asked, ()))
    assert life_at(gateways, far, clock).post(HELLO).status == 429
    assert clock.waits[:6] == [1.0, 2.0, 4.0, 8.0, LONGEST_FLOOR, LONGEST_FLOOR]
    assert far.asked < 30


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "9", "retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "²"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({"retry-after": "9" * 5000}, 999_999_999.0),
    ],
)
def test_odd_retry_headers_are_ignored(headers: Mapping[str, str], seconds: float | None) -> None:
    assert asked_pause(headers) == seconds


def test_an_unreached_provider_bills_nothing(gateways: Gateways) -> None:
    far = Moody(NeverSent("no connection"), NeverSent("no connection"), GOOD)
    life = life_at(gateways, far, Clock(), tokens=3_000)
    assert life.post(HELLO).status == 200
    assert gateways.used(life) == Usage(calls=1, input=11, output=40)


@pytest.mark.parametrize(
    ("asked", "broken"),
    [
        (HELLO, WorldFault("no answer")),
        (HELLO, (200, {}, (b"{", WorldFault("broke off")))),
        (STREAMED, (200, FLOW, (WorldFault("broke off"),))),
        (STREAMED, (200, FLOW, ())),
        (STREAMED, (200, FLOW, (START, WorldFault("broke off")))),
        (STREAMED, (200, FLOW, (START[:40], START[40:], event("error", error={"type": "overloaded_error"})))),
        (STREAMED, (200, FLOW, (event("error", error={"type": "overloaded_error"}),))),
    ],
)
def test_a_broken_beginning_is_reserved_again(gateways: Gateways, asked: JSON, broken: Said) -> None:
    far = Moody(broken, (200, FLOW, (START, END)) if asked is STREAMED else GOOD)
    life = life_at(gateways, far, Clock())
    answer = life.post(asked)
    assert (answer.status, far.asked) == (200, 2)
    assert answer.body == (START + END if asked is STREAMED else WHOLE)
    used = gateways.used(life)
    assert (used.calls, used.input, used.output, used.reserved > 1000) == (2, 11, 40, True)
    assert gateways.status(life) == 200


def test_a_begun_stream_is_not_retried(gateways: Gateways) -> None:
    clock, far = Clock(), Moody((200, FLOW, (START, SAID, WorldFault("broke off"))))
    with pytest.raises(Exception, match="IncompleteRead"):
        life_at(gateways, far, clock).post(STREAMED)
    assert (far.asked, clock.waits) == (1, [])


def test_kept_reservations_can_prevent_a_retry(gateways: Gateways) -> None:
    far = Moody(WorldFault("no answer"), GOOD)
    life = life_at(gateways, far, Clock(), tokens=1_500)
    assert life.post(HELLO).status == 402
    assert gateways.used(life).calls == 1 and gateways.used(life).total <= 1_500


def test_hanging_up_in_a_pause_frees_reservation(gateways: Gateways) -> None:
    waiting = threading.Event()

    async def sleep(seconds: float) -> None:
        waiting.set()
        await asyncio.sleep(10 * PATIENCE)

    life = gateways.open(gateways.script([BUSY]), retry_policy=RetryPolicy(300, sleep))

    def ask() -> None:
        with pytest.raises(OSError):
            life.post(HELLO)

    gate = threading.Thread(target=ask)
    gate.start()
    assert waiting.wait(PATIENCE)
    assert gateways.used(life).reserved > 0
    life.gateway.dismiss(life.admission)
    gate.join(PATIENCE)
    wait_until(lambda: gateways.status(life) == 529)
    assert gateways.used(life) == Usage(calls=1)


def test_a_life_outlives_a_fault(operator: Path) -> None:
    told = live(operator, [GOAL, BUSY, bash("echo 'changed = 1' >> agent/__init__.py"), DONE], patience=30)
    assert told.outcomes == ["evolved"]
    assert "aborted" not in told.names
    assert told.generations[0].trailers["Tries"] == "1"


def test_hanging_up_in_a_retry_keeps_fault(gateways: Gateways) -> None:
    far = Moody((529, {}, (b"{}",)), None)
    life = life_at(gateways, far, Clock())

    def ask() -> None:
        with pytest.raises(OSError):
            life.post(HELLO)

    gate = threading.Thread(target=ask)
    gate.start()
    wait_until(lambda: far.asked == 2)
    life.gateway.dismiss(life.admission)
    gate.join(PATIENCE)
    assert gateways.status(life) == 529
    assert gateways.used(life).output > 1000  # the second answer may be billed


def test_simultaneous_waits_count_once() -> None:
    session = Session(Admission(1, 1, "token"), admitted=0.0)
    session.begin_wait(10.0)
    session.begin_wait(15.0)
    session.end_wait(18.0)
    assert session.waited(19.0) == 9.0
    session.end_wait(20.0)
    assert session.waited(99.0) == 10.0
    session.begin_wait(100.0)
    assert session.waited(101.0) == 11.0
