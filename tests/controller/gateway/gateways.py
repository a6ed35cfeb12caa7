"""A real gateway on loopback, and a real ledger in a file."""

import http.client
import json
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from controller.gateway.admission import Admission
from controller.gateway.gate_endpoint import GateEndpoint
from controller.gateway.retry import RetryPolicy
from controller.gateway.server import NO_RETRY, Gateway
from controller.gateway.upstreams.script import MODEL, Script
from controller.gateway.upstreams.upstream import JSON, LocalUpstream, RemoteUpstream, Reply
from controller.ledger.calls import Calls
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run
from controller.ledger.life import Try
from controller.ledger.recordings import Recordings
from controller.ledger.usage import Usage
from tests.waiting import PATIENCE

HELLO = {"model": "script", "max_tokens": 1000, "messages": [{"role": "user", "content": "Hello"}]}


@dataclass(frozen=True)
class Answer:
    """What came back over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The type of error that it tells of, in the API's own shape."""
        told = self.json
        assert set(told) == {"type", "error", "request_id"} and told["type"] == "error"
        assert set(told["error"]) == {"type", "message"} and told["request_id"].startswith("req_")
        return str(told["error"]["type"])


@dataclass(frozen=True)
class LifeClient:
    """A life at a gateway: it may ask over connections of its own."""

    gateway: Gateway
    admission: Admission
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def post(self, body: Any, path: str = "/v1/messages", method: str = "POST", **headers: str) -> Answer:
        """Ask over a connection of its own; bytes go as they are. A header's `_` stands for `-`."""
        sent = {"authorization": f"Bearer {self.admission.token}", "content-type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()


@cache
def empty_ledger() -> bytes:
    """A new ledger's file, made once: SQLite is slower than a copy."""
    with TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.sqlite"
        Database(ledger).close()
        return ledger.read_bytes()


class Gateways:
    """Starts gateways over one ledger, admits lives to them, and stops them all in the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ledger = folder / "ledger.sqlite"
        if not ledger.exists():
            ledger.write_bytes(empty_ledger())
        self.database = Database(ledger)
        self.journal, self.calls = Journal(self.database), Calls(self.database)
        self._gateways: list[Gateway] = []
        self._count = 0

    def begin_try(self, tokens: int | None = None, calls: int | None = None) -> Try:
        """A try in a run of its own."""
        self._count += 1
        run = Run(f"run {self._count}", f"lineage {self._count}", 1, {}, tokens, calls)
        self.journal.begin_run(run)
        return self.journal.begin_try(run, 1, "0" * 40)

    def script(self, *lives: Sequence[Mapping[str, Any]]) -> Script:
        """A model that answers by these lives."""
        self._count += 1
        path = self.folder / f"script {self._count}.json"
        path.write_text(json.dumps({"lives": lives or [[]]}))
        return Script(path)

    def open(
        self,
        upstream: LocalUpstream | RemoteUpstream,
        tokens: int | None = None,
        calls: int | None = None,
        deadline: float = float("inf"),
        clock: Callable[[], float] = lambda: 0.0,
        retry_policy: RetryPolicy = NO_RETRY,
        recordings: Recordings | None = None,
    ) -> LifeClient:
        """A gateway with one life admitted."""
        gateway = Gateway(upstream, self.calls, clock, retry_policy, recordings)
        gateway.start()
        self._gateways.append(gateway)
        return self.admit(gateway, self.begin_try(tokens, calls), upstream, deadline)

    def admit(
        self,
        gateway: Gateway,
        tried: Try,
        upstream: LocalUpstream | RemoteUpstream,
        deadline: float = float("inf"),
        gate: GateEndpoint | None = None,
    ) -> LifeClient:
        """Admit one more life."""
        models = tuple(model.id for model in upstream.models())
        admission = Admission(tried.id, tried.generation, f"token of try {tried.id}", deadline=deadline, models=models)
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        gateway.admit(admission, listener, gate)
        return LifeClient(gateway, admission, port)

    def used(self, opened: LifeClient) -> Usage:
        """What the ledger says of a life."""
        return self.calls.of_try(opened.admission.try_id)

    def status(self, opened: LifeClient) -> int | None:
        """What the ledger says of a life's last call."""
        return self.calls.last_status(opened.admission.try_id)

    def close(self) -> None:
        for gateway in self._gateways:
            gateway.stop()
        self.database.close()


class Overhearing:
    """A model that keeps what it was asked."""

    name, paid = "overhearing", False

    def __init__(self) -> None:
        self.asked: list[JSON] = []

    def models(self) -> Any:
        return (MODEL,)

    def reply(self, request: JSON, admission: Admission) -> Reply:
        self.asked.append(request)
        if request.get("system") == "break":
            raise KeyError("a secret of ours")
        return Reply([{"type": "text", "text": "x" * 10_000}])


def raw(life: LifeClient, body: bytes) -> bytes:
    """A request of a life, as bytes."""
    head = f"POST /v1/messages HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {life.admission.token}\r\n"
    return head.encode() + b"content-length: %d\r\n\r\n%s" % (len(body), body)
