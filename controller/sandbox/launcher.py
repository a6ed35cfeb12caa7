"""The parent of a command, inside its isolation: sets limits, opens the listener, starts it, waits, reports.

It runs by path (`python -I -S launcher.py …`), so it imports nothing of the controller. On its channel, a sequenced
packet socket, it sends "ready" together with the listener's descriptor, receives the environment, and at the end sends
the command's exit code, negative for a signal, and the most kilobytes that one process had resident.
"""

import ctypes
import os
import resource
import sys
from _socket import (  # the C module alone: `socket` would double the start of every command (8 ms)
    AF_INET,
    AF_UNIX,
    SCM_RIGHTS,
    SOCK_SEQPACKET,
    SOCK_STREAM,
    SOL_SOCKET,
    socket,
)

PACKET = 128 * 1024  # the longest message on the channel
OPEN_FILES = 4096
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 4, 22, 36, 38
SECCOMP_MODE_FILTER = 2
KEYCTL = {"x86_64": 250, "aarch64": 219}  # the system call's number, by machine
KEYCTL_JOIN_SESSION_KEYRING = 1


def arguments_of(
    environment: dict[str, str],
    argv: list[str],
    *,
    cwd: str,
    channel: int | None,
    port: int | None,
    processes: int | None,
    file_bytes: int,
    data_bytes: int | None,
    stay: bool,
    calls: bytes = b"",
) -> list[str]:
    """The arguments of this program; None where there is none of it.

    `port`: where to listen (0: anywhere). `stay`: adopt orphans, and end only when the channel is closed. `calls`: the
    filter of the command's system calls. The environment goes over the channel where there is one: it holds a token,
    and argvs are read by everyone.
    """
    arguments = []
    for number in (channel, port, processes, file_bytes, data_bytes):
        arguments.append("-1" if number is None else str(number))
    arguments += [str(int(stay)), calls.hex(), cwd]
    if channel is None:
        arguments += [f"{name}={value}" for name, value in environment.items()]
    return [*arguments, "--", *argv]


def environment_message(environment: dict[str, str]) -> bytes:
    """The controller's message with the environment. Never empty: that would be the end of the channel."""
    text = "\0".join(("start", *(f"{name}={value}" for name, value in environment.items())))
    assert len(text) < PACKET // 4, "an environment is a list of a few names"
    return os.fsencode(text)


def main() -> None:
    """Read the arguments, start the command, end as it ended."""
    channel, port, processes, file_bytes, data_bytes, stay = map(int, sys.argv[1:7])
    calls, cwd, *rest = sys.argv[7:]
    split = rest.index("--")
    pairs = rest[:split]
    argv = rest[split + 1 :]
    try:
        os.chdir(cwd)
    except OSError as error:  # before "ready": it is a fault of the isolation, not of the command
        sys.exit(f"cannot enter {cwd}: {error.strerror}")
    line = None
    if channel >= 0:
        os.set_inheritable(channel, False)
        line = socket(AF_UNIX, SOCK_SEQPACKET, 0, channel)
        pairs = greet(line, port)
    confine(processes, file_bytes, data_bytes)
    hide()
    if calls:
        filter_calls(bytes.fromhex(calls))
    if stay and line:
        adopt_orphans()
    code = follow(start(argv, pairs), line)
    if stay and line:
        remain(line)
    if code < 0:
        code = 128 - code
    os._exit(code)


def greet(line: socket, port: int) -> list[str]:
    """Hand the controller the listener, and wait for the environment: the command starts when the controller says."""
    number = ""
    if port < 0:
        line.sendmsg([b"ready"])
    else:
        listener = socket(AF_INET, SOCK_STREAM)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
        number = str(listener.getsockname()[1])
        descriptor = listener.fileno().to_bytes(4, sys.byteorder)
        line.sendmsg([b"ready"], [(SOL_SOCKET, SCM_RIGHTS, descriptor)])
        listener.close()
    data = line.recv(PACKET)
    if not data:
        os._exit(1)  # the controller is gone
    pairs = os.fsdecode(data).split("\0")[1:]
    if port < 0:
        return pairs
    return [pair.replace("{port}", number) for pair in pairs]


def confine(processes: int, file_bytes: int, data_bytes: int) -> None:
    """Set limits that the command cannot raise, here where they count for it alone."""
    os.umask(0o022)
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: file_bytes, resource.RLIMIT_NOFILE: OPEN_FILES}
    if processes >= 0:
        limits[resource.RLIMIT_NPROC] = processes
    if data_bytes >= 0:
        limits[resource.RLIMIT_DATA] = data_bytes
    for kind, limit in limits.items():
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(kind, (limit, limit))


def hide() -> None:
    """Close this process to the command, which runs as the same user, and the operator's keys to both.

    The session keyring is inherited, and no namespace hides it.
    """
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    number = KEYCTL.get(os.uname().machine)
    if number is not None:
        libc.syscall(number, KEYCTL_JOIN_SESSION_KEYRING, None)


def filter_calls(program: bytes) -> None:
    """Refuse system calls to the command from now on, and to this process too."""
    system = ctypes.CDLL(None)
    steps = ctypes.create_string_buffer(program)
    table = (ctypes.c_uint64 * 2)(len(program) // 8, ctypes.addressof(steps))  # struct sock_fprog
    system.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if system.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, table, 0, 0) != 0:
        sys.exit("this kernel does not filter system calls (seccomp)")


def adopt_orphans() -> None:
    """Become the parent of whatever outlives its own, so that all descendants stay one tree."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def start(argv: list[str], pairs: list[str]) -> int:
    """Start the command with this environment alone, no signal blocked or ignored. Returns its id, 0 if it cannot."""
    environment = dict(pair.split("=", 1) for pair in pairs if pair)
    os.environ["PATH"] = environment.get("PATH", os.defpath)
    try:
        return os.posix_spawnp(argv[0], argv, environment, setsigmask=(), setsigdef=range(1, 32))
    except OSError as error:
        print(f"cannot start {argv[0]}: {error.strerror}", file=sys.stderr, flush=True)  # noqa: T201
        return 0


def follow(pid: int, line: socket | None) -> int:
    """Wait for the command and report its exit code; 127 when it did not start."""
    ended, status = 0, 127 << 8
    while ended != pid:
        ended, status = os.wait()  # adopted orphans are reaped on the way
    code = os.waitstatus_to_exitcode(status)
    if line:
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        line.send(f"{code} {peak}".encode())
    return code


def remain(line: socket) -> None:
    """Reap what the command left behind, until the controller closes the channel."""
    try:
        while True:
            os.wait()
    except ChildProcessError:
        line.recv(1)


if __name__ == "__main__":
    main()
