"""A connection to a provider: what is unpacked has a bound, and a proxy is used, and named, where there is one."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Mapping

import pytest

from bench.parts.provider import Reply, always, chunk, provider
from controller.errors import WorldFault
from controller.gateway.upstreams.encoding import PIECE, Decoder
from controller.gateway.upstreams.http import ANSWER_BYTES, Http
from controller.gateway.upstreams.proxy import proxy_of
from controller.gateway.upstreams.upstream import Garbled

HEAD = b"HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n"
BOMB = zlib.compress(bytes(ANSWER_BYTES + 1), wbits=31)  # about 64 KB
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


async def read(url: str) -> bytes:
    """The whole answer to a question."""
    http = Http(url, None)
    try:
        answer = await http.get("/v1/models", {})
        try:
            return b"".join([part async for part in answer.body])
        finally:
            await answer.close()
    finally:
        await http.close()


async def endless() -> AsyncIterator[bytes]:
    """A body without an end."""
    yield HEAD + b"\r\n"
    while True:
        yield chunk(bytes(2**20))


@pytest.mark.parametrize("packed", [gzip.compress(b"x" * 10**6), zlib.compress(b"x" * 10**6)], ids=["gzip", "deflate"])
def test_packed_answers_are_unpacked(packed: bytes) -> None:
    encoding = b"content-encoding: %s\r\n\r\n" % (b"gzip" if packed[:1] == b"\x1f" else b"deflate")
    with provider(always(HEAD + encoding, chunk(packed), b"0\r\n\r\n")) as far:
        assert asyncio.run(read(far.url)) == b"x" * 10**6


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply((HEAD + b"content-encoding: gzip\r\n\r\n", chunk(BOMB), b"0\r\n\r\n")), "over 64 MiB"),
        (Reply(endless()), "over 64 MiB"),
        (Reply((HEAD + b"content-encoding: gzip\r\n\r\n", chunk(BOMB[:99]), b"0\r\n\r\n")), "in the middle of"),
        (Reply((HEAD + b"content-encoding: gzip\r\n\r\n", chunk(b"plain"), b"0\r\n\r\n")), "cannot be unpacked"),
        (Reply((HEAD + b"content-encoding: br\r\n\r\n", chunk(b"xx"), b"0\r\n\r\n")), "packed as br"),
        (Reply((HEAD + b"content-encoding: gzip, gzip\r\n\r\n", chunk(BOMB), b"0\r\n\r\n")), "packed as gzip, gzip"),
    ],
    ids=["bomb", "endless", "cut", "plain", "unknown", "twice"],
)
def test_garbled_bodies_are_named(reply: Reply, why: str) -> None:
    with provider(lambda request: reply) as far, pytest.raises(Garbled, match=why):
        asyncio.run(read(far.url))


def test_a_bomb_is_unpacked_piecewise() -> None:
    assert max(map(len, Decoder("gzip").feed(BOMB))) <= PIECE


@pytest.fixture
def proxies(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that names no proxy yet."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_loopback_needs_no_proxy(proxies: pytest.MonkeyPatch, variable: str) -> None:
    proxies.setenv(variable, "http://127.0.0.1:1")
    with provider(always(HEAD + b"\r\n", chunk(b"here"), b"0\r\n\r\n")) as far:
        assert asyncio.run(read(far.url)) == b"here"
        assert asyncio.run(read(far.url.replace("127.0.0.1", "localhost"))) == b"here"


@pytest.mark.parametrize(
    "environment",
    [
        {"HTTP_PROXY": "http://me:secret@127.0.0.1:1"},
        {"HTTP_PROXY": "127.0.0.1:1"},
        {"HTTP_PROXY": "socks9://127.0.0.1:1"},
        {"ALL_PROXY": "http://127.0.0.1:1/?secret"},
    ],
    ids=str,
)
def test_errors_name_the_proxy(proxies: pytest.MonkeyPatch, environment: Mapping[str, str]) -> None:
    for name, value in environment.items():
        proxies.setenv(name, value)
    with pytest.raises(WorldFault) as raised:
        asyncio.run(read("http://provider.invalid"))
    says = str(raised.value)
    assert "127.0.0.1:1 that " in says and next(iter(environment)) in says and "secret" not in says


@pytest.mark.parametrize(
    ("url", "environment", "address"),
    [
        ("http://far.example", {"HTTPS_PROXY": "http://p:1"}, ""),
        ("https://far.example", {"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ("https://far.example", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "far.example"}, ""),
        ("http://127.9.9.9:1", {"HTTP_PROXY": "http://p:1"}, ""),
        ("http://[::1]:1", {"HTTP_PROXY": "http://p:1"}, ""),
        ("http://0.0.0.0:1", {"ALL_PROXY": "http://p:1"}, ""),
        ("http://10.0.0.1:1", {"ALL_PROXY": "http://p:1"}, "http://p:1"),
    ],
)
def test_each_address_has_its_proxy(
    proxies: pytest.MonkeyPatch, url: str, environment: Mapping[str, str], address: str
) -> None:
    for name, value in environment.items():
        proxies.setenv(name, value)
    assert proxy_of(url).address == address
