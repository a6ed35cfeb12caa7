"""Attempts to make system calls, and to open sockets, that no life needs and that lead deep into the kernel.

Each call has arguments with which it can succeed; what this kernel lacks, or keeps from a user, has no control.
"""

import platform

from controller.sandbox.seccomp import PROCESSORS, REFUSED
from escape.attempt import Attempt, reaches

SOCKET = "import socket; socket.socket({family}, {kind}, {protocol}); print('reached')"
CALL = """
import ctypes
buffer = ctypes.create_string_buffer({size})
buffer[: len({content!r})] = {content!r}
if ctypes.CDLL(None).syscall(*{words}) >= 0:
    print("reached")
"""
I386 = """
import ctypes, mmap, os
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(bytes.fromhex("53b814000000cd805bc3"))  # getpid in the manner of 32 bits
answer = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
print("reached" if answer == os.getpid() else "no")
"""
PERF = (1).to_bytes(4, "little") + (120).to_bytes(4, "little") + bytes(32) + (0x61).to_bytes(8, "little")  # software
MAP = b"".join(number.to_bytes(4, "little") for number in (2, 4, 4, 1))  # an array of one
KEPT = "this kernel lacks it, or keeps it from this user"


def open_socket(family: int, kind: int, protocol: int = 0) -> str:
    """A program that opens a socket."""
    return SOCKET.format(family=family, kind=kind, protocol=protocol)


def call(name: str, *words: str, content: bytes = b"") -> str:
    """A program that makes a system call; "buffer" among its words is the content, and room."""
    for calls in REFUSED.values():
        if name in calls:
            number = calls[name][PROCESSORS[platform.machine()].column]
            return CALL.format(size=512, content=content, words=f"({number}, {', '.join(words)},)")
    raise KeyError(name)


def attempts() -> tuple[Attempt, ...]:
    """All of them; none where no filter is made for the processor."""
    if platform.machine() not in PROCESSORS:
        return ()
    return (
        Attempt("vsock", "open a socket to the machine's host", reaches(open_socket(40, 1)), known=KEPT),
        Attempt("netlink", "open a netlink socket beyond the list of interfaces",
                reaches(open_socket(16, 3, 4)), known=KEPT),
        Attempt("kernel crypto", "open a socket of the kernel's cryptography", reaches(open_socket(38, 5)), known=KEPT),
        Attempt("multipath", "open a multipath TCP socket", reaches(open_socket(2, 1, 262)), known=KEPT),
        Attempt("32 bits", "make a system call of the 32-bit architecture", reaches(I386),
                known="there is none of this kind on this machine"),
        Attempt("io_uring", "make an io_uring", reaches(call("io_uring_setup", "4", "buffer")), known=KEPT),
        Attempt("userfaultfd", "handle page faults", reaches(call("userfaultfd", "1")), known=KEPT),
        Attempt("perf", "count events of the processor",
                reaches(call("perf_event_open", "buffer", "0", "-1", "-1", "0", content=PERF)), known=KEPT),
        Attempt("bpf", "load a map for BPF", reaches(call("bpf", "0", "buffer", "72", content=MAP)), known=KEPT),
        Attempt("add a key", "put a key into a keyring of the kernel",
                reaches(call("add_key", "b'user'", "b'heirloom-escape'", "b'x'", "1", "-2")), known=KEPT),
        Attempt("compare processes", "compare the kernel's objects of two processes",
                reaches("import os\n" + call("kcmp", "os.getpid()", "os.getpid()", "1", "0", "0")), known=KEPT),
    )  # fmt: skip


ATTEMPTS = attempts()
