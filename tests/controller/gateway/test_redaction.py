"""A provider that echoes its key: the child, and all that is kept, see a blot."""

import base64
import json
import secrets

import pytest

from bench.parts.provider import STREAM_HEAD, always, chunk, event, provider
from controller.gateway.upstreams.anthropic import Anthropic
from controller.gateway.upstreams.compatible import Compatible
from controller.gateway.upstreams.redaction import PLACEHOLDER, Redaction, StreamRedaction
from controller.life.workspace import new_token
from tests.controller.gateway.gateways import HELLO, Gateways

KEY = 'sk-ant-planted"\\/key+0123456789'
START = event("message_start", message={"usage": {"input_tokens": 11, "output_tokens": 1}})
END = event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 4}) + event("message_stop")
ECHOES = [
    KEY.encode(),
    json.dumps(KEY).encode(),
    *(base64.b64encode(before + KEY.encode() + b" after") for before in (b"", b"u", b"u:", b"Bearer ")),
    base64.urlsafe_b64encode(b"x" + KEY.encode()),
]


def shows(data: bytes) -> bool:
    """Whether the key can be read out of some bytes."""
    found = [data, data.replace(b"\\\\", b"\\").replace(b'\\"', b'"')]
    for word in data.replace(b"-", b"+").replace(b"_", b"/").split():
        for cut in range(4):
            usable = word[cut:][: (len(word) - cut) // 4 * 4]
            try:
                found.append(base64.b64decode(usable))
            except ValueError:
                continue
    return any(KEY.encode() in one or KEY.encode()[2:-2] in one for one in found)


@pytest.mark.parametrize("echo", ECHOES)
def test_a_key_is_redacted_in_every_form(echo: bytes) -> None:
    text = b"before " + echo + b" after"
    assert shows(text) and not shows(Redaction(KEY).redact(text))
    for cut in range(len(text)):
        hiding = StreamRedaction(Redaction(KEY))
        passed = [hiding.feed(text[:cut]), hiding.feed(text[cut:]), hiding.rest()]
        assert not shows(b"".join(passed))
    single = StreamRedaction(Redaction(KEY))
    assert not shows(b"".join([*(single.feed(text[n : n + 1]) for n in range(len(text))), single.rest()]))


def test_other_bytes_pass_at_once() -> None:
    hiding = StreamRedaction(Redaction(KEY))
    assert hiding.feed(b"sk-and nothing else\n") == b"sk-and nothing else\n"
    assert [hiding.feed(b"it begins: sk-ant-pl"), hiding.feed(b"easure"), hiding.rest()] == [
        b"it begins: ",
        b"sk-ant-pleasure",
        b"",
    ]
    assert [hiding.feed(b"to the end sk-ant"), hiding.rest()] == [b"to the end ", b"sk-ant"]
    for key in (None, "ollama"):
        assert Redaction(key).redact(b"ollama pull") == b"ollama pull"
        assert StreamRedaction(Redaction(key)).feed(b"olla") == b"olla"


@pytest.mark.parametrize("paid", [True, False])
def test_no_echoed_key_reaches_the_child(gateways: Gateways, paid: bool) -> None:
    body = json.dumps(
        {"type": "error", "error": {"type": "authentication_error", "message": f"bad key {KEY}"}}
    ).encode()
    head = f"HTTP/1.1 401 no\r\ncontent-length: {len(body)}\r\nrequest-id: req_{KEY}\r\n\r\n".encode()
    spoken = event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    spoken += event("content_block_delta", index=0, delta={"type": "text_delta", "text": KEY})
    cut = len(spoken) // 2
    for parts, stream in (
        ((head, body), False),
        ((STREAM_HEAD, chunk(START + spoken[:cut]), chunk(spoken[cut:] + END), b"0\r\n\r\n"), True),
    ):
        with provider(always(*parts)) as far:
            upstream = Anthropic(["script"], KEY, far.url) if paid else Compatible(f"{far.url}#script", KEY)
            life = gateways.open(upstream, tokens=100_000)
            answer = life.post(HELLO | {"stream": stream})
        assert f"Bearer {KEY}".encode() in far.heard[0].head
        assert PLACEHOLDER in answer.body and not shows(answer.body)
        assert not shows(str(answer.headers).encode())
        assert answer.status == (200 if stream else 401)


def test_a_token_cannot_be_guessed() -> None:
    drawn = {new_token() for _ in range(1000)}
    assert len(drawn) == 1000
    assert all(len(one) >= len("heirloom-") + 32 and not one.startswith("sk-") for one in drawn)  # 24 bytes of chance


def test_a_dead_token_opens_nothing(gateways: Gateways) -> None:
    script = gateways.script()
    dead = gateways.open(script)
    alive = gateways.admit(dead.gateway, gateways.begin_try(), script)
    dead.gateway.dismiss(dead.admission)
    token = dead.admission.token
    for shown in (
        {"authorization": f"Bearer {token}"},
        {"authorization": "", "x_api_key": token},
        {"authorization": "", "x_api_key": secrets.token_urlsafe(24)},
    ):
        answer = alive.post(HELLO, **shown)
        assert (answer.status, answer.error) == (401, "authentication_error")
    assert gateways.used(alive).calls == 0
    assert alive.post(HELLO, authorization="", x_api_key=alive.admission.token).status == 200
