"""Attempts to reach a listener that is not the life's own gateway.

Every listener is the suite's own, on this machine.
"""

import ctypes
import fcntl
import socket
import struct
import threading

from controller.sandbox.child import spawn
from controller.sandbox.isolation import Command
from escape.attempt import WIDE, Attempt, Room, reaches

CONNECT = """
import socket
with socket.socket({family}, {kind}) as s:
    s.settimeout(2)
    s.connect({address})
    s.send(b"x")
    print(s.recv(10).decode())
"""
NEW_NETWORK = 0x40000000  # CLONE_NEWNET, linux/sched.h
SET_FLAGS, SET_ADDRESS = 0x8914, 0x8916  # linux/sockios.h
UP = 0x1 | 0x40
METADATA, RESOLVER = "169.254.169.254", ("127.0.0.53", 53)


def connect(family: str, kind: str, address: str) -> str:
    """A program that says "reached" where a listener answered."""
    return CONNECT.format(family=f"socket.{family}", kind=f"socket.{kind}", address=address)


def raises_addresses(*addresses: str) -> None:
    """Give the loopback of this (new) network these addresses: nothing can leave it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        fcntl.ioctl(line, SET_FLAGS, struct.pack("16sH", b"lo", UP) + bytes(22))
        for number, address in enumerate(addresses):
            name = f"lo:{number}".encode()
            packed = struct.pack("16sHH4s", name, socket.AF_INET, 0, socket.inet_aton(address)) + bytes(16)
            fcntl.ioctl(line, SET_ADDRESS, packed)


def in_own_network(room: Room, program: str, address: tuple[str, int], kind: int) -> bool:
    """Whether the program is answered in a network of our own, where the address is this machine's."""
    found: list[str] = []

    def live() -> None:  # a namespace is a thread's: the rest of the suite stays where it is
        if ctypes.CDLL(None, use_errno=True).unshare(NEW_NETWORK) != 0:
            return
        raises_addresses(address[0])
        with socket.socket(socket.AF_INET, kind) as listener:
            listener.bind(address)
            if kind == socket.SOCK_STREAM:
                listener.listen(4)
            from escape.placed import answer, shut

            helper = threading.Thread(target=answer, args=(listener, kind), daemon=True)
            helper.start()
            found.append(room.run(program).output)
            shut(listener)

    thread = threading.Thread(target=live)
    thread.start()
    thread.join()
    return "reached" in "".join(found)


def metadata(room: Room) -> bool:
    """The address where clouds hand out credentials."""
    return in_own_network(
        room, connect("AF_INET", "SOCK_STREAM", repr((METADATA, 80))), (METADATA, 80), socket.SOCK_STREAM
    )


def names(room: Room) -> bool:
    """A name server: the way out through a resolver."""
    return in_own_network(room, connect("AF_INET", "SOCK_DGRAM", repr(RESOLVER)), RESOLVER, socket.SOCK_DGRAM)


def anothers_gateway(room: Room) -> bool:
    """The gateway of another life that lives at the same time."""
    program = connect("AF_INET", "SOCK_STREAM", "('127.0.0.1', int(port))")
    other = spawn(
        room.isolation, Command(("sleep", "5"), room.folder, {"PORT": "{port}"}, cwd="repo", listener=True), WIDE
    )
    assert other.listener is not None
    port = other.listener.getsockname()[1]
    from escape.placed import answer

    threading.Thread(target=answer, args=(other.listener, socket.SOCK_STREAM), daemon=True).start()
    try:
        return "reached" in room.run(f"port = {port}\n" + program).output
    finally:
        other.end()
        other.wait()
        other.listener.close()


INTERFACES = """
import socket
print("reached" if {name for _, name in socket.if_nameindex()} - {"lo"} else "none")
"""
RAW = """
import socket
socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
print("reached")
"""

ATTEMPTS = (
    Attempt("loopback", "connect to a listener on the host's loopback",
            reaches(connect("AF_INET", "SOCK_STREAM", "('127.0.0.1', <tcp>)"))),
    Attempt("loopback, UDP", "send to the host's loopback",
            reaches(connect("AF_INET", "SOCK_DGRAM", "('127.0.0.1', <udp>)"))),
    Attempt("IPv6", "connect to a listener on ::1", reaches(connect("AF_INET6", "SOCK_STREAM", "('::1', <tcp6>)")),
            known="this machine has no IPv6"),
    Attempt("abstract socket", "connect to an abstract socket of the host",
            reaches(connect("AF_UNIX", "SOCK_STREAM", "'\\0<abstract>'"))),
    Attempt("socket file", "connect to a socket in the host's file system",
            reaches(connect("AF_UNIX", "SOCK_STREAM", "'<unix>'"))),
    Attempt("metadata address", f"connect to {METADATA}", metadata, needs_root=True),
    Attempt("name server", "ask a name server", names, needs_root=True),
    Attempt("another's gateway", "connect to the gateway of another life", anothers_gateway),
    Attempt("interfaces", "see a network card", reaches(INTERFACES), known="this machine has none"),
    Attempt("raw socket", "open a raw socket", reaches(RAW), needs_root=True),
)  # fmt: skip
