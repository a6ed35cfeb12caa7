"""Every way in which a provider fails, over real sockets: waited out before anything was said, else reported."""

import http.client
import os
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bench.parts.provider import LAST, STREAM_HEAD, FakeProvider, Reply, chunk, event, json_reply
from controller.gateway.retry import LONGEST, RetryPolicy
from controller.gateway.upstreams.anthropic import Anthropic
from tests.controller.gateway.gateways import HELLO, Gateways, LifeClient
from tests.controller.gateway.messages_api import BLOCK, END, SAID, START, MessagesApi, messages_api
from tests.controller.gateway.test_retry import Clock
from tests.waiting import PATIENCE

STREAMED = HELLO | {"model": "one", "stream": True}
COUNTED = {"model": "one", "messages": HELLO["messages"]}
COUNT = "/v1/messages/count_tokens"
ERROR = event("error", error={"type": "overloaded_error", "message": "busy"})
BUSY = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
OPENED, SPOKE = (STREAM_HEAD, chunk(START)), (STREAM_HEAD, chunk(START), chunk(BLOCK + SAID))
QUIET = 1.0  # seconds until a silent provider counts as gone, where the test waits for that
PATIENT_QUIET = PATIENCE  # where it does not


def life_at(
    gateways: Gateways, one: FakeProvider, clock: Clock, seconds: float = 300.0, quiet: float = PATIENT_QUIET
) -> LifeClient:
    upstream = Anthropic(["one"], "key", one.url, quiet=quiet)
    return gateways.open(upstream, tokens=100_000, deadline=1000.0, clock=clock, retry_policy=clock.policy(seconds))


@pytest.mark.parametrize(
    "reply",
    [
        Reply((), "reset"),
        Reply(OPENED, "reset"),
        Reply(OPENED, "hold"),
        Reply((*OPENED, chunk(ERROR), LAST)),
        Reply((*OPENED, LAST)),
        Reply(OPENED),
        *(json_reply(status, BUSY) for status in (408, 409, 429, 500, 502, 503, 504, 529)),
    ],
    ids=str,
)
def test_early_faults_are_retried(gateways: Gateways, reply: Reply) -> None:
    clock = Clock()
    with messages_api(reply) as one:
        life = life_at(gateways, one, clock, quiet=QUIET if reply.end == "hold" else PATIENT_QUIET)
        told = life.post(STREAMED)
    assert (told.status, told.body) == (200, START + BLOCK + SAID + END)
    assert (len(one.lines), clock.waits) == (2, [1.0])
    assert life.gateway.fault(life.admission) is None and life.gateway.waiting(life.admission) is None


def test_refused_connections_are_retried(gateways: Gateways) -> None:
    clock, one = Clock(), FakeProvider(MessagesApi())

    async def sleep(seconds: float) -> None:
        await clock.sleep(seconds)
        if len(clock.waits) == 3:
            one.start()

    try:
        upstream = Anthropic(["one"], "key", one.url)
        life = gateways.open(upstream, clock=clock, retry_policy=RetryPolicy(300, sleep, lambda: 1.0))
        assert life.post(STREAMED).status == 200
        assert clock.waits == [1.0, 2.0, 4.0]
        assert (gateways.used(life).calls, gateways.used(life).output) == (1, 40)
    finally:
        one.stop()


