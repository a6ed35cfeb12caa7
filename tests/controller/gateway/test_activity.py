"""What a life does now is read from its newest answer, whatever that is."""

import json

import pytest

from controller.gateway import wire
from controller.gateway.activity import Activity
from controller.gateway.upstreams.upstream import Reply

JSON_TYPE = "application/json"


def call(name: object, given: object) -> dict[str, object]:
    """A block that calls a tool."""
    return {"type": "tool_use", "id": "t", "name": name, "input": given}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([call("bash", {"command": "ls -l\n  agent"})], "bash ls -l agent"),
        ([call("edit", {"old": "x", "path": "agent/life.py"})], "edit agent/life.py"),
        ([call("view", {"path": "a"}), call("note", {"text": "seen"})], "note seen"),
        ([call("finish", {})], "finish"),
        ([call("odd", None), {"type": "text", "text": "x"}], "odd"),
        ([call(7, {"command": 7})], "7"),
        ([call("bash", {"command": "x" * 500})], f"bash {'x' * 79}…"),
        ([{"type": "text", "text": "I am done"}], ""),
        ("text", ""),
        (None, ""),
        ([7], ""),
    ],
)
def test_last_tool_is_named(content: object, words: str) -> None:
    assert Activity(1, json.dumps({"content": content}).encode(), JSON_TYPE).words() == words


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"[" * 5000, b"data: {}"])
def test_garbage_names_no_tool(body: bytes) -> None:
    for content_type in ("", JSON_TYPE, wire.EVENT_STREAM):
        assert Activity(1, body, content_type).words() == ""


def test_streams_are_read_too() -> None:
    reply = Reply([call("bash", {"command": "ls"})])
    body = wire.stream(wire.message(reply, "msg", {"model": "m", "max_tokens": 99}, 3))
    assert Activity(1, body, wire.EVENT_STREAM).words() == "bash ls"
