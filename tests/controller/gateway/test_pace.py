"""What is asked for fits the time that is left, at the speed that was measured; what stalls costs a life no time."""

import asyncio
import math
from collections.abc import AsyncIterator

import pytest

from bench.parts.callers import Upstream
from bench.parts.provider import LAST, STREAM_HEAD, FakeProvider, Reply, Request, chunk, event, provider
from controller.errors import WorldFault
from controller.gateway.admission import Admission
from controller.gateway.message_shape import StreamShape
from controller.gateway.pace import ASSUMED, LEAST_ANSWER, Pace
from controller.gateway.session import Session
from controller.gateway.silence import LONGEST, Silence
from controller.gateway.upstreams.anthropic import Anthropic
from tests.controller.gateway.gateways import HELLO, Gateways
from tests.controller.gateway.messages_api import BLOCK, END, SAID, START, messages_api

LONG = HELLO | {"model": "one", "max_tokens": 8_192, "stream": True}


@pytest.mark.parametrize(
    ("tokens", "seconds", "left", "most"),
    [
        (0, 0.0, 600.0, int(ASSUMED * 300)),  # nothing is measured yet
        (1_000, 100.0, 600.0, 3_000),
        (1_000, 10.0, 600.0, 8_192),
        (1_000, 500.0, 600.0, 600),
        (1_000, 500.0, 10.0, LEAST_ANSWER),
        (1_000, 500.0, -5.0, LEAST_ANSWER),
        (3, 100.0, 600.0, int(ASSUMED * 300)),  # too short to say anything
        (1_000, 500.0, math.inf, 8_192),
    ],
)
def test_answers_fit_the_time_left(tokens: int, seconds: float, left: float, most: int) -> None:
    pace = Pace()
    pace.learn("one", tokens, seconds)
    assert pace.fit(LONG, left)["max_tokens"] == most


def test_room_for_thinking_is_kept() -> None:
    asked = LONG | {"thinking": {"type": "enabled", "budget_tokens": 2_000}}
    assert Pace().fit(asked, 1.0)["max_tokens"] == 2_000 + LEAST_ANSWER


def test_slow_models_wind_down_earlier() -> None:
    pace = Pace()
    assert not pace.ends_late("one", 900.0, 1_800.0)
    pace.learn("one", 6_000, 600.0)
    assert pace.ends_late("one", 900.0, 1_800.0) and not pace.ends_late("one", 1_000.0, 1_800.0)
    assert not pace.ends_late("other", 900.0, 1_800.0)


def test_the_provider_is_asked_for_less(gateways: Gateways) -> None:
    with messages_api() as one:
        life = gateways.open(Anthropic(["one"], "key", one.url), deadline=100.0)
        assert life.post(LONG).status == 200
        assert one.heard[-1].json["max_tokens"] == ASSUMED * 50


async def silences(session: Session, patience: float, stalls: float) -> None:
    """A provider that owes an answer for so many seconds, at a loop whose clock is real."""
    silence = Silence(session, asyncio.get_running_loop().time, patience, stall=0.01)
    with silence.owed():
        await asyncio.sleep(stalls)
    silence.heard(said=True)


@pytest.mark.parametrize(("patience", "stalls", "counted"), [(9.0, 0.2, 0.19), (0.1, 0.3, 0.1), (0.0, 0.1, 0.0)])
def test_silence_stops_the_clock(patience: float, stalls: float, counted: float) -> None:
    session = Session(Admission(1, 1, "token"), admitted=0.0)
    asyncio.run(silences(session, patience, stalls))
    assert counted * 0.5 <= session.waited(0.0) <= counted + 0.15
    assert session.fault is None, "it answered in the end"


def test_a_life_cut_in_silence_blames_the_world() -> None:
    async def cut(session: Session) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(silences(session, 0.05, 60.0), 0.3)

    session = Session(Admission(1, 1, "token"), admitted=0.0)
    asyncio.run(cut(session))
    assert session.fault is not None and session.fault.cure == "unclear"
    assert session.waited(0.0) < 0.2


@pytest.mark.parametrize(("said", "waited"), [(False, 1.5), (True, 0.0)])
def test_what_says_nothing_is_silence(said: bool, waited: float) -> None:
    """Forty pieces, each before a stall is over, by a clock of its own."""
    clock = [0.0]

    async def drip(session: Session) -> None:
        silence = Silence(session, lambda: clock[0], patience=1.5, stall=0.5)
        for _ in range(40):
            with silence.owed():
                for _ in range(5):
                    await asyncio.sleep(0)
                clock[0] += 0.1
            silence.heard(said)

    session = Session(Admission(1, 1, "token"), admitted=0.0)
    asyncio.run(drip(session))
    assert session.waited(0.0) == pytest.approx(waited)
    assert (session.fault is not None) is not said, "the end of its time is the provider's fault"


def test_endless_pings_break_an_answer() -> None:
    clock = [0.0]

    async def drip() -> None:
        silence = Silence(Session(Admission(1, 1, "token"), admitted=0.0), lambda: clock[0], patience=0.0)
        while True:
            with silence.owed():
                clock[0] += 30.0
            silence.heard(said=False)

    with pytest.raises(WorldFault, match="said nothing for 540 seconds"):
        asyncio.run(drip())
    assert LONGEST < clock[0] < LONGEST + 60


PING = event("ping")
EMPTY = event("content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": ""})


@pytest.mark.parametrize("piece", [b": comment\n\n", PING, EMPTY, START, BLOCK, b"\n", b"event: x\nretry: 9\n\n"])
def test_these_pieces_say_nothing(piece: bytes) -> None:
    shape = StreamShape()
    shape.feed(START + BLOCK)
    said = shape.said
    for _ in range(3):
        shape.feed(piece)
    assert shape.said == said
    shape.feed(SAID)
    assert shape.said == said + 1


async def slowly() -> AsyncIterator[bytes]:
    """A stream that pauses in its middle."""
    yield STREAM_HEAD + chunk(START + BLOCK)
    await asyncio.sleep(0.1)
    yield chunk(SAID + END) + LAST


def test_a_paused_stream_arrives_whole(gateways: Gateways) -> None:
    def script(request: Request) -> Reply:
        return Reply(slowly())

    with provider(script) as one:
        assert isinstance(one, FakeProvider)
        life = gateways.open(Anthropic(["one"], "key", one.url), deadline=1000.0)
        assert life.post(LONG).body == START + BLOCK + SAID + END


@pytest.mark.parametrize("body", [b'{"stream":true}', b'{"stream" : true}', b'{"max_tokens": 1,\n"stream":\ttrue}'])
def test_bench_knows_spaced_streams(body: bytes) -> None:
    async def first() -> bytes:
        parts = Upstream(0.0)(Request("POST /v1/messages", b"", body)).parts
        assert not isinstance(parts, tuple)
        return await anext(aiter(parts))

    assert b"text/event-stream" in asyncio.run(first())
