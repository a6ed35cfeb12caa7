"""A provider on loopback that answers the lives of a mixed run, and that can be too busy for a while."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bench.harness.runs import KINDS, kinds

BUSY = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}


def act(seed: int) -> str:
    """One command for every life: which kind it is follows from how many there were before it."""
    cases = (f"{number}) {KINDS[kind].format(seed=seed)};;" for number, kind in enumerate(kinds(seed)))
    return f"case $((($(git rev-list --count HEAD) - 1) % {len(KINDS)})) in\n" + "\n".join(cases) + "\nesac"


def answer(request: Any, seed: int) -> Any:
    """What is said to a request, from it alone: a goal, one command, and that it was enough."""
    tool, turns = request["tools"][0]["name"], len(request["messages"])
    told = {"title": "Whatever comes"} if tool == "goal" else {"command": act(seed)}
    over = turns > 1
    content = {"type": "text", "text": "Done."} if over else {
        "type": "tool_use", "id": f"toolu_{turns}", "name": tool, "input": told}  # fmt: skip
    return {"id": "msg_1", "type": "message", "role": "assistant", "model": request["model"], "content": [content],
            "stop_reason": "end_turn" if over else "tool_use", "stop_sequence": None,
            "usage": {"input_tokens": 100, "output_tokens": 10}}  # fmt: skip


class Provider(ThreadingHTTPServer):
    """`busy()`: whether it answers 529 just now; `refused` counts how often it did."""

    daemon_threads = True

    def __init__(self, seed: int, busy: Callable[[], bool]) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.seed, self.busy, self.refused = seed, busy, 0

    @property
    def model(self) -> str:
        """How a run names it."""
        return f"compatible:http://127.0.0.1:{self.server_port}#any"


class Door(BaseHTTPRequestHandler):
    """One request."""

    server: Provider

    def do_GET(self) -> None:
        self._say(529 if self.server.busy() else 404, BUSY)

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.server.busy():
            self.server.refused += 1
            self._say(529, BUSY)
        elif self.path.startswith("/v1/messages/count_tokens"):
            self._say(200, {"input_tokens": 100})
        else:
            self._say(200, answer(request, self.server.seed))

    def _say(self, status: int, told: Any) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is printed."""


@contextmanager
def provider(seed: int, busy: Callable[[], bool]) -> Iterator[Provider]:
    """A provider that is up."""
    with Provider(seed, busy) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
