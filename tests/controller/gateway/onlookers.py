"""Sends what it is given to a gateway, as bytes, many at once; and says what no answer of ours may look like."""

import json
import logging
import selectors
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from tests.controller.gateway.gateways import Gateways, LifeClient
from tests.waiting import PATIENCE

SILENCE = 0.02  # seconds; what says nothing then waits, once the gateway has taken all, for a request to go on
Case = tuple[bytes, bytes]  # sent at once, and later
LEAKS = (b"Traceback", b'File "', b"controller", b".py", b"asyncio", b"sqlite")


def exchange(port: int, sent: Sequence[Case], over: Callable[[Sequence[bytes]], bool]) -> list[tuple[bytes, bool]]:
    """What came back to each, and whether the gateway hung up; all of them at once, the later halves after the first.

    It ends when all are answered, or when nothing more is said and `over` says of the answers so far that it is enough.
    """
    heard: dict[socket.socket, bytearray] = {}
    closed: set[socket.socket] = set()
    with selectors.DefaultSelector() as ready:
        for first, _ in sent:
            one = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
            heard[one] = bytearray()
            ready.register(one, selectors.EVENT_READ)
            send(one, first)
        has_taken_all(port)
        for one, (_, later) in zip(heard, sent, strict=True):
            send(one, later)
        silent = False
        while len(closed) < len(sent):
            found = ready.select(SILENCE)
            if silent and not found and over([bytes(said) for said in heard.values()]):
                break
            silent = not found and has_taken_all(port)
            for one in (key.fileobj for key, _ in found if isinstance(key.fileobj, socket.socket)):
                part = received(one)
                heard[one] += part
                if not part:
                    ready.unregister(one)
                    closed.add(one)
    for one in heard:
        one.close()
    return [(bytes(said), one in closed) for one, said in heard.items()]


def send(one: socket.socket, data: bytes) -> None:
    """Send, as far as anybody listens: it may have been answered before it said all."""
    with suppress(OSError):
        one.sendall(data)


def received(one: socket.socket) -> bytes:
    """What is there to read; nothing where the gateway hung up."""
    try:
        return one.recv(65_536)
    except OSError:
        return b""


def has_taken_all(port: int) -> bool:
    """Wait until the gateway has taken in what was sent before: one loop serves all, in order."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as one:
        one.sendall(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        while one.recv(65_536):
            pass
    return True


def wrong_with(answer: bytes, token: str) -> str:
    """What no answer of ours may be; "" where it is sound. An empty one is: the gateway hung up, or waits."""
    if not answer:
        return ""
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.split(b"\r\n")[0].split(b" ")
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    if status == 100:
        return wrong_with(body, token)
    if not (status == 200 or 400 <= status < 500):
        return f"status {status}"
    found = [leak.decode() for leak in (*LEAKS, token.encode()) if leak in answer]
    if found:
        return f"it tells {found}"
    if status == 200:
        return ""
    try:
        told = json.loads(body)
        shaped = set(told) == {"type", "error", "request_id"} and set(told["error"]) == {"type", "message"}
    except (ValueError, TypeError):
        shaped = False
    return "" if shaped else "an error that is not in the API's shape"


def wrong_in_the_books(gateways: Gateways, life: LifeClient, answered: int) -> str:
    """What is left behind by calls that are over: a reservation, or a call that nobody was answered."""
    used = gateways.used(life)
    if used.reserved:
        return f"{used.reserved} tokens are left reserved"
    return "" if used.calls == answered else f"{used.calls} calls in the books, {answered} answered"


@contextmanager
def logged() -> Iterator[list[str]]:
    """Everything that is logged with an error meanwhile, whoever logs it."""
    found: list[str] = []

    class Onlooker(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(f"{record.getMessage()} {record.exc_info or ''}")

    onlooker = Onlooker(logging.ERROR)
    logging.getLogger().addHandler(onlooker)
    try:
        yield found
    finally:
        logging.getLogger().removeHandler(onlooker)
