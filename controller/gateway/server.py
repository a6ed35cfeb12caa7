"""The gateway: one thread that serves each life on a listener of its own.

Importing this module is slow (the web server, the HTTP client); nothing imports it before a run begins.
"""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from controller.errors import GatewayStuck
from controller.gateway import wire
from controller.gateway.activity import Activity
from controller.gateway.admission import Admission
from controller.gateway.app import App
from controller.gateway.faults import Waiting
from controller.gateway.gate_endpoint import GateEndpoint
from controller.gateway.local import LocalModel
from controller.gateway.recorder import Recorder
from controller.gateway.remote import RemoteModel
from controller.gateway.reservations import Reservations, Terms
from controller.gateway.retry import RetryPolicy
from controller.gateway.session import Session
from controller.gateway.upstreams.catalogue import provider_status
from controller.gateway.upstreams.upstream import Catalogue, LocalUpstream, RemoteUpstream
from controller.ledger.calls import Calls
from controller.ledger.phases import Fault
from controller.ledger.recordings import Recordings

CONNECTIONS = 128  # of one life at once: each costs the controller a file descriptor
IDLE = 24 * 3600  # seconds; a life's connections end with the life, never in the middle of a call
STUCK = 60.0  # seconds without an answer of the gateway's own thread, after which nobody waits for it any more
CLEAN_UP = 1.0  # seconds that cancelled calls get to close their connections
NO_RETRY = RetryPolicy()
NOT_HTTP = wire.error_body("invalid_request_error", "this is not an HTTP/1.1 request", "req_0000_0000")
NOT_HTTP_HEADERS = [
    ("content-type", "application/json"),
    ("content-length", str(len(NOT_HTTP))),
    ("connection", "close"),
]
T = TypeVar("T")


class SessionServer:
    """One life's listener and connections."""

    def __init__(self, session: Session, config: Config) -> None:
        self.session, self.config = session, config
        self.connections: set[Connection] = set()
        self.open = True
        self._server: asyncio.Server | None = None

    async def serve(self, listener: socket.socket) -> None:
        """Accept connections until `close`."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), sock=listener, backlog=CONNECTIONS)

    async def close(self) -> None:
        """Cut every connection, and wait until the calls behind them have ended and are booked."""
        self.open = False
        if self._server is not None:
            self._server.close()
        tasks: list[asyncio.Task[None]] = []
        for connection in list(self.connections):
            tasks += connection.tasks
            connection.transport.abort()
        if tasks:
            await asyncio.wait(tasks, timeout=CLEAN_UP)


class Connection(H11Protocol):
    """uvicorn's HTTP connection, which belongs to one life and whose end cancels what it was waiting for."""

    def __init__(self, server: SessionServer) -> None:
        state = ServerState()  # one each, so that `tasks` are this connection's own
        super().__init__(server.config, state, {"session": server.session}, asyncio.get_running_loop())
        self._session_server = server

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # asyncio does this only for sockets that name their protocol; else the head of an answer waits for an ACK
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self._session_server.open or len(self._session_server.connections) >= CONNECTIONS:
            transport.abort()
        else:
            self._session_server.connections.add(self)

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP in the API's own shape; where an answer has begun, only hang up."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.write(self.conn.send(h11.Response(status_code=400, headers=NOT_HTTP_HEADERS)))
            self.transport.write(self.conn.send(h11.Data(data=NOT_HTTP)))
        if self.cycle is not None:
            self.cycle.disconnected = True  # nobody is there any more to read the answer that has begun
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._session_server.connections.discard(self)
        for task in self.tasks:
            task.cancel()


