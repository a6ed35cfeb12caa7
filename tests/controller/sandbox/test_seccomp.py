"""The filter of system calls: what it answers for each call, processor and argument, and that programs run under it."""

import errno
import platform
import shutil
import socket
import struct
from pathlib import Path

import pytest

from controller.sandbox import seccomp
from controller.sandbox.seccomp import ALLOW, ERROR, KILL, PROCESSORS, REFUSED, filter_for
from tests.controller.levels import NEEDS_BUBBLEWRAP, make_box

I386, ARM = 0x40000003, 0x40000028
STREAM, DATAGRAM, RAW = socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW
CALLS = {"socket": (41, 198), "socketpair": (53, 199), "ioctl": (16, 29), "clone": (56, 220), "close_range": (436, 436)}
OPEN = {"read": (0, 63), "write": (1, 64), "mmap": (9, 222), "execve": (59, 221), "futex": (202, 98),
        "statx": (332, 291), "openat": (257, 56), "exit_group": (231, 94),
        "prctl": (157, 167), "pidfd_open": (434, 434)}  # fmt: skip
CLONES = {"thread": 0x3D0F00, "fork": 0x1200011, "vfork": 0x4111}  # as the C library makes them
HEADERS = {"x86_64": "x86_64-linux-gnu/asm/unistd_64.h", "aarch64": "asm-generic/unistd.h"}

JUDGED = [
    *((family, kind, 0, ALLOW) for family in (1, 2, 10) for kind in (STREAM, DATAGRAM, STREAM | socket.SOCK_CLOEXEC)),
    (2, STREAM, socket.IPPROTO_TCP, ALLOW),
    (10, DATAGRAM, socket.IPPROTO_UDP, ALLOW),
    (2, STREAM, 262, ERROR | errno.EPROTONOSUPPORT),
    (2, STREAM, 132, ERROR | errno.EPROTONOSUPPORT),
    (2, DATAGRAM, socket.IPPROTO_ICMP, ERROR | errno.EPROTONOSUPPORT),
    (2, socket.SOCK_SEQPACKET, 0, ERROR | errno.EPROTONOSUPPORT),
    (10, RAW, 0, ERROR | errno.EPROTONOSUPPORT),
    (16, RAW, 0, ALLOW),
    *((16, RAW, protocol, ERROR | errno.EPROTONOSUPPORT) for protocol in (4, 9, 12, 15, 16)),
    *((family, STREAM, 0, ERROR | errno.EAFNOSUPPORT) for family in (0, 3, 17, 21, 29, 30, 31, 38, 40, 43, 44, 45, 99)),
]


def answer_of(steps: bytes, audit: int, number: int, *arguments: int) -> int:
    """What the kernel would answer: the steps carried out."""
    data = struct.pack("=iIQ6Q", number, audit, 0, *arguments, *(0 for _ in range(6 - len(arguments))))
    program = [struct.unpack_from("=HBBI", steps, place) for place in range(0, len(steps), 8)]
    value = place = 0
    while True:
        code, if_true, if_false, constant = program[place]
        place += 1
        if code == seccomp.RETURN:
            return int(constant)
        if code == seccomp.LOAD:
            (value,) = struct.unpack_from("=I", data, constant)
        elif code == seccomp.AND:
            value &= constant
        else:
            tests = {
                seccomp.EQUAL: value == constant,
                seccomp.GREATER: value > constant,
                seccomp.ANY_BIT: bool(value & constant),
            }
            place += if_true if tests[code] else if_false


def answers(name: str, *arguments: int) -> set[int]:
    """The answers of the filters of all processors for a call."""
    found = set()
    for machine, processor in PROCESSORS.items():
        number = {**CALLS, **OPEN}[name][processor.column]
        found.add(answer_of(filter_for(machine), processor.audit, number, *arguments))
    return found


@pytest.mark.parametrize(("family", "kind", "protocol", "answer"), JUDGED)
def test_sockets_are_judged(family: int, kind: int, protocol: int, answer: int) -> None:
    assert answers("socket", family, kind, protocol) == {answer}


def test_pairs_are_local_alone() -> None:
    assert answers("socketpair", 1) == {ALLOW}
    assert answers("socketpair", 30) == {ERROR | errno.EAFNOSUPPORT}


@pytest.mark.parametrize("name", OPEN)
def test_ordinary_calls_pass(name: str) -> None:
    assert answers(name) == {ALLOW}