def test_an_asked_hour_becomes_a_minute(gateways: Gateways) -> None:
    clock = Clock()
    with messages_api(json_reply(429, BUSY, "retry-after: 3600")) as one:
        assert life_at(gateways, one, clock).post(STREAMED).status == 200
    assert clock.waits == [LONGEST]


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(SPOKE, "reset"), "the provider gave no whole answer: ReadError"),
        (Reply(SPOKE, "hold"), "the provider fell silent for 1 seconds"),
        (Reply((*SPOKE, chunk(ERROR), LAST)), "the provider broke its stream off: overloaded_error"),
        (Reply((*SPOKE, LAST)), "the provider's stream ended in the middle of a message"),
        (Reply(SPOKE), "the provider gave no whole answer: RemoteProtocolError"),
    ],
    ids=str,
)
def test_late_faults_are_never_retried(gateways: Gateways, reply: Reply, why: str) -> None:
    clock = Clock()
    with messages_api(reply) as one:
        life = life_at(gateways, one, clock, quiet=QUIET if reply.end == "hold" else PATIENT_QUIET)
        try:
            assert life.post(STREAMED).body.endswith(ERROR)
        except http.client.IncompleteRead as cut:
            assert cut.partial == START + BLOCK + SAID
    assert (len(one.lines), clock.waits, gateways.status(life)) == (1, [], 599)
    fault = life.gateway.fault(life.admission)
    assert fault is not None and (fault.kind, fault.reason) == ("provider", why)
    assert gateways.used(life).reserved > 0


def test_counting_is_retried_too(gateways: Gateways) -> None:
    clock = Clock()
    with messages_api(json_reply(529, BUSY), Reply((), "reset")) as one:
        life = life_at(gateways, one, clock)
        assert life.post(COUNTED, COUNT).json == {"input_tokens": 7}
    assert (clock.waits, gateways.used(life).calls, len(one.lines)) == ([1.0, 2.0], 0, 3)


def test_a_failed_count_is_a_fault(gateways: Gateways) -> None:
    with messages_api(json_reply(529, BUSY)) as one:
        life = life_at(gateways, one, Clock(), seconds=0)
        assert (told := life.post(COUNTED, COUNT)).status == 529 and told.json == BUSY
        fault = life.gateway.fault(life.admission)
        assert fault is not None and fault.reason == "the provider answers 529 overloaded_error: busy"
        assert life.post(STREAMED).status == 200
        assert life.gateway.fault(life.admission) is None


def test_garbage_gets_the_api_error(gateways: Gateways) -> None:
    life = gateways.open(gateways.script([{"text": "Hi"}]))
    for garbage in (b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"POST /v1/messages HTTP/1.1\r\nbad header\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", life.port), timeout=PATIENCE) as child:
            child.sendall(garbage)
            said = b"".join(iter(lambda: child.recv(65536), b""))
        head, _, body = said.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 ") and b"application/json" in head
        assert b'"type": "invalid_request_error"' in body
    assert life.post(HELLO).status == 200


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Gateways]:
    """Gateways whose ledger lies on a disk of one mebibyte."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], check=True)
    gateways = Gateways(disk)
    yield gateways
    (disk / "fill").unlink()
    gateways.close()
    subprocess.run(["umount", str(disk)], check=True)


def fill(gateways: Gateways) -> None:
    """Take all that is free on the disk of the ledger."""
    with (gateways.folder / "fill").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(512))


async def filling(gateways: Gateways) -> AsyncIterator[bytes]:
    """A stream in whose middle the disk of the ledger is filled."""
    yield STREAM_HEAD + chunk(START + BLOCK + SAID)
    fill(gateways)
    yield chunk(END) + LAST


@pytest.mark.parametrize("when", ["before the call", "in the middle"])
def test_a_full_disk_is_a_world_fault(
    small: Gateways, when: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    replies = [Reply(filling(small))] if when == "in the middle" else []
    with messages_api(*replies) as one:
        life = small.open(Anthropic(["one"], "key", one.url), tokens=100_000, retry_policy=Clock().policy())
        if when == "before the call":
            fill(small)
            told = life.post(STREAMED)
            assert (told.status, told.error, one.lines) == (503, "api_error", [])
        else:
            with pytest.raises(http.client.IncompleteRead):
                life.post(STREAMED)
            assert small.used(life).reserved > 0
    fault = life.gateway.fault(life.admission)
    assert fault is not None and fault.kind == "disk" and "disk is full" in fault.reason
    assert not caplog.records and "Traceback" not in "".join(capfd.readouterr())
