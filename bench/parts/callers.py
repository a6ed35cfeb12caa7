"""Both ends of the gateway, as one process of its own: an upstream with a fixed delay, and callers that measure.

Run with one JSON object on standard input, which names what to do; prints one JSON object. Times are seconds of
`time.monotonic`, which all processes of a machine share.
"""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from bench.parts.provider import KEPT_STREAM_HEAD, LAST, Connections, Reply, Request, chunk, event, json_bytes

USAGE = {"input_tokens": 9_000, "output_tokens": 200, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "bench",
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "content": [{"type": "text", "text": "word " * 400}],
    "usage": USAGE,
}
PIECES = 40  # of a streamed answer
PIECE_SECONDS = 0.005  # between them


def request(stream: bool = False) -> bytes:
    """A call as it is in the middle of a life: 20 messages, 32 KB, a tool."""
    messages = [
        {"role": "assistant" if index % 2 else "user", "content": [{"type": "text", "text": "some words " * 145}]}
        for index in range(20)
    ]
    bash = {"name": "bash", "input_schema": {"type": "object", "properties": {"command": {"type": "string"}}}}
    asked = {"model": "bench", "max_tokens": 1000, "messages": messages, "tools": [bash], "stream": stream}
    return json.dumps(asked, separators=(",", ":")).encode()  # as the gateway writes it too


class Upstream:
    """The script of a provider that answers every call after `delay` seconds; a stream's pieces say when they left."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._message = json_bytes(200, MESSAGE)

    def __call__(self, request: Request) -> Reply:
        """A stream where one is asked for, else a message."""
        parts = self._stream() if request.json.get("stream") else self._whole()
        return Reply(parts, "keep")

    async def _whole(self) -> AsyncIterator[bytes]:
        await asyncio.sleep(self._delay)
        yield self._message

    async def _stream(self) -> AsyncIterator[bytes]:
        await asyncio.sleep(self._delay)
        yield KEPT_STREAM_HEAD + chunk(event("message_start", message={**MESSAGE, "content": []}))
        for _ in range(PIECES):
            await asyncio.sleep(PIECE_SECONDS)
            delta = {"type": "text_delta", "text": f"<{time.monotonic()}>"}
            yield chunk(event("content_block_delta", index=0, delta=delta))
        yield chunk(event("message_delta", delta={"stop_reason": "end_turn"}, usage=USAGE))
        yield chunk(event("message_stop"))
        yield LAST


async def body_of(reader: asyncio.StreamReader, head: bytes) -> bytes:
    """The body that follows this head; it must tell its length."""
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return await reader.readexactly(int(length[15:]))


class Caller:
    """One connection that is kept, as a client library keeps it."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.head = f"POST /v1/messages HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n".encode()

    async def open(self) -> None:
        """Connect."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)

    async def call(self, body: bytes) -> float:
        """Seconds of one whole call. Raises RuntimeError where it was not answered with 200."""
        began = time.monotonic()
        self.writer.write(self.head + b"content-length: %d\r\n\r\n" % len(body) + body)
        head = await self.reader.readuntil(b"\r\n\r\n")
        answer = await body_of(self.reader, head)
        if b" 200 " not in head[:16]:
            raise RuntimeError(answer.decode()[:300])
        return time.monotonic() - began

    async def stream(self, body: bytes) -> list[float]:
        """Seconds that each piece of a streamed answer took from being sent to being read."""
        self.writer.write(self.head + b"content-length: %d\r\n\r\n" % len(body) + body)
        await self.reader.readuntil(b"\r\n\r\n")
        waits = []
        while b"message_stop" not in (line := await self.reader.readline()):
            if b"text_delta" in line:
                sent = float(line.partition(b"<")[2].partition(b">")[0])
                waits.append(time.monotonic() - sent)
        await self.reader.readuntil(b"0\r\n\r\n")
        return waits


async def callers(port: int, token: str, count: int) -> list[Caller]:
    """So many connections."""
    made = [Caller(port, token) for _ in range(count)]
    await asyncio.gather(*(one.open() for one in made))
    return made


async def latencies(port: int, token: str, count: int, calls: int) -> list[float]:
    """Seconds of every call of so many callers, each of whom calls on and on; the first calls are no measure."""
    body, made = request(), await callers(port, token, count)

    async def repeat(one: Caller) -> list[float]:
        return [await one.call(body) for _ in range(calls // count + 3)][3:]

    found = await asyncio.gather(*(repeat(one) for one in made))
    return [seconds for one in found for seconds in one]


async def waits(port: int, token: str, streams: int) -> list[float]:
    """Seconds that each piece of some streams took."""
    (one,) = await callers(port, token, 1)
    return [wait for _ in range(streams) for wait in await one.stream(request(stream=True))]


def summary(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 99th percentile."""
    return {"median": statistics.median(seconds), "p99": statistics.quantiles(seconds, n=100)[98]}


async def measure(told: dict[str, Any]) -> dict[str, Any]:
    """What the calls took to the gateway's port and to the upstream's own, turn by turn."""
    found: dict[str, Any] = {}
    ways = {"direct": told["upstream"], "through": told["gateway"]}
    for way, port in ways.items():
        await latencies(port, told["token"], 1, 5)
        found[f"one_{way}"] = summary(await latencies(port, told["token"], 1, 200))
        found[f"many_{way}"] = summary(await latencies(port, told["token"], told["callers"], 2000))
        found[f"chunk_{way}"] = summary(await waits(port, told["token"], 10))
    began, calls = time.monotonic(), 1600
    await latencies(told["quick"], told["token"], told["callers"], calls)
    found["calls_a_second"] = (calls + 3 * told["callers"]) / (time.monotonic() - began)
    return found


async def main() -> None:
    """Serve as upstream; when told a gateway, measure it."""
    slow = await asyncio.start_server(Connections(Upstream(float(sys.argv[1]))).serve, "127.0.0.1", 0, limit=2**20)
    quick = await asyncio.start_server(Connections(Upstream(0)).serve, "127.0.0.1", 0, limit=2**20)
    ports = [server.sockets[0].getsockname()[1] for server in (slow, quick)]
    print(json.dumps(ports), flush=True)  # noqa: T201
    told = json.loads(await asyncio.to_thread(sys.stdin.readline))
    print(json.dumps(await measure({**told, "upstream": ports[0]})), flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main())
