"""Usage, read on the way of a stream that may be cut anywhere."""

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
        (b'{"usage": {"input_tokens": null, "output_tokens": 2}}', Usage(output=2)),
        (b'{"usage": {"input_tokens": -5, "output_tokens": 1e3}}', None),
        (b'{"usage": {"input_tokens": -5, "output_tokens": 99999999999999999999999}}', Usage(output=10**12)),
        (b'{"usage": {}}', None),
        (b'{"content": []}', None),
        (b"<html>", None),
        (b"[" * 100_000, None),
    ],
)
def test_usage_of_a_message_or_none(body: bytes, usage: Usage | None) -> None:
    assert usage_of_message(body) == usage
