"""Requests as no honest client sends them: valid ones, changed in their JSON, their bytes, their HTTP."""

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from controller.gateway.upstreams.upstream import JSON
from tests.controller.gateway.valid import PNG, VALID

Draw = Callable[[st.SearchStrategy[Any]], Any]
EVERYTHING: JSON = VALID[0] | {key: value for one in VALID for key, value in one.items() if key != "messages"}
EVERYTHING = EVERYTHING | {"messages": [message for one in VALID for message in one["messages"]]}
BASES = [*VALID, EVERYTHING]
DEEP: Any = "x"
for _ in range(60):
    DEEP = [{"type": "text", "text": DEEP}]
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.text(max_size=6),
    st.sampled_from([10**18, 10**40, -1, 2**63, 0.5, 1e300, "", "\x00", "\ud800", "x" * 5_000, "text", "ephemeral",
                     [], {}, [[]], [None], {"type": None}, {"type": "text"}, {"type": "document"}, DEEP, PNG]),
)  # fmt: skip
NAMES = st.sampled_from(["type", "text", "model", "stream", "system", "x", "", "\ud800", "__class__", "n" * 3_000])
WORDS = [b"NaN", b"-Infinity", b"1e999", b"9" * 4_301, b"9" * 200, b"1.0", b"-0", b'"\\ud800"', b'"\\u0000"', b"tru",
         b"[" * 5_000, b'{"a":' * 2_000, b"\xff", b"\xef\xbb\xbf", b'"model":"dear",', b",,", b"\x00"]  # fmt: skip
TARGETS = ["/v1/messages"] * 8 + [
    "/v1/messages/count_tokens", "/v1/messages/", "/v1/messages?beta=true", "//v1/messages", "/v1/./messages",
    "/v1/%6dessages", "/v1/messages\x00", "http://x/v1/messages", "*", "/" + "a" * 5_000, "/v1/batches", "/é",
]  # fmt: skip
METHODS = ["POST"] * 12 + ["GET", "PUT", "post", "OPTIONS", "CONNECT", "P\x00ST", ""]
HEADERS = [
    "transfer-encoding: chunked", "transfer-encoding: gzip, chunked", "transfer-encoding: identity",
    "content-length: 0", "content-length: 5", "content-length: -1", "content-length: 1e3",
    "content-length: 9999999999999999999999",
    "expect: 100-continue", "expect: x", "upgrade: websocket\r\nconnection: upgrade", "connection: keep-alive",
    "content-encoding: gzip", "content-type: text/plain; charset=utf-16", "anthropic-beta: x", "anthropic-beta: \t",
    "anthropic-version: \xff", "accept: \x00", "host: ", "host: a\r\nhost: b", "x-api-key: wrong", "x:" + "y" * 70_000,
    "authorization: Bearer", "authorization: Basic \xe9", ": empty", "no colon", " folded: x", "x: a\r\n folded",
    "x\x00: y", *[f"x-{number}: y" for number in range(3)], "\r\n".join(f"x-{number}: y" for number in range(300)),
]  # fmt: skip


@st.composite
def bodies(draw: Draw) -> bytes:
    """A body: a valid request with some of its values exchanged, moved, dropped or doubled, then some of its bytes."""
    tree = copy.deepcopy(draw(st.sampled_from(BASES)))
    for _ in range(draw(st.integers(0, 3))):
        mutate(tree, draw)
    body = json.dumps(tree).encode()
    for _ in range(draw(st.sampled_from([0, 0, 0, 0, 1, 1, 2]))):
        at, length = draw(st.integers(0, len(body))), draw(st.sampled_from([0, 0, 1, 5, 100]))
        put = draw(st.one_of(st.sampled_from(WORDS), st.binary(max_size=4)))
        body = body[:at] + put + body[at + length :]
    whole: bytes = draw(st.sampled_from([body] * 12 + [body.decode("latin-1").encode("utf-16"), body * 2, body[:-1]]))
    return whole


