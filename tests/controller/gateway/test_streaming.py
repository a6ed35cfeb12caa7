"""A stream passes as it comes, byte for byte and moment by moment; and whoever goes away ends it at the provider.

Its first event alone is held until the next, be it a ping: what breaks between them can be asked for again.
"""

import asyncio
import json
import socket
import zlib
from collections.abc import AsyncIterator, Iterator

import pytest

from bench.parts.provider import LAST, STREAM_HEAD, FakeProvider, Reply, always, chunk, event, provider
from controller.gateway.upstreams.anthropic import Anthropic
from controller.ledger.usage import Usage
from tests.controller.gateway.gateways import HELLO, Gateways, LifeClient, raw
from tests.waiting import PATIENCE, wait_until

START = event("message_start", message={"usage": {"input_tokens": 11, "output_tokens": 1}})
BLOCK = event("content_block_start", index=0, content_block={"type": "text", "text": ""})
PING, DELTA = (
    event("ping"),
    BLOCK + event("content_block_delta", index=0, delta={"type": "text_delta", "text": "Hé ✓ \u2028"}),
)
END = event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 40}) + event("message_stop")
FAILED = event("error", error={"type": "overloaded_error", "message": "busy"})


class Talk:
    """A child and a provider with the gateway between them, each moved by the test alone."""

    def __init__(self, gateways: Gateways, stream: bool = True) -> None:
        self._parts: asyncio.Queue[bytes] = asyncio.Queue()
        self.provider = FakeProvider(lambda request: Reply(self._sent_by_test()))
        self.provider.start()
        self.life = gateways.open(Anthropic(["script"], "key", self.provider.url))
        self.child = socket.create_connection(("127.0.0.1", self.life.port), timeout=PATIENCE)
        self.child.sendall(raw(self.life, json.dumps(HELLO | {"stream": stream}).encode()))
        wait_until(lambda: bool(self.provider.heard))

    async def _sent_by_test(self) -> AsyncIterator[bytes]:
        while True:
            yield await self._parts.get()

    def passes(self, sent: bytes, expected: bytes) -> None:
        """What the provider sends now, the child has before anything more is sent."""
        self.provider.call_soon(self._parts.put_nowait, sent)
        said = b""
        while expected not in said:
            part = self.child.recv(65_536)
            assert part, said
            said += part

    def close(self) -> None:
        self.child.close()
        self.provider.stop()


@pytest.fixture
def talk(gateways: Gateways) -> Iterator[Talk]:
    """A stream that was asked for, and of which nothing was answered yet."""
    talk = Talk(gateways)
    yield talk
    talk.close()


@pytest.mark.parametrize("ending", [END, FAILED])
def test_events_arrive_one_by_one(gateways: Gateways, talk: Talk, ending: bytes) -> None:
    talk.passes(STREAM_HEAD + chunk(START) + chunk(PING), START + PING)
    for part in (DELTA, PING, DELTA):
        talk.passes(chunk(part), part)
    talk.passes(chunk(ending) + LAST, LAST)
    booked = gateways.used(talk.life)
    assert (booked.input, booked.output) == ((11, 40) if ending is END else (11, 1))
    assert (booked.reserved > 0) == (ending is FAILED)


def test_a_message_ends_without_its_connection(gateways: Gateways, talk: Talk) -> None:
    talk.passes(STREAM_HEAD + chunk(START + DELTA), START + DELTA)
    talk.passes(chunk(END), END)
    assert gateways.used(talk.life) == Usage(calls=1, input=11, output=40)


LATE = event("message_delta", delta={}, usage={"output_tokens": 90})
START_AGAIN = event("message_start", message={"usage": {"input_tokens": 70}})


@pytest.mark.parametrize("size", [7, 10_000])
@pytest.mark.parametrize(
    ("late", "input_tokens", "output"), [(LATE, 11, 90), (START_AGAIN, 70, 40), (LATE + END, 11, 90), (FAILED, 11, 40)]
)
def test_usage_after_the_end_is_booked(
    gateways: Gateways, late: bytes, size: int, input_tokens: int, output: int
) -> None:
    told = START + DELTA + END + late
    parts = [chunk(told[at : at + size]) for at in range(0, len(told), size)]
    with provider(always(STREAM_HEAD, *parts, LAST)) as far:
        life = gateways.open(Anthropic(["script"], "key", far.url))
        assert life.post(HELLO | {"stream": True}).body == told
        assert life.gateway.fault(life.admission) is None
    assert gateways.used(life) == Usage(calls=1, input=input_tokens, output=output)


def test_half_an_event_passes_too(talk: Talk) -> None:
    half = len(DELTA) // 2
    talk.passes(STREAM_HEAD + chunk(START + PING), START + PING)
    talk.passes(chunk(DELTA[:half]), DELTA[:half])
    talk.passes(chunk(DELTA[half:]), DELTA[half:])


def test_compression_is_declined(talk: Talk) -> None:
    assert b"\r\naccept-encoding: identity\r\n" in talk.provider.heard[0].head.lower()


def test_what_is_compressed_unasked_arrives_readable(gateways: Gateways, talk: Talk) -> None:
    packed = zlib.compress(START + DELTA + END, wbits=31)
    head = STREAM_HEAD.replace(b"request-id", b"content-encoding: gzip\r\nrequest-id")
    talk.passes(head + chunk(packed) + LAST, END[-20:])
    assert gateways.used(talk.life) == Usage(calls=1, input=11, output=40)


@pytest.mark.parametrize("size", [1, 2, 7, 64, 10_000])
def test_cuts_change_no_stream(gateways: Gateways, size: int) -> None:
    told = START + (PING + DELTA) * 3 + END
    parts = [chunk(told[at : at + size]) for at in range(0, len(told), size)]
    with provider(always(STREAM_HEAD, *parts, LAST)) as far:
        life = gateways.open(Anthropic(["script"], "key", far.url))
        assert life.post(HELLO | {"stream": True}).body == told
    assert gateways.used(life) == Usage(calls=1, input=11, output=40)


def test_leaving_early_hangs_up_upstream(gateways: Gateways) -> None:
    for stream in (True, False):
        talk = Talk(gateways, stream)
        talk.child.close()
        wait_until(talk.provider.is_left)
        left(gateways, talk.life)
        talk.close()


def test_leaving_a_stream_hangs_up_upstream(gateways: Gateways, talk: Talk) -> None:
    talk.passes(STREAM_HEAD + chunk(START + PING), START + PING)
    talk.child.close()
    wait_until(talk.provider.is_left)
    left(gateways, talk.life)
    assert gateways.used(talk.life).input == 11


def left(gateways: Gateways, life: LifeClient) -> None:
    """The call is booked as one that nobody waited for, with all that it may yet cost."""
    wait_until(lambda: gateways.status(life) == 499)
    assert gateways.used(life).reserved > 900
