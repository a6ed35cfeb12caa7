"""What of a provider's answers is the life's own: a positive list. All else is a fault of the world."""

import http.client
import json
from contextlib import suppress
from typing import Any

import pytest

from bench.parts.provider import LAST, STREAM_HEAD, Reply, chunk, event, json_bytes
from controller.gateway.faults import fault_of_answer
from controller.gateway.message_shape import EVENT_BYTES, StreamShape, problem_of_message
from controller.gateway.upstreams.anthropic import Anthropic
from controller.gateway.upstreams.upstream import Garbled
from tests.controller.gateway.gateways import HELLO, Gateways
from tests.controller.gateway.messages_api import BLOCK, END, MESSAGE, SAID, START, USED, messages_api
from tests.controller.gateway.test_retry import Clock

ASKED = HELLO | {"model": "one"}
GOOD = MESSAGE | {"stop_reason": "end_turn", "content": [{"type": "text", "text": "Hi"}]}
CALL = {"type": "tool_use", "id": "t", "name": "say", "input": {}}
LOW = "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade."
SPENT = "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC."
OFF = "This organization has been disabled."
ONLY = "This credential is only authorized for use with another client and cannot be used for other API requests."
CONTEXT = "the request exceeds the available context size (2048 tokens), try increasing it"


def error(kind: str, message: str) -> Any:
    return {"type": "error", "error": {"type": kind, "message": message}}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, error("invalid_request_error", "messages.0.content: Field required")),
        (400, error("invalid_request_error", "tools.0.custom.name: 'account billing' should match pattern")),
        (400, error("invalid_request_error", "max_tokens: 99999 > 64000")),
        (400, error("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum")),
        (400, error("invalid_request_error", "`tool_use` ids were found without `tool_result` blocks")),
        (400, {"error": {"code": 400, "type": "exceed_context_size_error", "message": CONTEXT}}),
        (400, error("BadRequestError", "This model's maximum context length is 2048 tokens")),
        (413, error("request_too_large", "Request exceeds the maximum size")),
        (422, error("invalid_request_error", "input: must be a list")),
        (200, GOOD),
        (200, GOOD | {"content": []}),
        (200, GOOD | {"content": [CALL]}),
        (200, GOOD | {"content": [{"type": "of a later API"}]}),
        (200, {name: value for name, value in GOOD.items() if name != "usage"}),
    ],
)
def test_these_answers_are_the_lifes_own(status: int, body: Any) -> None:
    assert fault_of_answer(status, {}, json.dumps(body).encode()) is None


@pytest.mark.parametrize(
    ("status", "body", "cure"),
    [
        (400, error("invalid_request_error", LOW), "operator"),
        (400, error("invalid_request_error", SPENT), "operator"),
        (400, error("invalid_request_error", OFF), "operator"),
        (400, error("invalid_request_error", ONLY), "operator"),
        (400, error("invalid_request_error", "model: one is not supported"), "unclear"),
        (400, error("invalid_request_error", "no"), "unclear"),
        (400, error("api_error", "messages: no"), "unclear"),
        (400, {"error": "messages: no"}, "unclear"),
        (400, {"type": "message", "error": {"type": "invalid_request_error", "message": "messages: no"}}, "unclear"),
        (401, error("authentication_error", "x"), "operator"),
        (402, error("billing_error", "x"), "operator"),
        (404, error("not_found_error", "model: one"), "unclear"),
        (405, {}, "unclear"),
        (407, {}, "operator"),
        (410, error("not_found_error", "gone"), "unclear"),
        (413, {"reason": "a proxy's"}, "unclear"),
        (429, error("rate_limit_error", "x"), "waiting"),
        (503, {}, "waiting"),
        (529, error("overloaded_error", "x"), "waiting"),
        (201, GOOD, "unclear"),
        (206, GOOD, "unclear"),
        (304, {}, "unclear"),
        (600, {}, "unclear"),
        (999, GOOD, "unclear"),
        (200, error("overloaded_error", "x"), "unclear"),
        (200, {"error": "x"}, "unclear"),
        (200, [], "unclear"),
        (200, "x", "unclear"),
        (200, {}, "unclear"),
        (200, MESSAGE, "unclear"),
        (200, GOOD | {"type": "completion"}, "unclear"),
        (200, GOOD | {"content": "Hi"}, "unclear"),
        (200, GOOD | {"content": ["Hi"]}, "unclear"),
        (200, GOOD | {"content": [{"type": "text"}]}, "unclear"),
        (200, GOOD | {"content": [{"type": "tool_use", "id": "t", "input": {}}]}, "unclear"),
        (200, GOOD | {"content": [CALL | {"input": "ls"}]}, "unclear"),
    ],
)
def test_all_else_is_the_worlds_fault(status: int, body: Any, cure: str) -> None:
    fault = fault_of_answer(status, {}, json.dumps(body).encode())
    assert fault is not None and fault.cure == cure and fault.advice
    assert str(status) in fault.reason or status == 200


@pytest.mark.parametrize("body", [b"", b" \n", b"<html>", b'{"type": "mess', b"\xff", b"[" * 100_000])
def test_garbage_is_no_message(body: bytes) -> None:
    assert problem_of_message(body)


def raw(status: int, body: bytes = b"", *more: bytes) -> Reply:
    lines = [b"HTTP/1.1 %d x" % status, b"connection: close", b"content-length: %d" % len(body), *more]
    return Reply((b"\r\n".join(lines) + b"\r\n\r\n" + body,))