def mutate(tree: JSON, draw: Draw) -> None:
    """Change one place of a request."""
    places = list(places_of(tree))
    holder, key = places[draw(st.integers(0, len(places) - 1))]
    kind = draw(st.sampled_from(["exchange", "exchange", "exchange", "drop", "add", "move", "wrap"]))
    if kind == "exchange":
        holder[key] = copy.deepcopy(draw(JUNK))
    elif kind == "drop":
        del holder[key]
    elif kind == "add" and isinstance(holder, dict):
        holder[draw(NAMES)] = copy.deepcopy(draw(JUNK))
    elif kind == "add":
        holder.insert(0, copy.deepcopy(holder[key]))
    elif kind == "wrap":
        holder[key] = draw(st.sampled_from([[holder[key]], {"text": holder[key]}]))
    else:
        other, name = places[draw(st.integers(0, len(places) - 1))]
        other[name] = copy.deepcopy(holder[key])


def places_of(tree: Any) -> Any:
    """Every place in a tree: what holds it, and under which key."""
    for key in list(tree) if isinstance(tree, dict) else range(len(tree)):
        yield tree, key
        if isinstance(tree[key], dict | list):
            yield from places_of(tree[key])


def chunked(body: bytes, draw: Draw) -> bytes:
    """A body in chunks, most of them as they should be."""
    size = draw(st.sampled_from([1 + len(body) // 3, 7 + len(body) // 9, len(body) or 1]))
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    sizes = [b"%x" % len(part) for part in parts]
    if parts and draw(st.sampled_from([False, False, True])):
        wrong = draw(st.sampled_from([b"zz", b"-1", b"", b"0", b"f" * 20, b"5;x=y", b"0x5", b"ffffffff", b"\x00"]))
        sizes[draw(st.integers(0, len(parts) - 1))] = wrong
    end: bytes = draw(st.sampled_from([b"0\r\n\r\n"] * 6 + [b"0\r\nx: y\r\n\r\n", b"0\r\n", b"\r\n\r\n"]))
    return b"".join(length + b"\r\n" + part + b"\r\n" for length, part in zip(sizes, parts, strict=True)) + end


@st.composite
def cases(draw: Draw, token: str) -> tuple[bytes, bytes]:
    """What goes over the wire, at once and later. `connection: close`: whole requests end with their answer."""
    body = draw(bodies())
    kind = draw(st.sampled_from(["sound"] * 10 + ["chunked"] * 3 + ["odd"] * 5 + ["raw"]))
    shown = draw(st.sampled_from([token] * 9 + ["wrong"]))
    lines = ["host: x", f"authorization: Bearer {shown}", "connection: close"]
    method, target, version = "POST", "/v1/messages", "HTTP/1.1"
    if kind == "raw":
        noise: bytes = draw(st.one_of(st.binary(max_size=50), st.just(b"\r\n\r\n"), st.just(b"\x16\x03\x01\x02")))
        return noise + b"\r\n\r\n", b""
    if kind == "odd":
        method, target = draw(st.sampled_from(METHODS)), draw(st.sampled_from(TARGETS))
        version = draw(st.sampled_from(["HTTP/1.1"] * 6 + ["HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "", "FTP/1.1"]))
        for _ in range(draw(st.integers(0, 3))):
            lines[draw(st.integers(0, 2)) :] += [draw(st.sampled_from(HEADERS))]
        lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(HEADERS)))
    if kind == "chunked":
        lines.append("transfer-encoding: chunked")
        data = chunked(body, draw)
    else:
        lines.append(f"content-length: {len(body)}")
        data = body
    head = "\r\n".join([f"{method} {target} {version}", *lines, "", ""])
    sent = head.encode("latin-1", "replace") + data
    at = draw(st.sampled_from([len(sent)] * 3 + [len(head), len(head) + len(data) // 2]))
    return sent[:at], sent[at:]
