"""The gateway: one thread that serves every life on its own listener and lets nobody else in.

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

from controller.gateway import wire
from controller.gateway.app import Door
from controller.gateway.faults import Fault, Waiting
from controller.gateway.gate_endpoint import Asking
from controller.gateway.guest import Guest
from controller.gateway.local import Local
from controller.gateway.recorder import Recorder
from controller.gateway.remote import Remote
from controller.gateway.reservations import Accounts, Terms
from controller.gateway.retry import Patience
from controller.gateway.session import Visit
from controller.gateway.upstreams.catalogue import status_of
from controller.gateway.upstreams.upstream import Catalogue, LocalUpstream, RemoteUpstream
from controller.ledger.calls import Calls
from controller.ledger.recordings import Recordings

CONNECTIONS = 128  # of one life at once: each costs the controller a file descriptor
IDLE = 24 * 3600  # seconds; a life's connections end with the life, never under a call that is on its way
NONE = Patience()
T = TypeVar("T")
NO_HTTP = wire.error_body("invalid_request_error", "this is not an HTTP/1.1 request", "req_0000_0000")
NO_HTTP_HEADERS = [
    ("content-type", "application/json"), ("content-length", str(len(NO_HTTP))), ("connection", "close"),
]  # fmt: skip
CLEAN_UP = 1.0  # seconds that cancelled calls get to close their connections


class Lodging:
    """One guest's listener and connections."""

    def __init__(self, visit: Visit, config: Config) -> None:
        self.visit, self.config = visit, config
        self.connections: set[Connection] = set()
        self.open = True
        self.server: asyncio.Server | None = None

    async def serve(self, listener: socket.socket) -> None:
        """Accept connections until `close`."""
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(lambda: Connection(self), sock=listener, backlog=CONNECTIONS)

    async def close(self) -> None:
        """Cut every connection, and wait until the calls behind them have ended and are booked."""
        self.open = False
        if self.server is not None:
            self.server.close()
        tasks = [task for connection in self.connections for task in connection.tasks]
        for connection in list(self.connections):
            connection.transport.abort()
        if tasks:
            await asyncio.wait(tasks, timeout=CLEAN_UP)


class Connection(H11Protocol):
    """uvicorn's HTTP connection, which belongs to one guest and whose end cancels what it was waiting for."""

    def __init__(self, lodging: Lodging) -> None:
        state = ServerState()  # one each, so that `tasks` are this connection's own
        super().__init__(lodging.config, state, {"visit": lodging.visit}, asyncio.get_running_loop())
        self._lodging = lodging

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # asyncio does this only for sockets that name their protocol; else the head of an answer waits for an ACK
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self._lodging.open or len(self._lodging.connections) >= CONNECTIONS:
            transport.abort()
        else:
            self._lodging.connections.add(self)

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP in the API's own shape; where an answer is on its way, only hang up."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.write(self.conn.send(h11.Response(status_code=400, headers=NO_HTTP_HEADERS)))
            self.transport.write(self.conn.send(h11.Data(data=NO_HTTP)))
        if self.cycle is not None:
            self.cycle.disconnected = True  # what is being answered has nobody to answer any more
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._lodging.connections.discard(self)
        for task in self.tasks:
            task.cancel()


class Gateway:
    """The only door to a model. Methods may be called from any thread but its own."""

    def __init__(
        self,
        upstream: LocalUpstream | RemoteUpstream,
        calls: Calls,
        clock: Callable[[], float] = time.monotonic,
        patience: Patience = NONE,
        recordings: Recordings | None = None,
        terms: Terms | None = None,
    ) -> None:
        self._upstream, self._calls, self._clock = upstream, calls, clock
        self._recorder = Recorder(recordings)
        accounts = Accounts(calls, clock, terms or Terms())
        self.upstream = upstream
        self._model = Local(upstream, accounts) if isinstance(upstream, LocalUpstream) else Remote(upstream, accounts)
        door = Door(self._model, accounts, patience, self._recorder)
        self._config = Config(
            door, http=Connection, ws="none", lifespan="off", interface="asgi3", log_config=None, access_log=False,
            proxy_headers=False, server_header=False, date_header=False, timeout_keep_alive=IDLE,
        )  # fmt: skip
        self._config.load()
        logging.getLogger("uvicorn.error").addFilter(_worth_telling)
        self._lodgings: dict[Guest, Lodging] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to serve; guests are admitted one by one."""
        loop = self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=loop.run_forever, name="gateway", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Dismiss every guest and end."""
        if self._loop is None or self._thread is None:
            return
        for guest in list(self._lodgings):
            self.dismiss(guest)
        self._do(self._model.close())
        self._do(self._loop.shutdown_asyncgens())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = None
        self._recorder.close()

    def admit(self, guest: Guest, listener: socket.socket, asking: Asking | None = None) -> None:
        """Serve this life on its listening socket, the gateway's from now on; `asking`: it may ask the gates too."""
        lodging = Lodging(Visit(guest, self._clock(), asking), self._config)
        self._lodgings[guest] = lodging
        listener.setblocking(False)
        self._do(lodging.serve(listener))

    def dismiss(self, guest: Guest) -> None:
        """The life ended: its token is void, its calls are cut off, and what they had reserved is booked as spent.

        Raises LedgerError where what it said could not be recorded.
        """
        lodging = self._lodgings.pop(guest, None)
        if lodging is not None:
            self._do(lodging.close())
            if lodging.visit.asking is not None:
                lodging.visit.asking.close()
        self._calls.book(guest.try_id)
        if lodging is not None:
            self._recorder.finish(guest)

    def waited(self, guest: Guest) -> float:
        """Seconds that this life waited for the world's faults to pass or for the gates; they count for no limit."""
        lodging = self._lodgings.get(guest)
        return lodging.visit.waited(self._clock()) if lodging else 0.0

    def waiting(self, guest: Guest) -> Waiting | None:
        """What a call of this life waits out just now."""
        lodging = self._lodgings.get(guest)
        return lodging.visit.waiting if lodging else None

    def fault(self, guest: Guest) -> Fault | None:
        """The fault of the world that was the last answer to this life; ask before it is dismissed."""
        lodging = self._lodgings.get(guest)
        return lodging.visit.fault if lodging else None

    def look(self, model: str) -> int | None:
        """Whether the provider answers, at no cost: an HTTP status (599: nothing came), or None: only a call tells."""
        return self._do(status_of(self._upstream, model)) if isinstance(self._upstream, Catalogue) else None

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def _worth_telling(record: logging.LogRecord) -> bool:
    """Of what the web server logs, only errors of our own: what a child sends, and how it hangs up, is its business."""
    return record.exc_info is not None