class Gateway:
    """The only way to a model. Methods may be called from any thread but its own, for several lives at once."""

    def __init__(
        self,
        upstream: LocalUpstream | RemoteUpstream,
        calls: Calls,
        clock: Callable[[], float] = time.monotonic,
        retry_policy: RetryPolicy = NO_RETRY,
        recordings: Recordings | None = None,
        terms: Terms | None = None,
        stuck: float = STUCK,
    ) -> None:
        """`clock` gives seconds, and is the clock of the admissions' deadlines; `stuck`: as STUCK."""
        self.upstream = upstream
        self._calls, self._clock, self._stuck = calls, clock, stuck
        self._recorder = Recorder(recordings)
        reservations = Reservations(calls, clock, terms or Terms())
        self._model: LocalModel | RemoteModel
        if isinstance(upstream, LocalUpstream):
            self._model = LocalModel(upstream, reservations)
        else:
            self._model = RemoteModel(upstream, reservations, retry_policy.seconds)
        self._config = web_server_config(App(self._model, reservations, retry_policy, self._recorder))
        self._servers: dict[Admission, SessionServer] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to serve; lives are admitted one by one."""
        loop = self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=loop.run_forever, name="gateway", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Dismiss every life and end. Raises GatewayStuck; the thread, a daemon, is left to itself then."""
        if self._loop is None or self._thread is None:
            return
        for admission in list(self._servers):
            self.dismiss(admission)
        self._answered(self._model.close())
        self._answered(self._loop.shutdown_asyncgens())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = None
        self._recorder.close()

    def admit(self, admission: Admission, listener: socket.socket, gate: GateEndpoint | None = None) -> None:
        """Serve this life on its listening socket, the gateway's from now on; `gate`: it may ask the gates too."""
        server = SessionServer(Session(admission, self._clock(), gate), self._config)
        self._servers[admission] = server
        listener.setblocking(False)
        self._answered(server.serve(listener))

    def dismiss(self, admission: Admission) -> None:
        """The life ended: its token is void, its calls are cut off, and what they had reserved is booked as spent.

        Raises LedgerError where an exchange could not be recorded, GatewayStuck.
        """
        server = self._servers.pop(admission, None)
        if server is None:
            self._calls.book(admission.try_id)
            return
        self._answered(server.close())
        if server.session.gate is not None:
            server.session.gate.close()
        self._calls.book(admission.try_id)
        self._recorder.finish(admission)

    def waited(self, admission: Admission) -> float:
        """Seconds that this life waited for the world's faults to pass or for the gates; they count for no limit."""
        server = self._servers.get(admission)
        return server.session.waited(self._clock()) if server else 0.0

    def waiting(self, admission: Admission) -> Waiting | None:
        """The wait that a call of this life is in now."""
        server = self._servers.get(admission)
        return server.session.waiting if server else None

    def activity(self, admission: Admission) -> Activity:
        """What the newest answer to this life shows."""
        server = self._servers.get(admission)
        return server.session.activity if server else Activity()

    def fault(self, admission: Admission) -> Fault | None:
        """The fault of the world that was the last answer to this life; ask before it is dismissed."""
        server = self._servers.get(admission)
        return server.session.fault if server else None

    def unanswered(self, admission: Admission) -> str:
        """Why the calls of this life were refused, where none was answered; ask before it is dismissed."""
        server = self._servers.get(admission)
        return server.session.unanswered if server else ""

    def look(self, model: str) -> int | None:
        """Whether the provider answers, at no cost: an HTTP status (599: nothing came), or None: only a call tells."""
        if not isinstance(self.upstream, Catalogue):
            return None
        return self._run(provider_status(self.upstream, model))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _answered(self, work: Coroutine[Any, Any, T]) -> T:
        """As `_run`, of work that takes no time. Raises GatewayStuck: a request keeps the thread busy for ever."""
        assert self._loop is not None
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(self._stuck)
        except TimeoutError as error:
            future.cancel()
            raise GatewayStuck("a request keeps the gateway busy for ever; start again to go on") from error


def web_server_config(app: App) -> Config:
    """uvicorn's configuration: HTTP alone, no headers of its own, and no log but of our own errors."""
    config = Config(
        app,
        http=Connection,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=IDLE,
    )
    config.load()
    logging.getLogger("uvicorn.error").addFilter(_is_own_error)
    return config


def _is_own_error(record: logging.LogRecord) -> bool:
    """Of what the web server logs, only our own errors are kept: how a child sends and hangs up is its business."""
    return record.exc_info is not None
