"""A conversation as a person reads it: what is new in each call, bounded, and unable to steer the terminal."""

import json
from pathlib import Path

from controller.gateway import wire
from controller.gateway.upstreams.upstream import JSON, Reply
from controller.gateway.wire import read_message
from controller.ledger.exported import Recording, exported
from controller.ledger.recordings import Exchange
from controller.views.transcript import BLOCK_CHARS, answered, asked
from tests.controller.cli.test_bad_input import heirloom
from tests.controller.conftest import ROOT
from tests.controller.lives import END, GOAL, bash, live

SSE = {"content-type": "text/event-stream; charset=utf-8"}
CONTENT: list[JSON] = [
    {"type": "thinking", "thinking": "", "signature": ""},
    {"type": "text", "text": "I look ✓. " * 1000},
    {"type": "tool_use", "id": "t", "name": "bash", "input": {"command": "ls\n" * 3000, "timeout": 3}},
]


def test_stream_reads_as_its_message() -> None:
    request = {"model": "m", "max_tokens": 100_000}
    whole = wire.message(Reply(CONTENT[1:], "tool_use"), "msg_1", request, 10)
    assert read_message(wire.stream(whole), SSE["content-type"]) == whole
    assert read_message(json.dumps(whole).encode(), "application/json") == whole


def test_stream_may_hold_thinking_and_errors() -> None:
    def event(**told: object) -> bytes:
        return b"data: " + json.dumps(told).encode() + b"\n\n"

    stream = event(type="content_block_start", index=0, content_block=CONTENT[0])
    stream += event(type="content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "Hm"})
    stream += event(type="content_block_delta", index=0, delta={"type": "signature_delta", "signature": "s"})
    stream += event(type="error", error={"type": "overloaded_error"})
    assert read_message(stream, "text/event-stream") == {
        "content": [{"type": "thinking", "thinking": "Hm", "signature": "s"}],
        "error": {"type": "overloaded_error"},
    }
    for garbage in (b"", b"data: {\n", b"data: []\n", b"\xff\x00", b'data: {"type": "content_block_delta"}\n'):
        assert read_message(garbage, "text/event-stream") in ({}, {"content": []})
        assert read_message(garbage, "application/json") == {}


def exchange(*texts: str, answer: bytes = b"{}", status: int | None = 200) -> Exchange:
    roles = ("user", "assistant")
    said = [{"role": roles[n % 2], "content": text} for n, text in enumerate(texts)]
    return Exchange(1, 1, "/v1/messages", {"model": "m", "system": "S", "messages": said}, status, {}, answer)


def test_only_new_messages_are_shown() -> None:
    two = json.dumps({"content": [{"type": "text", "text": "two"}]}).encode()
    first, second = exchange("one", answer=two), exchange("one", "two", "three")
    assert list(asked(first, None)) == [("model", "m"), ("system", "S"), ("1 user", "one")]
    assert list(asked(second, first)) == [("3 user", "three")]  # the answer before was shown as that
    assert list(asked(exchange("another"), second)) == [("1 user", "another")]
    assert list(asked(exchange("one", "changed", "three"), second)) == [("2 assistant", "changed"), ("3 user", "three")]


def test_long_block_is_cut_in_the_middle() -> None:
    whole = wire.message(Reply(CONTENT[1:], "tool_use"), "msg_1", {"model": "m", "max_tokens": 9}, 10)
    ((_, text),) = answered(exchange("x", answer=json.dumps(whole).encode()))
    assert "characters left out; --json has them" in text and len(text) < 2 * BLOCK_CHARS + 500
    assert [title for title, _ in answered(exchange("x", status=None))] == ["nobody waited for the answer"]
    assert list(answered(exchange("x", answer=b"no JSON"))) == [("answered 200", "no JSON")]


def test_a_model_cannot_steer_the_terminal(operator: Path) -> None:
    nasty = "\x1b]0;owned\x07\x1b[2J[bold red]markup[/] [/nothing] \u202egnp"
    live(operator, [GOAL, bash(f"printf '%s' {json.dumps(nasty)}"), {"text": nasty}])
    shown = heirloom("transcript", "1", "--repository", str(operator))
    assert shown.returncode == 0
    assert not [char for char in shown.stdout if not char.isprintable() and char != "\n"]
    assert "\\x1b]0;owned" in shown.stdout and "[bold red]markup[/] [/nothing]" in shown.stdout
    assert "heirloom-" not in shown.stdout


def test_json_has_everything_and_reads_back(operator: Path) -> None:
    live(operator, [GOAL, bash("seq 1 3000"), END])
    done = heirloom("transcript", "1", "--json", "--repository", str(operator))
    told = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1 and done.stdout.isascii()
    assert (told["generation"], told["try"], told["outcome"], told["stamps"]["Seed"]) == (1, 1, "history", "0")
    recording = Recording.model_validate(told)
    one = [each.exchange(1) for each in recording.exchanges][2]
    assert one.request is not None and "\n3000\n" in one.request["messages"][2]["content"][0]["content"]
    assert json.loads(one.answer or b"")["content"][0]["text"] == "Changed a little."
    assert str(ROOT) not in done.stdout


def test_binary_bodies_are_exported() -> None:
    before = Exchange(1, 1, "/v1/messages", {"messages": []}, 200, {}, b"\xff\x00", True, None, 5.0)
    assert exported([before])[0].exchange(1) == before
