"""Attempts on the processes of the host, on namespaces and mounts, and to outlive the life."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from bench.parts.ground import ROOT
from controller.sandbox.isolation import Command
from controller.sandbox.process_tree import end_strays
from escape.attempt import Attempt, Room, reaches
from escape.host import comes_true, processes

SIGNAL = """
import os
os.kill(<victim>, 0)
print("reached")
"""
TRACE = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long] * 4
if libc.ptrace(16, <victim>, 0, 0) == 0:
    os.waitpid(<victim>, 0x40000000)
    libc.ptrace(17, <victim>, 0, 0)
    print("reached")
"""
JOIN = """
import ctypes, os
libc = ctypes.CDLL(None)
if libc.setns(os.open("/proc/<victim>/ns/net", os.O_RDONLY), 0) == 0:
    print("reached")
"""
MOUNT = "#!bash\nunshare {how} --mount bash -c 'mount -t tmpfs none \"<life>/home\" && echo reached'"
SPACE = "#!bash\nunshare --user --map-root-user echo reached"
LINE = """
import ctypes, os
process = os.pidfd_open({pid})
print("reached" if ctypes.CDLL(None).syscall(438, process, 1, 0) >= 0 else "refused")
"""
TAKE = """
import ctypes, os, subprocess
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long] * 4
own = subprocess.Popen(["sleep", "20"])
for process in {whom}:
    try:
        os.close(os.open(f"/proc/{{process}}/mem", os.O_RDWR))
        print("reached")
    except OSError:
        pass
    if libc.ptrace(16, process, 0, 0) == 0:
        print("reached")
own.kill()
"""
LOWER = """
open("/proc/self/oom_score_adj", "w").write("0")
print("reached")
"""
SEE = """
import os
if b"python" in open("/proc/<suite>/cmdline", "rb").read():
    print("reached")
"""
KEYRING = """
import ctypes
print("reached" if ctypes.CDLL(None).syscall(249, b"user", b"heirloom-escape", None, 0) > 0 else "no")
"""
DAEMON = """#!bash
(setsid bash -c 'exec -a <mark> sleep 30' >/dev/null 2>&1 &) ; sleep 0.2
"""
BEREAVED = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from controller.run.compose import VENV
from escape.attempt import Room
from controller.sandbox.levels import choose
isolation, _ = choose({level!r}, VENV, embedded=False)
room = Room(isolation, Path({folder!r}), Path({folder!r}), {{"secret": "x"}})
room.run("#!bash\\n(setsid bash -c 'exec -a {mark} sleep 30' &); touch started; exec -a {mark} sleep 30")
"""


def end(mark: str) -> None:
    """End what is left of an attempt."""
    for process in processes(mark):
        os.kill(process, signal.SIGKILL)


def outlives(room: Room) -> bool:
    """A process in a session of its own, when the life has ended."""
    mark = f"heirloom-escape-daemon-{os.getpid()}"
    room.run(DAEMON.replace("<mark>", mark))
    left = bool(processes(mark))
    end(mark)
    return left


def outlives_without_care(room: Room) -> bool:
    """The same where only the first process is waited for."""
    mark = f"heirloom-escape-daemon-{os.getpid()}"
    subprocess.run(["bash", "-c", DAEMON.replace("<mark>", mark)], check=False)
    left = bool(processes(mark))
    end(mark)
    return left


def outlives_controller(room: Room) -> bool:
    """A process, when the controller was killed with SIGKILL."""
    mark = f"heirloom-escape-bereaved-{os.getpid()}"
    started = room.folder / "repo" / "started"
    started.unlink(missing_ok=True)
    program = BEREAVED.format(root=str(ROOT), level=room.isolation.name, folder=str(room.folder), mark=mark)
    controller = subprocess.Popen([sys.executable, "-I", "-c", program])
    try:
        assert comes_true(started.exists, 20)
    finally:
        controller.kill()
        controller.wait()
    left = not comes_true(lambda: not processes(mark), 2.0)
    end(mark)
    return left


def bereaved(room: Room, mark: str) -> None:
    """Leave a life behind whose isolation does not end with its controller, as if a child had brought that about."""
    command = Command(("bash", "-c", f"exec -a {mark} sleep 30"), room.folder, {"PATH": "/usr/bin:/bin"})
    argv = [word for word in room.isolation.wrap(command) if word != "--die-with-parent"]
    with subprocess.Popen(argv) as process:
        comes_true(lambda: f"exec -a {mark}" not in words_of(last(mark)), 20)
        process.kill()


def last(mark: str) -> int:
    """The newest process with a mark."""
    return max(processes(mark), default=0)


def words_of(process: int) -> str:
    """The arguments of a process."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return "exec -a"


