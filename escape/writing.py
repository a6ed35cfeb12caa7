"""Attempts to change what lies outside the life's folder, the kernel's settings and the system among it."""

import importlib.util
import py_compile
import secrets
import subprocess
import sys
from pathlib import Path

from escape.attempt import Attempt, Room, reaches, writes

PUT = "open({path!r}, 'w').write('changed')"
LINK = "import os; os.symlink('<target>', 'link'); open('link', 'w').write('changed')"
HARD = "import os; os.link('<target>', 'hard'); open('hard', 'w').write('changed')"
OPENED = """
import os
for number in os.listdir("/proc/self/fd"):
    try:
        if "target" in os.readlink(f"/proc/self/fd/{number}"):
            open(f"/proc/self/fd/{number}", "w").write("changed")
        os.write(int(number), b"") if int(number) > 2 else None
    except OSError:
        pass
"""
SETTING = """
import os
os.open("{path}", os.O_WRONLY)
print("reached")
"""
DEVICE = """
import os, stat
os.mknod("disk", 0o600 | stat.S_IFBLK, os.makedev(7, 0))
try:
    os.open("disk", os.O_RDONLY)
except OSError as error:
    if error.errno in (1, 13):
        raise
print("reached")
"""
SETUID = "import os; os.seteuid(0); print('reached' if os.geteuid() == 0 else 'no')"


def setting(path: str) -> str:
    """A program that opens a setting of the kernel for writing; it writes nothing."""
    return SETTING.format(path=path)


def poisons(room: Room) -> bool:
    """Bytecode beside a module of the host's, which the host's next import would run."""
    module = Path(room.placed["module"])
    module.write_text("value = 'as it was'\n")
    cached = Path(importlib.util.cache_from_source(str(module)))
    cached.parent.mkdir(exist_ok=True)
    cached.parent.chmod(0o777)
    cached.unlink(missing_ok=True)
    bad = room.folder / "repo" / "bad.pyc"
    source = module.with_name("other.py")
    source.write_text("value = 'changed'\n")
    py_compile.compile(str(source), cfile=str(bad), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    bad.chmod(0o644)
    room.run(f"import shutil; shutil.copy('bad.pyc', {str(cached)!r})")
    program = f"import sys; sys.path.insert(0, {str(module.parent)!r}); import module; print(module.value)"
    return "changed" in subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True).stdout


def plants_in_venv(room: Room) -> bool:
    """A file among the controller's own packages."""
    name = f"heirloom_probe_{secrets.token_hex(4)}.py"
    room.run(f"import sys, pathlib; pathlib.Path({str(Path(sys.prefix))!r}, 'lib', {name!r}).touch()")
    room.run(f"import pathlib; pathlib.Path('/venv/lib', {name!r}).touch()")
    found = Path(sys.prefix, "lib", name)
    if found.exists():
        found.unlink()
        return True
    return False


def inherits(room: Room) -> bool:
    """A descriptor that the controller holds open on a file outside."""
    target = Path(room.placed["target"])
    target.write_text("as it was")
    with target.open("r+") as file:
        __import__("os").set_inheritable(file.fileno(), True)
        room.run(OPENED)
    return target.read_text() != "as it was"


def inherits_without_care(room: Room) -> bool:
    """The same from a process that was started without closing anything."""
    target = Path(room.placed["target"])
    target.write_text("as it was")
    with target.open("r+") as file:
        subprocess.run([sys.executable, "-I", "-c", OPENED], pass_fds=(file.fileno(),), check=False)
    return target.read_text() != "as it was"


ATTEMPTS = (
    Attempt("plain path", "write a file outside", writes(PUT.format(path="<target>"))),
    Attempt("symlink", "write through a symbolic link", writes(LINK)),
    Attempt("hard link", "write through a hard link", writes(HARD)),
    Attempt("dot dot", "write through ..", writes(PUT.format(path="../../../outside/target"))),
    Attempt("proc root write", "write through /proc/self/root", writes(PUT.format(path="/proc/self/root/<target>"))),
    Attempt("descriptor", "write through an open descriptor of the controller", inherits,
            control=inherits_without_care),
    Attempt("bytecode", "poison bytecode that the host imports", poisons),
    Attempt("packages", "put a file among the controller's packages", plants_in_venv,
            known="the user may not write there without walls either"),
    Attempt("core pattern", "open /proc/sys/kernel/core_pattern for writing",
            reaches(setting("/proc/sys/kernel/core_pattern")), needs_root=True),
    Attempt("vm settings", "open /proc/sys/vm/swappiness for writing",
            reaches(setting("/proc/sys/vm/swappiness")), needs_root=True),
    Attempt("sysrq", "open /proc/sysrq-trigger for writing", reaches(setting("/proc/sysrq-trigger")), needs_root=True,
            known="this kernel keeps it from root too"),
    Attempt("device", "make and open a device", reaches(DEVICE), needs_root=True),
    Attempt("root again", "become root", reaches(SETUID), needs_root=True),
)  # fmt: skip