@pytest.mark.parametrize(("error", "name"), [(error, name) for error, calls in REFUSED.items() for name in calls])
def test_refused_calls_answer_an_error(error: int, name: str) -> None:
    for machine, processor in PROCESSORS.items():
        number = REFUSED[error][name][processor.column]
        if number is not None:
            assert answer_of(filter_for(machine), processor.audit, number) == ERROR | error


@pytest.mark.parametrize("name", CLONES)
def test_forks_and_threads_pass(name: str) -> None:
    assert answers("clone", CLONES[name]) == {ALLOW}


@pytest.mark.parametrize("flags", [0x10000000, 0x20000, 0x40000000, 0x2000000, 0x10100 | 0x800])
def test_clones_of_spaces_are_refused(flags: int) -> None:
    assert answers("clone", flags | 17) == {ERROR | errno.EPERM}


@pytest.mark.parametrize("high", [0, 1 << 32])
def test_nothing_is_typed_into_a_terminal(high: int) -> None:
    assert answers("ioctl", 0, 0x5412 | high) == answers("ioctl", 0, 0x541C | high) == {ERROR | errno.EPERM}
    assert answers("ioctl", 0, 0x5401) == {ALLOW}


def test_descriptors_are_not_unshared() -> None:
    assert answers("close_range", 3, 9, 2) == {ERROR | errno.EPERM}
    assert answers("close_range", 3, 9, 4) == {ALLOW}


@pytest.mark.parametrize(
    ("machine", "audit", "number"),
    [("x86_64", I386, 1), ("aarch64", ARM, 1), ("x86_64", PROCESSORS["x86_64"].audit, 0x40000000 + 39)],
)
def test_other_architectures_end_the_process(machine: str, audit: int, number: int) -> None:
    assert answer_of(filter_for(machine), audit, number) == KILL


@pytest.mark.parametrize("machine", PROCESSORS)
def test_newer_calls_are_not_there(machine: str) -> None:
    steps, audit = filter_for(machine), PROCESSORS[machine].audit
    assert {answer_of(steps, audit, number) for number in (463, 470, 547, 0x3FFFFFFF)} == {ERROR | errno.ENOSYS}


@pytest.mark.parametrize("machine", PROCESSORS)
def test_numbers_are_the_kernels(machine: str) -> None:
    header = Path("/usr/include", HEADERS[machine])
    if not header.exists():
        pytest.skip("the kernel's headers are not installed")
    known = {}
    for line in header.read_text().replace("__NR3264_", "__NR_").splitlines():
        words = line.split()
        if len(words) == 3 and words[1].startswith("__NR_") and words[2].isdigit():
            known[words[1].removeprefix("__NR_")] = int(words[2])
    ours: dict[str, tuple[int, int | None]] = {**CALLS}
    for calls in REFUSED.values():
        ours.update(calls)
    column = PROCESSORS[machine].column
    assert {name: known.get(name) for name in ours} == {name: numbers[column] for name, numbers in ours.items()}


def test_unknown_processor_has_no_filter() -> None:
    assert filter_for("riscv64") == b""


@NEEDS_BUBBLEWRAP
@pytest.mark.skipif(platform.machine() not in PROCESSORS, reason="no filter is made for this processor")
def test_programs_run_under_the_filter(tmp_path: Path) -> None:
    box = make_box(tmp_path, "bubblewrap")
    program = """
import multiprocessing, socket, subprocess, tempfile, threading
socket.getaddrinfo("localhost", 80), socket.if_nameindex(), socket.socketpair()
thread = threading.Thread(target=print, args=("thread",)); thread.start(); thread.join()
with multiprocessing.get_context("fork").Pool(1) as pool: print(pool.map(abs, [-1]))
multiprocessing.Lock(), multiprocessing.Array("i", 4)
print(subprocess.run("git init -q . && git status --short | wc -l", shell=True, text=True, capture_output=True).stdout)
with tempfile.TemporaryFile() as file: file.write(b"x")
print([line for line in open("/proc/self/status") if line.startswith("Seccomp:")])
"""
    ending = box.run("python", "-I", "-c", program)
    assert ending.output.split() == ["thread", "[1]", "0", r"['Seccomp:\t2\n']"]


@NEEDS_BUBBLEWRAP
@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_node_runs_under_the_filter(tmp_path: Path) -> None:
    program = "require('fs').readFile('/etc/passwd', () => require('child_process').execSync('true')); console.log(1)"
    ending = make_box(tmp_path, "bubblewrap").run("node", "-e", program)
    assert (ending.exit_code, ending.output) == (0, "1\n")