@pytest.mark.parametrize(
    ("reply", "status", "cure"),
    [
        (raw(301, b"", b"location: https://elsewhere.example/v1/messages?secret"), 502, "unclear"),
        (raw(302, b"", b"location: /login"), 502, "unclear"),
        (raw(307), 502, "unclear"),
        (raw(308), 502, "unclear"),
        (raw(204), 502, "unclear"),
        (raw(200), 502, "unclear"),
        (raw(200, b"<html>sign in</html>", b"content-type: text/html"), 502, "unclear"),
        (raw(200, json.dumps(error("api_error", "x")).encode()), 502, "unclear"),
        (raw(999, b"{}"), 502, "unclear"),
        (raw(42, b"{}"), 502, "unclear"),
        (raw(0, b"{}"), 502, "unclear"),
        (raw(404, json.dumps(error("not_found_error", "model: one")).encode()), 404, "unclear"),
        (raw(404, b"\xe9", "x-\u2713: \u2713".encode()), 502, "unclear"),
        (raw(400, json.dumps(error("invalid_request_error", LOW)).encode()), 400, "operator"),
        (Reply((b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{",)), 502, "unclear"),
        (Reply((b"\x00\x01\x02",)), 502, "unclear"),
    ],
    ids=str,
)
def test_odd_answers_blame_the_world(
    gateways: Gateways, caplog: pytest.LogCaptureFixture, reply: Reply, status: int, cure: str
) -> None:
    with messages_api(*[reply] * 9) as one:
        life = gateways.open(Anthropic(["one"], "key", one.url), retry_policy=Clock().policy(0))
        assert life.post(ASKED).status == status
        fault = life.gateway.fault(life.admission)
        assert fault is not None and (fault.kind, fault.cure) == ("provider", cure)
        assert "secret" not in fault.reason
        assert not life.gateway.unanswered(life.admission)
    assert not caplog.records


@pytest.mark.parametrize("header", ["request-id: r\u2713", "request-id: caf\u00e9", "retry-after: \u00b2"])
def test_odd_headers_spoil_no_message(gateways: Gateways, header: str) -> None:
    good = json_bytes(200, GOOD, "connection: close").replace(b"\r\n\r\n", f"\r\n{header}\r\n\r\n".encode(), 1)
    with messages_api(Reply((good,))) as one:
        life = gateways.open(Anthropic(["one"], "key", one.url))
        assert life.post(ASKED).json == GOOD
        assert life.gateway.fault(life.admission) is None


TEXT = event("content_block_start", index=0, content_block={"type": "text", "text": ""})
HI = event("content_block_delta", index=0, delta={"type": "text_delta", "text": "Hi"})
STREAMS = {  # each goes wrong behind what may be asked for again
    "no event": TEXT + b"data: [DONE]\n\n",
    "an event without type": TEXT + b"data: {}\n\n",
    "a block that is none": TEXT + event("content_block_start", index=1, content_block={}),
    "a call without a name": TEXT
    + event("content_block_start", index=1, content_block={"type": "tool_use", "id": "t"}),
    "a delta of no block": TEXT + event("content_block_delta", index=7, delta={"type": "text_delta", "text": "x"}),
    "a delta without text": TEXT + event("content_block_delta", index=0, delta={"type": "text_delta"}),
    "a delta without delta": TEXT + event("message_delta", usage=USED),
    "an end without a reason": TEXT + HI + event("message_stop"),
    "an end that is missing": TEXT + HI,
    "an event too large": TEXT + b"data: " + b" " * EVENT_BYTES + b"{}\n\n",
    "an error": TEXT + HI + event("error", error={"type": "overloaded_error"}),
}


@pytest.mark.parametrize("name", STREAMS)
def test_odd_streams_blame_the_world(gateways: Gateways, name: str) -> None:
    with messages_api(Reply((STREAM_HEAD, chunk(START + STREAMS[name]), LAST))) as one:
        life = gateways.open(Anthropic(["one"], "key", one.url))
        with suppress(http.client.IncompleteRead):
            life.post(ASKED | {"stream": True})
        fault = life.gateway.fault(life.admission)
        assert fault is not None and fault.cure == ("waiting" if name == "an error" else "unclear")


@pytest.mark.parametrize("stream", [TEXT + HI + END, b"\n" * (EVENT_BYTES + 1)], ids=["no start", "nothing, at length"])
def test_odd_beginnings_are_asked_again(gateways: Gateways, stream: bytes) -> None:
    clock = Clock()
    with messages_api(Reply((STREAM_HEAD, chunk(stream), LAST))) as one:
        life = gateways.open(Anthropic(["one"], "key", one.url), retry_policy=clock.policy())
        assert life.post(ASKED | {"stream": True}).body == START + BLOCK + SAID + END
    assert clock.waits == [1.0]


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_sound_stream_has_its_shape(size: int) -> None:
    stream = (
        event("ping") + START + TEXT + HI + BLOCK.replace(b"0", b"1") + b": comment\n\n" + END + b"data: [DONE]\n\n"
    )
    shape = StreamShape()
    for at in range(0, len(stream), size):
        shape.feed(stream[at : at + size])
    with pytest.raises(Garbled):
        StreamShape().feed(TEXT)


@pytest.mark.parametrize(
    ("asked", "reply", "told"),
    [
        (ASKED | {"stream": True}, Reply((json_bytes(200, GOOD, "connection: close"),)), "a whole message where"),
        (ASKED, Reply((STREAM_HEAD, chunk(START + TEXT + HI + END), LAST)), "a stream where"),
    ],
    ids=["whole", "stream"],
)
def test_answers_have_the_form_asked(gateways: Gateways, asked: Any, reply: Reply, told: str) -> None:
    with messages_api(reply, reply) as one:
        life = gateways.open(Anthropic(["one"], "key", one.url), retry_policy=Clock().policy(0))
        assert life.post(asked).status == 502
        fault = life.gateway.fault(life.admission)
        assert fault is not None and told in fault.reason and fault.cure == "unclear"
