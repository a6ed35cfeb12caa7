"""The API's shapes, as a provider would send them."""

import json

import pytest

from bench.parts.provider import event
from controller.gateway import wire
from controller.gateway.upstreams.upstream import JSON, Reply

CALL = {"type": "tool_use", "id": "toolu_1", "name": "bash", "input": {"command": "ls"}}


def message(reply: Reply, max_tokens: int = 1000) -> JSON:
    return wire.message(reply, "msg_1", {"model": "m", "max_tokens": max_tokens}, 350)


def test_a_message_counts_its_tokens() -> None:
    assert message(Reply([{"type": "text", "text": "x" * 350}]))["usage"] == {
        "input_tokens": 100,
        "output_tokens": 109,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
    }
    assert message(Reply([{"type": "text", "text": "x" * 350}]), max_tokens=5)["usage"]["output_tokens"] == 5
    assert message(Reply([], usage={"input_tokens": 7}))["usage"]["input_tokens"] == 7


def test_a_stream_carries_the_message() -> None:
    whole = message(Reply([{"type": "text", "text": "a" * 5000}, CALL], "tool_use", {"output_tokens": 9}))
    first, *middle, delta, stop = wire.events(whole)
    opened = first["message"]
    assert (opened["content"], opened["stop_reason"], opened["usage"]["output_tokens"]) == ([], None, 1)
    assert [(event["type"], event["index"]) for event in middle] == [
        ("content_block_start", 0),
        ("content_block_delta", 0),
        ("content_block_delta", 0),
        ("content_block_stop", 0),
        ("content_block_start", 1),
        ("content_block_delta", 1),
        ("content_block_stop", 1),
    ]
    assert middle[0]["content_block"] == {"type": "text", "text": ""}
    assert "".join(event["delta"]["text"] for event in middle[1:3]) == "a" * 5000
    assert middle[4]["content_block"] == CALL | {"input": {}}
    assert json.loads(middle[5]["delta"]["partial_json"]) == CALL["input"]
    assert (delta["delta"]["stop_reason"], delta["usage"]) == ("tool_use", whole["usage"])
    assert stop == {"type": "message_stop"}


@pytest.mark.parametrize("opened", [{"input": {}}, {}, {"input": None}])
@pytest.mark.parametrize(("pieces", "given"), [(['{"command": ', '"ls"}'], {"command": "ls"}), ([], {}), ([""], {})])
def test_calls_are_read_with_their_input(opened: JSON, pieces: list[str], given: JSON) -> None:
    block = {"type": "tool_use", "id": "t", "name": "bash"}
    body = event("message_start", message={"content": []})
    body += event("content_block_start", index=0, content_block=block | opened)
    for piece in pieces:
        body += event("content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": piece})
    body += event("content_block_stop", index=0) + event("message_stop")
    assert wire.read_message(body, wire.EVENT_STREAM)["content"] == [block | {"input": given}]


def test_errors_have_the_api_shape() -> None:
    assert json.loads(wire.error_body("api_error", "no", "req_1")) == {
        "type": "error",
        "error": {"type": "api_error", "message": "no"},
        "request_id": "req_1",
    }


TEXT_DELTA = event("content_block_delta", index=0, delta={"type": "text_delta", "text": "x"})
INPUT_DELTA = event("content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": "\ud800"})
END = event("content_block_stop", index=0)
STRANGE: dict[str, tuple[JSON, bytes]] = {
    "an input for a text": ({"type": "text", "text": ""}, INPUT_DELTA + END),
    "a part that is a number": ({"type": "tool_use", "partial": 5, "input": {}}, INPUT_DELTA + END),
    "an input that is a text": ({"type": "tool_use", "input": "x"}, INPUT_DELTA + END),
    "usage that is a text": ({"type": "text"}, event("message_delta", delta={}, usage="many")),
    "usage that is a list": ({"type": "text"}, event("message_delta", delta={}, usage=[1])),
    "an end that is a list": ({"type": "text"}, event("message_delta", delta=[1], usage={})),
    "an end with a content": ({"type": "text"}, event("message_delta", delta={"content": "x"}) + TEXT_DELTA),
    "a text that is a number": ({"type": "text", "text": 5}, TEXT_DELTA + END),
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_streams_are_read(name: str) -> None:
    block, rest = STRANGE[name]
    start = event("message_start", message={"content": [], "usage": "none"})
    body = start + event("content_block_start", index=0, content_block=block) + rest
    assert isinstance(wire.read_message(body, wire.EVENT_STREAM)["content"], list)
