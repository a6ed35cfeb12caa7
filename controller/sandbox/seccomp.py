"""Which system calls a contained command may make: a seccomp filter, assembled for the machine's processor.

What is refused answers with an error as from a kernel that lacks it, so that programs fall back. A call in the manner
of another architecture (32 bits, x32) ends the process, and a call newer than this table is "not implemented".
The format: https://docs.kernel.org/userspace-api/seccomp_filter.html, and struct sock_filter in linux/filter.h.
"""

import errno
import socket
import struct
from dataclasses import dataclass
from functools import cache

ALLOW, ERROR, KILL = 0x7FFF0000, 0x00050000, 0x80000000  # SECCOMP_RET_*; an error's number stands in the low bits
LOAD, AND, EQUAL, GREATER, ANY_BIT, RETURN = 0x20, 0x54, 0x15, 0x25, 0x45, 0x06  # BPF_*, of the accumulator
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16  # struct seccomp_data
NEWEST = 462  # mseal, Linux 6.10: the last call that was looked at. From 424 on all processors number alike
X32 = 0x40000000

UNIX, INET, INET6, NETLINK = 1, 2, 10, 16  # AF_*, linux/socket.h
TYPES = 0xF  # of a socket, without its flags
ROUTE = 0  # NETLINK_ROUTE: how getaddrinfo asks for the interfaces
NEW_SPACES = 0x7E020000  # CLONE_NEW*
THREAD, FILES = 0x10000, 0x400  # CLONE_THREAD, CLONE_FILES
UNSHARE = 2  # CLOSE_RANGE_UNSHARE
TYPED_IN = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: to put words into the operator's terminal


@dataclass(frozen=True)
class Processor:
    """A processor's name in the kernel's audit (AUDIT_ARCH_*), and which column of the tables is its."""

    audit: int
    column: int


PROCESSORS = {"x86_64": Processor(0xC000003E, 0), "aarch64": Processor(0xC00000B7, 1)}

# Refused whatever their arguments: the numbers on x86_64 and aarch64 (None: there is none)
REFUSED: dict[int, dict[str, tuple[int, int | None]]] = {
    errno.EPERM: {
        # other processes
        "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
        "process_madvise": (440, 440), "kcmp": (312, 272), "pidfd_getfd": (438, 438),
        "move_pages": (279, 239), "migrate_pages": (256, 238),
        # wide doors into the kernel
        "perf_event_open": (298, 241), "bpf": (321, 280), "userfaultfd": (323, 282),
        "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
        "fanotify_init": (300, 262), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
        "modify_ldt": (154, None), "lookup_dcookie": (212, 18), "syslog": (103, 116), "quotactl": (179, 60),
        "quotactl_fd": (443, 443),
        # namespaces and mounts
        "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
        "chroot": (161, 51), "move_mount": (429, 429), "open_tree": (428, 428), "fsopen": (430, 430),
        "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
        # the machine
        "reboot": (169, 142), "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
        "finit_module": (313, 273), "delete_module": (176, 106), "swapon": (167, 224), "swapoff": (168, 225),
        "acct": (163, 89), "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266),
        "adjtimex": (159, 171), "sethostname": (170, 161), "setdomainname": (171, 162), "vhangup": (153, 58),
        "iopl": (172, None), "ioperm": (173, None),
    },
    errno.ENOSYS: {
        "clone3": (435, 435),  # its flags cannot be seen; the C library then takes clone
        "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
        # memory that belongs to no process, so that no limit of a process holds it
        "memfd_create": (319, 279), "memfd_secret": (447, 447),
        "shmget": (29, 194), "shmat": (30, 196), "semget": (64, 190), "msgget": (68, 186),
        "inotify_init": (253, None), "inotify_init1": (294, 26),  # 5 MB of events wait in each
        "io_setup": (206, 0),  # of these the whole host has a number
    },
}  # fmt: skip

