"""The real SDK over a real socket: an answer, and every way in which none comes."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from agent.errors import BrokenOff, NoAnswer, TooLong
from agent.models.claude import Claude, parameters
from agent.models.messages import Reply, Request, said, user
from controller.contract import ModelInfo

REQUEST = Request("Be.", [user([], "Hi.")], [])
MESSAGE: dict[str, Any] = {"id": "m", "type": "message", "role": "assistant", "model": "m", "content": [],
           "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1}}  # fmt: skip
TOOL = {"type": "tool_use", "id": "t", "name": "bash", "input": {}}
INPUT = {"type": "input_json_delta", "partial_json": '{"command": "ls"}'}
END = {
    "type": "message_delta",
    "delta": {"stop_reason": "tool_use", "stop_sequence": None},
    "usage": {"output_tokens": 1},
}
WHOLE: list[dict[str, Any]] = [
    {"type": "message_start", "message": MESSAGE},
    {"type": "content_block_start", "index": 0, "content_block": TOOL},
    {"type": "content_block_delta", "index": 0, "delta": INPUT},
    {"type": "content_block_stop", "index": 0},
    END,
    {"type": "message_stop"},
]
# What some servers leave out: usage, and the input of a call that begins
BARE_START = {"type": "message_start", "message": {name: value for name, value in MESSAGE.items() if name != "usage"}}
BARE_CALL = {**WHOLE[1], "content_block": {"type": "tool_use", "id": "t", "name": "bash"}}
BARE_END = {"type": "message_delta", "delta": END["delta"]}
FULL = "the request exceeds the available context size (2048 tokens), try increasing it"
LONG = "prompt is too long: 210000 tokens > 200000 maximum"
ODD = {"type": "input_json_delta", "partial_json": '{"command": "grep \'\\d\' x"}'}
LONE = '{"command": "\\ud800"}'
THINKING: list[dict[str, Any]] = [
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": "", "signature": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "I see"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "s"}},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Yes"}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "."}},
]
OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "too much"}}
STREAMS: dict[str, tuple[int, list[dict[str, Any]], int]] = {  # status, events, bytes that are promised but never come
    "/whole": (200, WHOLE, 0),
    "/cut": (200, WHOLE[:3], 100),
    "/short": (200, WHOLE[:3], 0),
    "/empty": (200, [], 0),
    "/error": (200, [WHOLE[0], OVERLOADED], 0),
    "/413": (413, [{"type": "error", "error": {"type": "request_too_large", "message": "too large"}}], 0),
    "/400": (400, [{"type": "error", "error": {"type": "invalid_request_error", "message": LONG}}], 0),
    "/odd": (200, [WHOLE[0], WHOLE[1], {**WHOLE[2], "delta": ODD}, *WHOLE[3:]], 0),
    "/list": (200, [WHOLE[0], WHOLE[1], {**WHOLE[2], "delta": {**ODD, "partial_json": "[]"}}, *WHOLE[3:]], 0),
    "/bytes": (200, [WHOLE[0], WHOLE[1], {**WHOLE[2], "delta": {**ODD, "partial_json": LONE}}, *WHOLE[3:]], 0),
    "/bare": (200, [BARE_START, BARE_CALL, *WHOLE[2:4], BARE_END, WHOLE[-1]], 0),
    "/bare_call": (200, [BARE_START, BARE_CALL, WHOLE[3], BARE_END, WHOLE[-1]], 0),
    "/full": (
        400,
        [{"type": "error", "error": {"code": 400, "type": "exceed_context_size_error", "message": FULL}}],
        0,
    ),
    "/thought": (200, [WHOLE[0], *THINKING, END, WHOLE[-1]], 0),
    "/529": (529, [OVERLOADED], 0),
    "/402": (402, [{"type": "error", "error": {"type": "billing_error", "message": "no more"}}], 0),
}


HEARD: list[str] = []


class Provider(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        path = self.path.removesuffix("/v1/messages")
        HEARD.append(path)
        healed = path.removesuffix("/once") if HEARD.count(path) == 1 else "/whole"
        status, events, missing = STREAMS[healed if path.endswith("/once") else path]
        lines = [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events]
        body = ("".join(lines) if status == 200 else json.dumps(events[0])).encode()
        self.send_response(status)
        self.send_header("content-type", "text/event-stream" if status == 200 else "application/json")
        self.send_header("content-length", str(len(body) + missing))
        self.send_header("heirloom-wind-down", "true")
        self.send_header("heirloom-usd-left", "0.25")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key, and no certificates: nothing is encrypted here, and a client takes 30 ms to read them."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_every_way_of_answering_becomes_a_reply_or_an_end(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: dict[str, str] = {}
    broken = set()
    for path in ("/whole", "/cut", "/short", "/empty", "/error", "/529", "/402"):
        monkeypatch.setenv("ANTHROPIC_BASE_URL", address + path)
        model = Claude(ModelInfo(id="m"), timeout=60)
        try:
            reply = model.reply(REQUEST)
        except NoAnswer as error:
            ended[path] = str(error)
            broken |= {path} if isinstance(error, BrokenOff) else set()
        else:
            assert path == "/whole"
            assert reply.content == [{"type": "tool_use", "id": "t", "name": "bash", "input": {"command": "ls"}}]
            assert (reply.stop, reply.wind_down, reply.left) == ("tool_use", True, {"usd": 0.25})
    assert "402" in ended.pop("/402") and "529" in ended.pop("/529")
    assert broken == {"/cut", "/short", "/error"}
    assert set(ended) == {"/cut", "/short", "/error", "/empty"}


@pytest.mark.parametrize("path", ["/413", "/400", "/full"])
def test_a_prompt_that_is_too_long_says_so(address: str, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", address + path)
    with pytest.raises(TooLong):
        Claude(ModelInfo(id="m"), timeout=60).reply(REQUEST)


@pytest.mark.parametrize(("path", "problem"), [("/odd", "Invalid \\escape"), ("/list", "it is no object")])
def test_a_call_whose_input_is_no_json_is_not_the_end(
    address: str, monkeypatch: pytest.MonkeyPatch, path: str, problem: str
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", address + path)
    (call,) = Claude(ModelInfo(id="m"), timeout=60).reply(REQUEST).calls
    assert call.input == {} and problem in call.problem and "send it again" in call.problem


@pytest.mark.parametrize(("path", "given"), [("/bare", {"command": "ls"}), ("/bare_call", {})])
def test_bare_streams_are_answers_too(
    address: str, monkeypatch: pytest.MonkeyPatch, path: str, given: dict[str, str]
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", address + path)
    reply = Claude(ModelInfo(id="m"), timeout=60).reply(REQUEST)
    assert [call.input for call in reply.calls] == [given]
    assert said(reply)["content"] == [{"type": "tool_use", "id": "t", "name": "bash", "input": given}]
    unfilled = Reply([{"type": "tool_use", "id": "t", "name": "bash"}])
    assert [call.input for call in unfilled.calls] == [{}]


def test_thinking_comes_whole_and_lone_surrogates_do_not_come_at_all(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", address + "/thought")
    reply = Claude(ModelInfo(id="m"), timeout=60).reply(REQUEST)
    assert reply.content == [
        {"type": "thinking", "thinking": "I see", "signature": "s"},
        {"type": "text", "text": "Yes."},
    ]
    monkeypatch.setenv("ANTHROPIC_BASE_URL", address + "/bytes")
    assert Claude(ModelInfo(id="m"), timeout=60).reply(REQUEST).calls[0].input == {"command": "\ufffd"}


@pytest.mark.parametrize("broken", ["/cut", "/short", "/error"])
def test_an_answer_that_broke_off_in_its_middle_is_asked_for_once_more(
    address: str, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", f"{address}{broken}/once")
    assert Claude(ModelInfo(id="m"), timeout=60).reply(REQUEST).stop == "tool_use"
    assert HEARD.count(f"{broken}/once") == 2


def test_a_fault_that_the_gateway_passed_on_is_not_asked_for_again(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", f"{address}/529")
    before = HEARD.count("/529")
    with pytest.raises(NoAnswer):
        Claude(ModelInfo(id="m"), timeout=60).reply(REQUEST)
    assert HEARD.count("/529") == before + 1


def test_caching_is_asked_for_only_where_the_model_has_it() -> None:
    assert "cache_control" not in str(parameters(REQUEST, ModelInfo(id="m")))
    assert parameters(REQUEST, ModelInfo(id="m", output=100))["max_tokens"] == 100


def test_what_is_cached_ends_at_the_system_and_the_last_two_turns_so_that_the_next_call_finds_it() -> None:
    turns = [user([], "a"), said(Reply([{"type": "text", "text": "b"}])), user([], "c"), user([], "c")]
    words = parameters(Request("Be.", turns, []), ModelInfo(id="m", caching=True))
    assert words["system"] == [{"type": "text", "text": "Be.", "cache_control": {"type": "ephemeral"}}]
    marked = ["cache_control" in one["content"][-1] for one in words["messages"]]
    assert marked == [False, False, True, True]
    assert "cache_control" not in str(turns)
    bare = [[{**block, "cache_control": None} for block in one["content"]] for one in words["messages"]]
    assert bare == [[{**block, "cache_control": None} for block in one["content"]] for one in turns]


def test_thinking_and_effort_are_asked_for_only_where_the_model_has_them() -> None:
    plain = parameters(REQUEST, ModelInfo(id="m"))
    assert "thinking" not in plain and "output_config" not in plain
    words = parameters(REQUEST, ModelInfo(id="m", thinking=True, effort=True))
    assert (words["thinking"], words["output_config"]) == ({"type": "adaptive"}, {"effort": "high"})
