"""Usage, read on the way of a stream that may be cut anywhere."""

import json
from typing import Any

import pytest

from bench.parts.provider import event
from controller.gateway.meter import Meter, usage_of_message
from controller.ledger.usage import Usage

START = event("message_start", message={"usage": {"input_tokens": 5, "cache_read_input_tokens": 7, "output_tokens": 1}})
DELTA = event("message_delta", delta={}, usage={"output_tokens": 40, "cache_creation_input_tokens": 9})
TEXT = event("content_block_delta", delta={"type": "text_delta", "text": '"message_stop" data: {"type": "error"}'})
STOP = event("message_stop")
WHOLE = START + TEXT + DELTA + STOP


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_cuts_change_no_reading(size: int, newline: bytes) -> None:
    meter = Meter()
    stream = WHOLE.replace(b"\n", newline)
    for at in range(0, len(stream), size):
        meter.feed(stream[at : at + size])
    assert meter.complete
    assert meter.usage == Usage(input=5, cached=7, written=9, output=40)


def test_a_cut_stream_has_partial_usage() -> None:
    meter = Meter()
    meter.feed(START + TEXT + DELTA[:-4])
    assert meter.usage == Usage(input=5, cached=7, output=1)
    assert not meter.ended


@pytest.mark.parametrize("stream", [b"", TEXT + STOP, START + DELTA, START + event("error", error={}) + STOP])
def test_an_unfinished_stream_is_not_complete(stream: bytes) -> None:
    meter = Meter()
    meter.feed(stream)
    assert not meter.complete


@pytest.mark.parametrize(
    "line", [b"data: {", b"data: []", b'data: {"type": "message_delta", "usage": 3}', b'data: "message_start"']
)
def test_garbage_in_a_stream_is_skipped(line: bytes) -> None:
    meter = Meter()
    meter.feed(START + line + b' "message_start"\n\n' + DELTA + STOP)
    assert meter.complete


@pytest.mark.parametrize(
    ("body", "usage"),
    [
        (b'{"usage": {"input_tokens": 1, "output_tokens": 2}}', Usage(input=1, output=2)),
        (b'{"usage": {"input_tokens": null, "output_tokens": 2}}', None),
        (b'{"usage": {"input_tokens": 5, "output_tokens": 1e3}}', None),
        (b'{"usage": {"input_tokens": 5, "output_tokens": 99999999999999999999999}}', Usage(input=5, output=10**12)),
        (b'{"usage": {"input_tokens": 5, "output_tokens": %s}}' % (b"9" * 5000), None),
        (b'{"usage": {}}', None),
        (b'{"content": []}', None),
        (b"<html>", None),
        (b"[" * 100_000, None),
    ],
)
def test_usage_of_a_message_or_none(body: bytes, usage: Usage | None) -> None:
    assert usage_of_message(body) == usage


NO_COUNTS: list[Any] = [None, "90000", 90000.0, -1, True, [], {}, "", float("inf")]
COUNTS = ["input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"]
TOLD = {"input_tokens": 5, "output_tokens": 2}


@pytest.mark.parametrize("told", NO_COUNTS, ids=repr)
@pytest.mark.parametrize("name", COUNTS)
def test_no_count_is_not_told(name: str, told: Any) -> None:
    usage = TOLD | {name: told}
    optional = told is None and name not in TOLD
    assert usage_of_message(json.dumps({"usage": usage}).encode()) == (Usage(input=5, output=2) if optional else None)
    meter = Meter()
    meter.feed(
        event("message_start", message={"usage": usage}) + event("message_delta", usage={"output_tokens": 2}) + STOP
    )
    assert meter.complete == (optional or (told is None and name == "output_tokens"))


@pytest.mark.parametrize("missing", ["input_tokens", "output_tokens"])
def test_missing_count_is_not_told(missing: str) -> None:
    usage = {name: count for name, count in TOLD.items() if name != missing}
    assert usage_of_message(json.dumps({"usage": usage}).encode()) is None
    meter = Meter()
    meter.feed(event("message_start", message={"usage": usage}) + event("message_delta", usage=usage) + STOP)
    assert not meter.complete


def start(**usage: Any) -> bytes:
    return event("message_start", message={"usage": usage})


def delta(**usage: Any) -> bytes:
    return event("message_delta", delta={}, usage=usage)


@pytest.mark.parametrize(
    "stream",
    [
        start(input_tokens=900, output_tokens=1) + start(input_tokens=3, output_tokens=1) + delta(output_tokens=40),
        start(input_tokens=3, output_tokens=1) + start(input_tokens=900, output_tokens=1) + delta(output_tokens=40),
        start(input_tokens=900, output_tokens=1) + delta(input_tokens=0, output_tokens=40),
        start(input_tokens=0, output_tokens=0) + delta(input_tokens=900, output_tokens=40),
        start(input_tokens=900, output_tokens=1) + delta(output_tokens=40) + delta(output_tokens=7),
        start(input_tokens=900, output_tokens=40) + delta(output_tokens=7),
    ],
)
def test_highest_seen_counts(stream: bytes) -> None:
    meter = Meter()
    meter.feed(stream + STOP)
    assert meter.complete and meter.usage == Usage(input=900, output=40)


@pytest.mark.parametrize("count", [10**12, 10**18, 2**63, 2**64])
def test_usage_sums_fit_the_ledger(count: int) -> None:
    entry = dict.fromkeys(COUNTS, count) | {"type": "compaction"}
    usage = usage_of_message(
        json.dumps({"usage": dict.fromkeys(COUNTS, count) | {"iterations": [entry] * 1_200}}).encode()
    )
    assert usage is not None and usage.total <= 4 * 10**12 and usage.compacted <= 10**12


def test_lying_compaction_is_not_told() -> None:
    iterations = [{"type": "compaction", "input_tokens": "9000", "output_tokens": 1}]
    assert usage_of_message(json.dumps({"usage": TOLD | {"iterations": iterations}}).encode()) is None


def test_most_written_tokens_count() -> None:
    told = {"ephemeral_5m_input_tokens": 900, "ephemeral_1h_input_tokens": 50}
    usage = {"input_tokens": 1, "output_tokens": 2, "cache_creation": told}
    found = usage_of_message(json.dumps({"usage": usage}).encode())
    assert found is not None and (found.written, found.long, found.total) == (950, 50, 953)
    known = usage_of_message(json.dumps({"usage": {**usage, "cache_creation_input_tokens": 1000}}).encode())
    assert known is not None and known.written == 1000
    odd = {**usage, "cache_creation": {"ephemeral_5m_input_tokens": 0.5}}
    assert usage_of_message(json.dumps({"usage": odd}).encode()) is None
