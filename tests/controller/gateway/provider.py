"""A provider that misbehaves to order: a real server on loopback that sends what it is told to, byte for byte."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

STREAM_HEAD = "\r\n".join(
    ("HTTP/1.1 200 OK", "content-type: text/event-stream", "transfer-encoding: chunked", "connection: close",
     "request-id: req_1", "", "")
).encode()  # fmt: skip


@dataclass(frozen=True)
class Provider:
    """Where it is, and what it was sent."""

    url: str
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def provider(*parts: bytes, hold: bool = False) -> Iterator[Provider]:
    """A provider that answers each request with these bytes and hangs up (or never does)."""
    listener = socket.create_server(("127.0.0.1", 0))
    one = Provider(f"http://127.0.0.1:{listener.getsockname()[1]}")
    over = threading.Event()

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                heard = b""
                while b"}" not in heard:
                    heard += connection.recv(65536)
                one.heard.append(heard)
                for part in parts:
                    connection.sendall(part)
                if hold:
                    over.wait(10)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def event(kind: str, **told: Any) -> bytes:
    """One event of a stream."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **told})}\n\n".encode()