def outlives_next_start(room: Room) -> bool:
    """A life that outlived its controller, when the next one begins."""
    mark = f"heirloom-escape-stray-{os.getpid()}"
    bereaved(room, mark)
    end_strays((room.folder,))
    left = bool(processes(mark))
    end(mark)
    return left


def outlives_without_sweep(room: Room) -> bool:
    """The same where nobody looks."""
    mark = f"heirloom-escape-stray-{os.getpid()}"
    bereaved(room, mark)
    left = bool(processes(mark))
    end(mark)
    return left


def finds_key(room: Room) -> bool:
    """A key in the keyring of the operator's session: the attempt is made by a process that holds one."""
    import ctypes

    system = ctypes.CDLL(None).syscall
    system(250, 1, None)
    return bool(system(248, b"user", b"heirloom-escape", b"x", 1, -3) >= 0) and "reached" in room.run(KEYRING).output


def finds_key_without_care(_: Room) -> bool:
    """The same from a process that inherits the session's keyring."""
    import ctypes

    system = ctypes.CDLL(None).syscall
    system(250, 1, None)
    if system(248, b"user", b"heirloom-escape", b"x", 1, -3) < 0:
        return False
    return "reached" in subprocess.run([sys.executable, "-I", "-c", KEYRING], capture_output=True, text=True).stdout


X86 = "the numbers of the system calls are x86_64's"
ATTEMPTS = (
    Attempt("signal", "signal a process of the host", reaches(SIGNAL)),
    Attempt("see processes", "see the controller's process", reaches(SEE)),
    Attempt("trace", "trace a process of the host", reaches(TRACE),
            known="the kernel forbids it between processes of one user (yama)"),
    Attempt("take over", "take over the isolation's own processes", reaches(TAKE.format(whom="(1, 2, os.getppid())")),
            control=reaches(TAKE.format(whom="(own.pid,)"))),
    Attempt("last to die", "have the kernel end others first when memory runs out", reaches(LOWER)),
    Attempt("join namespaces", "join the network of a process of the host", reaches(JOIN), needs_root=True),
    Attempt("mount", "mount a file system", reaches(MOUNT.format(how="")), needs_root=True),
    Attempt("mount as a user", "mount in a user namespace of its own",
            reaches(MOUNT.format(how="--user --map-root-user")),
            known="this machine forbids user namespaces"),
    Attempt("user namespace", "make a user namespace, and with it all capabilities", reaches(SPACE),
            known="this machine forbids user namespaces"),
    Attempt("launcher's line", "take the launcher's line to the controller", reaches(LINE.format(pid="os.getppid()")),
            control=reaches(LINE.format(pid="os.getpid()")), known=X86),
    Attempt("keyring", "read a key of the operator's session keyring", finds_key, control=finds_key_without_care,
            known=f"the kernel keeps no keys for us, or {X86}"),
    Attempt("daemon", "leave a process behind when the life ends", outlives, control=outlives_without_care),
    Attempt("bereaved", "outlive the controller's own SIGKILL", outlives_controller),
    Attempt("stray", "outlive the next controller's start, once it outlived its own", outlives_next_start,
            control=outlives_without_sweep),
)  # fmt: skip
