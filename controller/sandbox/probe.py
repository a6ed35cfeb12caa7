"""Whether an isolation holds on this machine: tried from inside, not guessed."""

import platform
import socket
from pathlib import Path

from controller.contract import one_line
from controller.errors import IsolationError
from controller.sandbox.child import spawn
from controller.sandbox.isolation import Command, Isolation
from controller.sandbox.limits import Bounds
from controller.sandbox.seccomp import filter_for
from controller.sandbox.temporary import temporary_folder

BOUNDS = Bounds(seconds=10, memory_bytes=512 << 20, output_bytes=64 << 10)
APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
CONTAINERS = (Path("/.dockerenv"), Path("/run/.containerenv"))

# Prints one word for each wall that does not stand. The first two are controls: what must be possible.
PROGRAM = """
import os, socket, sys
def works(action, *arguments, **more):
    try:
        action(*arguments, **more)
    except OSError:
        return False
    return True
outer, space, filtered, *places = sys.argv[1:]
broken = []
if not works(open, "written", "x"):
    broken.append("its own folder is closed to it")
if not works(socket.create_connection, ("127.0.0.1", int(os.environ["PORT"])), timeout=2):
    broken.append("its own listener cannot be reached")
if any(works(open, place, "w") for place in places):
    broken.append("it can write outside its folder")
if works(socket.create_connection, ("127.0.0.1", int(outer)), timeout=2):
    broken.append("it reaches listeners of the host")
if os.readlink("/proc/self/ns/pid") == space or os.readlink("/proc/self") != str(os.getpid()):
    broken.append("it sees processes of the host")
if open("/proc/self/status").read().split("CapEff:")[1].split()[0].strip("0"):
    broken.append("it keeps capabilities")
if works(open, "/proc/self/oom_score_adj", "r+"):
    broken.append("it can have the kernel end others first when memory runs out")
if works(open, "/proc/1/mem", "r+b"):
    broken.append("it can take over the isolation's own processes")
if filtered == "True" and "Seccomp:\t2" not in open("/proc/self/status").read():
    broken.append("its system calls are not filtered")
print("; ".join(broken))
"""


def prove(isolation: Isolation) -> None:
    """Try the walls from inside. Raises IsolationError, saying how to get them, where one does not stand."""
    with temporary_folder("probe") as place, socket.create_server(("127.0.0.1", 0)) as host:
        folder, outside = Path(place, "life"), Path(place, "outside")
        folder.mkdir(mode=0o700)
        outside.touch(mode=0o666)
        places = (str(outside), "/usr/probe", "/etc/probe", "/probe")
        space = str(Path("/proc/self/ns/pid").readlink())
        filtered = str(bool(filter_for(platform.machine())))
        argv = ("python", "-I", "-S", "-c", PROGRAM, str(host.getsockname()[1]), space, filtered, *places)
        try:
            isolation.hand_over(folder)
            child = spawn(isolation, Command(argv, folder, {"PORT": "{port}"}, cwd=".", listener=True), BOUNDS)
        except IsolationError as error:
            raise IsolationError(f"{error}; {advice(str(error))}") from error
        ending = child.wait()
        if child.listener:
            child.listener.close()
        if ending.exit_code != 0 or ending.output.strip() or not (folder / "written").exists():
            words = one_line(ending.output, 300) or f"the probe ended with {ending.exit_code}"
            raise IsolationError(f"{isolation.name} does not hold here: {words}; {advice(words)}")


def advice(words: str) -> str:
    """What to do about a sandbox that could not be made, in one clause."""
    if "nknown option" in words:
        way = "install bubblewrap 0.8 or newer"
    elif "execvp" in words or "source path" in words or "can't open file" in words:
        way = "make checkout, .venv and its Python readable (chmod -R go+rX): lives run as a user of their own"
    elif any(path.exists() for path in CONTAINERS):
        way = (
            "run the container as a user who is not root (`--user`), with `--security-opt seccomp=unconfined "
            "--security-opt apparmor=unconfined --security-opt systempaths=unconfined`"
        )
    elif APPARMOR.exists() and APPARMOR.read_text().strip() == "1":
        way = f"AppArmor forbids it: allow bwrap in a profile, or set kernel.{APPARMOR.name} to 0"
    else:
        way = "allow user namespaces (`sysctl user.max_user_namespaces`)"
    return f"{way}, or choose --isolation none"
