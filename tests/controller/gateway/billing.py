"""A provider on loopback that bills every request that reached it, whole or not, and keeps what it billed."""

import asyncio
import json
import random
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.controller.gateway.provider import chunk, event

DIFFERENT = 1_000  # a model's input counts: each is its own, so that a bill can be told from every other
LONGEST = 300  # tokens of an answer
SLOWEST = 0.02  # seconds
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
BUSY = b"HTTP/1.1 529 busy\r\ncontent-length: 2\r\n\r\n{}"
Bill = tuple[str, int, int]  # model, input, output


@dataclass
class Billing:
    """Answers a request for `model` as chance has it: whole, cut in the middle, with 529, slowly."""

    url: str = ""
    billed: dict[str, Counter[Bill]] = field(default_factory=lambda: defaultdict(Counter))  # of each run
    most: int = 0  # the longest answer that was asked for
    _numbers: Counter[str] = field(default_factory=Counter)
    _chance: random.Random = field(default_factory=lambda: random.Random(7))

    def bill(self, request: dict[str, Any]) -> Bill:
        """The price of a request, of a kind that comes once; its text begins with the run's name."""
        model, run = request["model"], request["messages"][0]["content"].partition(" ")[0]
        self._numbers[model] = self._numbers[model] % DIFFERENT + 1
        self.most = max(self.most, request["max_tokens"])
        bill = (model, self._numbers[model], self._chance.randint(1, min(request["max_tokens"], LONGEST)))
        self.billed[run][bill] += 1
        return bill

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
                request = json.loads(await reader.readexactly(int(length[15:])))
                await asyncio.sleep(self._chance.random() * SLOWEST)
                if self._chance.random() < 0.05:
                    writer.write(BUSY)
                    continue
                for part in self.answer(request):
                    if self._chance.random() < 0.02:
                        return
                    writer.write(part)
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return  # whoever asked is dead, or all is over
        finally:
            writer.close()

    def answer(self, request: dict[str, Any]) -> Iterator[bytes]:
        """The parts of an answer."""
        _, read, written = self.bill(request)
        usage = {"input_tokens": read, "output_tokens": written}
        if request.get("stream"):
            yield STREAM + chunk(event("message_start", message={"usage": {**usage, "output_tokens": 1}}))
            yield chunk(event("content_block_delta", index=0, delta={"type": "text_delta", "text": "x"}))
            yield chunk(event("message_delta", delta={}, usage=usage) + event("message_stop")) + b"0\r\n\r\n"
        else:
            body = json.dumps({"type": "message", "content": [], "usage": usage}).encode()
            yield HEAD % len(body) + body[:20]
            yield body[20:]


@contextmanager
def billing() -> Iterator[Billing]:
    """The provider, on a thread of its own."""
    one, loop = Billing(), asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(one.serve, "127.0.0.1", 0, limit=2**20))
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def end() -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    try:
        yield one
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
