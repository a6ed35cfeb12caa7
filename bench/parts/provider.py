"""One fake provider on loopback, for every test and benchmark that needs a server of the Messages API.

A script says what is answered: a function from a request to a `Reply`, bytes and how the connection ends. What is
scripted decides nothing about HTTP, so that a script can also break it.
"""

import asyncio
import json
import socket
import struct
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

BACKLOG = 128
JOIN_SECONDS = 60.0
LARGEST_HEAD = 2**20  # bytes
STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\n"
    b"content-type: text/event-stream\r\n"
    b"transfer-encoding: chunked\r\n"
    b"connection: close\r\n"
    b"request-id: req_1\r\n\r\n"
)
KEPT_STREAM_HEAD = STREAM_HEAD.replace(b"connection: close\r\n", b"")  # where the connection is used again
LAST = b"0\r\n\r\n"  # the end of a chunked body
RESET = struct.pack("ii", 1, 0)  # of SO_LINGER: closing sends a reset


@dataclass(frozen=True)
class Request:
    """What came in: `line` is method and path, `head` all of it as bytes, to the empty line."""

    line: str
    head: bytes
    body: bytes

    @property
    def path(self) -> str:
        """The path, without what follows a question mark."""
        return self.line.partition(" ")[2].partition("?")[0]

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What is sent, at once or piece by piece, and what becomes of the connection then.

    `keep`: the next request is read; `close`; `reset`; `hold`: nothing more is said until the other side hangs up.
    Where an iterator of parts raises ConnectionError, the connection is closed.
    """

    parts: tuple[bytes, ...] | AsyncIterator[bytes]
    end: Literal["keep", "close", "reset", "hold"] = "close"


Script = Callable[[Request], Reply]


class Connections:
    """Serves connections by a script. `serve` is fit for any `asyncio.start_server`."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.heard: list[Request] = []
        self._last: asyncio.StreamReader | None = None

    @property
    def lines(self) -> list[str]:
        """Method and path of every request so far."""
        return [request.line for request in self.heard]

    def is_left(self) -> bool:
        """Whether whoever connected last hung up."""
        if self._last is None:
            return False
        return self._last.at_eof() or self._last.exception() is not None  # a reset is no end of file

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self._last = reader
        try:
            while await self._exchange(reader, writer) == "keep":
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return  # whoever asked hung up, the script did, or all is over
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        """Answer one request; how its connection ends."""
        request = await read_request(reader)
        self.heard.append(request)
        reply = self._script(request)
        async for part in parts_of(reply):
            writer.write(part)
            await writer.drain()
        if reply.end == "hold":
            await reader.read()
        elif reply.end == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        return reply.end


class FakeProvider(Connections):
    """A server on a thread of its own. Its port is known from the beginning, and refuses connections until `start`."""

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="provider", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()
        listening = asyncio.start_server(self.serve, sock=self._socket, limit=LARGEST_HEAD, backlog=BACKLOG)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(JOIN_SECONDS)

    def stop(self) -> None:
        """Cut every connection and end. It cannot be started again."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._cancel_all(), self._loop).result(JOIN_SECONDS)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(JOIN_SECONDS)
        self._socket.close()
        self._loop.close()

    async def _cancel_all(self) -> None:
        if self._server is not None:
            self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def call_soon(self, act: Callable[..., object], *given: object) -> None:
        """Have something done on the provider's loop, from any thread."""
        self._loop.call_soon_threadsafe(act, *given)


async def read_request(reader: asyncio.StreamReader) -> Request:
    """The next request of a connection. Raises IncompleteReadError where none comes any more."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    body = await reader.readexactly(length)
    first = head.partition(b"\r\n")[0].decode()
    return Request(first.rpartition(" ")[0], head, body)


async def parts_of(reply: Reply) -> AsyncIterator[bytes]:
    """The parts of a reply, one after the other."""
    if isinstance(reply.parts, tuple):
        for part in reply.parts:
            yield part
    else:
        async for part in reply.parts:
            yield part


@contextmanager
def provider(script: Script) -> Iterator[FakeProvider]:
    """A provider that is up."""
    server = FakeProvider(script)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def always(*parts: bytes, end: Literal["close", "hold"] = "close") -> Script:
    """The same bytes for every request."""
    return lambda request: Reply(parts, end)


def json_bytes(status: int, told: Any, *headers: str) -> bytes:
    """A whole answer in JSON, with further headers."""
    body = json.dumps(told).encode()
    lines = [f"HTTP/1.1 {status} x", "content-type: application/json", f"content-length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def json_reply(status: int, told: Any, *headers: str) -> Reply:
    """The same as a reply; it says that the connection ends with it, or the next call might be sent into its end."""
    return Reply((json_bytes(status, told, "connection: close", *headers),))


def chunk(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def event(kind: str, **told: Any) -> bytes:
    """One event of a stream."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **told})}\n\n".encode()
