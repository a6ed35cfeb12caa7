"""A server of the Messages API on loopback that also breaks, by a list: what it does with one call after another."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.controller.gateway.provider import STREAM_HEAD, chunk, event

End = Literal["close", "reset", "hold"]
USED = {"input_tokens": 11, "output_tokens": 40, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}
START = event("message_start", message={"id": "m", "type": "message", "role": "assistant", "model": "m", "content": [],
                                        "stop_reason": None, "stop_sequence": None, "usage": USED})  # fmt: skip
BLOCK = event("content_block_start", index=0, content_block={"type": "tool_use", "id": "t", "name": "say", "input": {}})
SAID = event("content_block_delta", index=0, delta={"type": "input_json_delta", "partial_json": '{"word": "yes"}'})
END = (
    event("content_block_stop", index=0)
    + event("message_delta", delta={"stop_reason": "tool_use", "stop_sequence": None}, usage=USED)
    + event("message_stop")
)
LAST = b"0\r\n\r\n"
MODEL = {"type": "model", "id": "one", "display_name": "One", "created_at": "2026-10-01T00:00:00Z",
         "lifecycle": "active", "max_input_tokens": 1_000_000, "max_tokens": 128_000}  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """What is sent (or done) for one request, and how the connection ends."""

    parts: tuple[bytes | Callable[[], object], ...]
    end: End = "close"


def answer(status: int, told: Any, *headers: str) -> Shape:
    """A whole answer in JSON; it says that the connection ends with it, or the next call might be sent into its end."""
    body = json.dumps(told).encode()
    lines = [f"HTTP/1.1 {status} x", "content-type: application/json", f"content-length: {len(body)}",
             "connection: close", *headers]  # fmt: skip
    return Shape(("\r\n".join(lines).encode() + b"\r\n\r\n" + body,))


GOOD = Shape((STREAM_HEAD, chunk(START), chunk(BLOCK), chunk(SAID), chunk(END), LAST))
COUNTED = answer(200, {"input_tokens": 7})
NOT_FOUND = answer(404, {"type": "error", "error": {"type": "not_found_error", "message": "no"}})


@dataclass
class Far:
    """A server that can be started late and ended early. `shapes` are for calls, in order; then all is well."""

    shapes: list[Shape] = field(default_factory=list)
    models: dict[str, Any] = field(default_factory=lambda: {"one": MODEL})
    counts: bool = True
    retrieves: bool = True  # /v1/models/ID, beside the list
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port: int = found.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._over = threading.Event()
        self._listener: socket.socket | None = None

    def start(self) -> None:
        if self._listener is None:
            self._over.clear()
            self._listener = socket.create_server(("127.0.0.1", self.port))
            threading.Thread(target=self._serve, args=(self._listener,), daemon=True).start()

    def stop(self) -> None:
        self._over.set()
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def _serve(self, listener: socket.socket) -> None:
        while not self._over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as told:
            first = told.readline().decode()
            length = 0
            while (line := told.readline().strip()) != b"":
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            told.read(length)
            if not first:
                return
            self.heard.append(first.rpartition(" ")[0])
            shape = self._shape(first.split()[1])
            for part in shape.parts:
                connection.sendall(part) if isinstance(part, bytes) else part()
            if shape.end == "hold":
                self._over.wait(10)
            if shape.end == "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _shape(self, path: str) -> Shape:
        plain = path.partition("?")[0]
        if plain == "/v1/models":
            return answer(200, {"data": list(self.models.values()), "has_more": False})
        if plain.startswith("/v1/models/"):
            found = self.models.get(plain.rpartition("/")[2]) if self.retrieves else None
            return answer(200, found) if found else NOT_FOUND
        if plain.endswith("count_tokens") and not self.counts:
            return NOT_FOUND
        if self.shapes:
            return self.shapes.pop(0)
        return COUNTED if plain.endswith("count_tokens") else GOOD


@contextmanager
def far(*shapes: Shape, **more: Any) -> Iterator[Far]:
    """A server that is up."""
    one = Far(list(shapes), **more)
    one.start()
    try:
        yield one
    finally:
        one.stop()