# Judged by their arguments
SOCKET, SOCKETPAIR, IOCTL, CLONE, CLOSE_RANGE = (41, 198), (53, 199), (16, 29), (56, 220), (436, 436)

Step = tuple[int, int, int, int]  # code, how many steps to leave out where it holds and where not, constant


def argument(index: int) -> Step:
    """Load the low 32 bits of an argument: all that the kernel reads of those that are judged."""
    return (LOAD, 0, 0, ARGUMENTS_AT + 8 * index)


def answer(value: int) -> Step:
    """End with this answer."""
    return (RETURN, 0, 0, value)


def refuse(number: int) -> Step:
    """End with an error."""
    return answer(ERROR | number)


def where(test: int, value: int, steps: list[Step]) -> list[Step]:
    """Steps for where the test holds; they end with an answer."""
    return [(test, 0, len(steps), value), *steps]


def sockets() -> list[Step]:
    """The families that a life needs, and of them what needs no right: TCP, UDP, local ones, the list of interfaces."""
    inet = [argument(1), (AND, 0, 0, TYPES)]
    for kind, protocol in ((socket.SOCK_STREAM, socket.IPPROTO_TCP), (socket.SOCK_DGRAM, socket.IPPROTO_UDP)):
        known = [*where(EQUAL, 0, [answer(ALLOW)]), *where(EQUAL, protocol, [answer(ALLOW)])]
        inet += where(EQUAL, kind, [argument(2), *known, refuse(errno.EPROTONOSUPPORT)])
    inet.append(refuse(errno.EPROTONOSUPPORT))
    route = [argument(2), *where(EQUAL, ROUTE, [answer(ALLOW)]), refuse(errno.EPROTONOSUPPORT)]
    steps = [argument(0), *where(EQUAL, UNIX, [answer(ALLOW)]), *where(EQUAL, NETLINK, route)]
    for family in (INET, INET6):
        steps += where(EQUAL, family, inet)
    return [*steps, refuse(errno.EAFNOSUPPORT)]


def by_arguments() -> list[tuple[tuple[int, int], list[Step]]]:
    """What is judged by its arguments. A thread always shares the descriptors of its process, which are counted."""
    pair = [argument(0), *where(EQUAL, UNIX, [answer(ALLOW)]), refuse(errno.EAFNOSUPPORT)]
    terminal = [argument(1)]
    for request in TYPED_IN:
        terminal += where(EQUAL, request, [refuse(errno.EPERM)])
    thread = [*where(ANY_BIT, FILES, [answer(ALLOW)]), refuse(errno.EPERM)]
    start = [
        argument(0),
        *where(ANY_BIT, NEW_SPACES, [refuse(errno.EPERM)]),
        *where(ANY_BIT, THREAD, thread),
        answer(ALLOW),
    ]
    close = [argument(2), *where(ANY_BIT, UNSHARE, [refuse(errno.EPERM)]), answer(ALLOW)]
    return [
        (IOCTL, [*terminal, answer(ALLOW)]),
        (CLONE, start),
        (CLOSE_RANGE, close),
        (SOCKET, sockets()),
        (SOCKETPAIR, pair),
    ]


@cache
def filter_for(machine: str) -> bytes:
    """The filter for a machine, as the kernel takes it; empty: there is no table for this processor."""
    processor = PROCESSORS.get(machine)
    if processor is None:
        return b""
    steps = [(LOAD, 0, 0, ARCHITECTURE_AT), (EQUAL, 1, 0, processor.audit), answer(KILL), (LOAD, 0, 0, NUMBER_AT)]
    if machine == "x86_64":
        steps += where(ANY_BIT, X32, [answer(KILL)])
    steps += where(GREATER, NEWEST, [refuse(errno.ENOSYS)])
    for numbers, judged in by_arguments():
        steps += where(EQUAL, numbers[processor.column], judged)
    for error, calls in REFUSED.items():
        for columns in calls.values():
            number = columns[processor.column]
            if number is not None:
                steps += where(EQUAL, number, [refuse(error)])
    steps.append(answer(ALLOW))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
