"""Every exchange leaves a copy of what was asked and of what really went out."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.parts.provider import STREAM_HEAD, always, chunk, event, provider
from controller.errors import LedgerError
from controller.gateway.recorder import Recorder
from controller.gateway.upstreams.anthropic import Anthropic
from controller.ledger.recordings import HIDDEN, Exchange, Recordings
from tests.controller.gateway.gateways import HELLO, Gateways, LifeClient, Overhearing, raw
from tests.waiting import PATIENCE, wait_until

STREAMED = HELLO | {"stream": True}
START = event("message_start", message={"usage": {"input_tokens": 11, "output_tokens": 1}})
START += event("content_block_start", index=0, content_block={"type": "text", "text": ""})
START += event(
    "content_block_delta", index=0, delta={"type": "text_delta", "text": "Hello"}
)  # what breaks before anything was said is asked for again
FAULT = {"error": {"status": 529, "type": "overloaded_error", "message": "busy"}}
COUNT = "/v1/messages/count_tokens"


@pytest.fixture
def recordings(tmp_path: Path, gateways: Gateways) -> Iterator[Recordings]:
    """To read; the gateway closes its own."""
    one = Recordings(tmp_path)
    yield one
    one.close()


def of(recordings: Recordings, life: LifeClient) -> list[Exchange]:
    """What is recorded of a life that has ended."""
    life.gateway.dismiss(life.admission)
    return list(recordings.of_life(life.admission.try_id))


def test_exchanges_are_kept_byte_for_byte(gateways: Gateways, recordings: Recordings) -> None:
    life = gateways.open(
        gateways.script([{"text": "One ✓"}, {"text": "Two"}, FAULT]), recordings=Recordings(gateways.folder)
    )
    asked = [HELLO, STREAMED, HELLO | {"system": "s"}]
    answers = [life.post(one) for one in asked]
    found = of(recordings, life)
    assert [one.request for one in found] == asked
    assert [(one.status, one.answer) for one in found] == [(one.status, one.body) for one in answers]
    assert [one.headers["content-type"].partition(";")[0] for one in found] == [
        "application/json",
        "text/event-stream",
        "application/json",
    ]
    assert [one.call for one in found] == [1, 2, 3] and all(one.whole for one in found)
    assert [row["id"] for row in gateways.database.rows("SELECT id FROM calls ORDER BY id")] == [1, 2, 3]


def test_own_headers_and_refusals_are_kept(gateways: Gateways, recordings: Recordings) -> None:
    life = gateways.open(gateways.script(), calls=1, recordings=Recordings(gateways.folder))
    life.post(HELLO)
    refused = life.post(HELLO)
    one, other = of(recordings, life)
    assert one.headers["heirloom-calls-left"] == "0" and one.headers["heirloom-wind-down"] == "true"
    assert (other.status, other.answer, other.call) == (402, refused.body, None)
    assert other.headers["x-should-retry"] == "false"


def test_a_kept_count_books_nothing(gateways: Gateways, recordings: Recordings) -> None:
    life = gateways.open(gateways.script(), recordings=Recordings(gateways.folder))
    counted = life.post({"model": "script", "messages": HELLO["messages"]}, COUNT)
    (one,) = of(recordings, life)
    assert (one.path, one.status, one.answer, one.call) == (COUNT, 200, counted.body, None)


def test_refused_requests_are_not_kept(gateways: Gateways, recordings: Recordings) -> None:
    life = gateways.open(gateways.script(), recordings=Recordings(gateways.folder))
    assert life.post(HELLO | {"nonsense": 1}).status == 400
    assert life.post(json.dumps(HELLO).replace("Hello", "\\ud800").encode()).status == 400
    assert life.post(HELLO, authorization="Bearer wrong").status == 401
    assert life.post(HELLO).status == 200
    assert [one.request for one in of(recordings, life)] == [HELLO]


def test_no_request_header_is_kept(gateways: Gateways, recordings: Recordings) -> None:
    life = gateways.open(Overhearing(), recordings=Recordings(gateways.folder))
    life.post(
        HELLO | {"system": f"I hold {life.admission.token}"},
        x_api_key=life.admission.token,
        x_secret="a planted secret",
    )
    (one,) = of(recordings, life)
    assert HIDDEN.decode() in str(one.request)
    written = b"".join(path.read_bytes() for path in gateways.folder.glob("recordings.sqlite*"))
    for word in (life.admission.token, "a planted secret", "authorization"):
        assert word not in str(one) and word.encode() not in written


def test_a_cut_stream_is_kept(gateways: Gateways, recordings: Recordings) -> None:
    with provider(always(STREAM_HEAD, chunk(START))) as far:
        life = gateways.open(Anthropic(["script"], "key", far.url), recordings=Recordings(gateways.folder))
        with socket.create_connection(("127.0.0.1", life.port), timeout=PATIENCE) as child:
            child.sendall(raw(life, json.dumps(STREAMED).encode()))
            while child.recv(65536):
                pass
    (one,) = of(recordings, life)
    assert (one.status, one.answer, one.whole, one.call) == (200, START, False, 1)


def test_abandoned_calls_are_kept_unanswered(gateways: Gateways, recordings: Recordings) -> None:
    life = gateways.open(gateways.script([{"text": "late", "delay": 30}]), recordings=Recordings(gateways.folder))
    with socket.create_connection(("127.0.0.1", life.port)) as child:
        child.sendall(raw(life, json.dumps(HELLO).encode()))
        wait_until(lambda: gateways.used(life).reserved > 0)
    wait_until(lambda: gateways.status(life) == 499)
    assert life.post(HELLO).status == 200
    first, second = of(recordings, life)
    assert (first.status, first.answer, first.whole, first.call) == (None, b"", False, 1)
    assert (second.number, second.status) == (2, 200)


def test_simultaneous_calls_are_kept_in_order(gateways: Gateways, recordings: Recordings) -> None:
    life = gateways.open(gateways.script([{"text": "x", "delay": 0.01}] * 100), recordings=Recordings(gateways.folder))

    def ask(name: int) -> None:
        for number in range(10):
            assert life.post(HELLO | {"system": f"{name} {number}"}).status == 200

    threads = [threading.Thread(target=ask, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = of(recordings, life)
    assert [one.number for one in found] == list(range(1, 81))
    assert len({str(one.request) for one in found}) == 80
    assert sorted(one.call or 0 for one in found) == list(range(1, 81))


def test_two_lives_are_kept_apart(gateways: Gateways, recordings: Recordings) -> None:
    script = gateways.script()
    one = gateways.open(script, recordings=Recordings(gateways.folder))
    other = gateways.admit(one.gateway, gateways.begin_try(), script)
    for life in (one, other, one):
        life.post(HELLO | {"system": str(life.admission.try_id)})
    assert [each.number for each in of(recordings, one)] == [1, 2]
    assert [each.request for each in of(recordings, other)] == [HELLO | {"system": str(other.admission.try_id)}]


def test_a_failed_recording_is_a_world_fault(gateways: Gateways) -> None:
    life = gateways.open(gateways.script(), recordings=Recordings(gateways.folder, pages=30))
    large = [f"{number} " + "".join(map(chr, range(0x4E00, 0x9000))) for number in range(9)]
    statuses = [life.post(HELLO | {"system": text}).status for text in large]
    assert statuses[0] == 200 and statuses[-1] == 503  # what cannot be kept is not sent on
    calls = gateways.used(life).calls
    assert calls < len(large)
    with pytest.raises(LedgerError, match=r"recordings\.sqlite: .*full; check the disk"):
        life.gateway.dismiss(life.admission)
    assert (gateways.used(life).calls, gateways.used(life).reserved) == (calls, 0)


def test_without_recordings_nothing_is_kept(gateways: Gateways) -> None:
    life = gateways.open(gateways.script())
    assert life.post(HELLO).status == 200
    life.gateway.dismiss(life.admission)
    assert not list(gateways.folder.glob("recordings*"))
    Recorder().close()
