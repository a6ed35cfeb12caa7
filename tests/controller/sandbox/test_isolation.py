"""What a command in bubblewrap can and cannot do, and what git fetches out of it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from controller.errors import IsolationError
from controller.sandbox.channel import Channel
from controller.sandbox.process_tree import end_strays
from escape.host import comes_true, processes
from tests.controller.levels import LEVELS, NEEDS_BUBBLEWRAP, ROOT, WIDE, Box, make_box

SECONDS = 60.0  # that something may take which usually takes none
TAKES_LINE = """
import ctypes, os
pidfd_getfd = 438
process = os.pidfd_open(os.getppid())
got = [ctypes.CDLL(None).syscall(pidfd_getfd, process, number, 0) for number in range(32)]
print("taken" if max(got) >= 0 else "refused")
"""


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """A box of bubblewrap."""
    return make_box(tmp_path, "bubblewrap")


@NEEDS_BUBBLEWRAP
def test_only_system_and_interpreter_are_seen(box: Box) -> None:
    shown = set(box.bash("ls -A /").output.split())
    assert shown - {"lib32", "lib64", "libx32", "sbin", "root", "home", "opt"} == {
        "bin", "dev", "etc", "lib", "life", "proc", "run", "tmp", "usr", "venv"
    }  # fmt: skip
    assert set(box.bash("ls -A /etc /run /life").output.split()) - {"alternatives", "ld.so.cache"} == {
        "/etc:", "group", "hosts", "passwd", "/run:", "heirloom", "/life:", "home", "repo"
    }  # fmt: skip


@NEEDS_BUBBLEWRAP
def test_checkout_is_not_seen(box: Box) -> None:
    program = f"import os, sys, pytest; print(os.path.exists({str(ROOT)!r}), sys.prefix, pytest.__file__, sys.path)"
    ending = box.run("python", "-c", program)
    assert ending.exit_code == 0, ending.output
    assert ending.output.startswith("False /venv /venv/lib/")
    assert str(ROOT) not in ending.output


@NEEDS_BUBBLEWRAP
def test_only_its_folder_is_writable(box: Box) -> None:
    script = """
    for place in / /etc /usr /usr/lib /venv /venv/bin /run /run/heirloom /dev /proc /proc/sys/vm /root /home; do
        if (: >"$place/probe") 2>/dev/null; then echo "wrote $place"; fi
    done
    for file in /proc/sys/vm/swappiness /proc/sys/kernel/core_pattern /proc/sysrq-trigger /run/heirloom/launcher.py; do
        if (: >>"$file") 2>/dev/null; then echo "opened $file"; fi
    done
    for place in /life /life/repo /tmp /dev/shm; do : >"$place/probe" || echo "closed $place"; done
    """
    ending = box.bash(script)
    assert (ending.exit_code, ending.output) == (0, "")
    assert (box.folder / "repo" / "probe").exists()


@NEEDS_BUBBLEWRAP
def test_uncharged_memory_is_small(box: Box) -> None:
    assert "No space left" in box.bash("head -c 300M /dev/zero >/tmp/x").output
    assert "No space left" in box.bash("head -c 300M /dev/zero >/dev/shm/x").output


@NEEDS_BUBBLEWRAP
def test_command_has_no_rights(box: Box) -> None:
    assert box.bash("whoami; id -u; groups; uname -n").output.split() == ["heirloom", "61347", "heirloom", "heirloom"]
    rights = box.bash("grep -E '^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs)' /proc/self/status").output.split()
    assert rights == [word for name in ("Inh", "Prm", "Eff", "Bnd", "Amb") for word in (f"Cap{name}:", "0" * 16)] + [
        "NoNewPrivs:",
        "1",
    ]
    assert box.bash("unshare --user --map-root-user true").exit_code != 0
    assert box.bash("unshare --mount true").exit_code != 0


@NEEDS_BUBBLEWRAP
@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a command a user of its own on the host")
def test_command_of_root_is_another_user(box: Box) -> None:
    child = box.spawn("bash", "-c", f"touch mark; exec -a heirloom-user-{os.getpid()} sleep 600")
    try:
        assert comes_true(lambda: (box.folder / "repo" / "mark").exists(), SECONDS)
        assert comes_true(lambda: len(processes(f"heirloom-user-{os.getpid()}")) >= 4, SECONDS)
        users = {Path(f"/proc/{pid}").stat().st_uid for pid in processes(f"heirloom-user-{os.getpid()}")}
    finally:
        child.abandon()
    assert users <= {0, 61347}
    assert (box.folder / "repo" / "mark").stat().st_uid == 61347


@NEEDS_BUBBLEWRAP
def test_host_processes_are_unreachable(box: Box) -> None:
    ending = box.bash(f"kill -0 {os.getpid()} 2>&1; ls /proc | grep -c '^[0-9]'")
    assert "No such process" in ending.output
    assert int(ending.output.split()[-1]) < 10


@LEVELS
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers of the system calls are x86_64's")
def test_operators_keys_are_unreachable(tmp_path: Path, level: str) -> None:
    asks = "import ctypes; print(ctypes.CDLL(None).syscall(249, b'user', b'heirloom-planted', None, 0))"
    key = ctypes.CDLL(None).syscall
    key(250, 1, None)  # a session keyring of our own, which ends with this process
    if key(248, b"user", b"heirloom-planted", b"x", 1, -3) < 0:
        pytest.skip("the kernel keeps no keys for us")
    assert key(249, b"user", b"heirloom-planted", None, 0) > 0
    assert make_box(tmp_path, level).run("python", "-c", asks).output == "-1\n"


@NEEDS_BUBBLEWRAP
def test_launchers_channel_cannot_be_taken(box: Box, tmp_path: Path) -> None:
    own = TAKES_LINE.replace("os.getppid()", "os.getpid()")
    assert "taken" in make_box(tmp_path / "open", "none").run("python", "-c", own).output  # the control
    assert box.run("python", "-c", TAKES_LINE).output == "refused\n"


@pytest.mark.parametrize("rubbish", [b"", b"x", b"10", b"10 x", b"1e3 5", b"9999 1", b"10 20 30", b"\xff"])
def test_rubbish_is_no_report(rubbish: bytes) -> None:
    channel = Channel()
    channel.theirs.send(rubbish)
    assert not channel.read()
    assert channel.code is None
    channel.close()


def test_report_is_code_and_memory() -> None:
    channel = Channel()
    channel.theirs.send(b"-9 20")
    assert channel.read()
    assert (channel.code, channel.peak) == (-9, 20 * 1024)
    channel.close()


@NEEDS_BUBBLEWRAP
def test_host_listeners_are_unreachable(box: Box) -> None:
    program = """
import socket, sys
for place in (int(sys.argv[1]), 8700):
    try:
        socket.create_connection(("127.0.0.1", place), timeout=60)
    except OSError as error:
        print(error.strerror)
"""
    with socket.create_server(("127.0.0.1", 0)) as host:
        ending = box.run("python", "-c", program, str(host.getsockname()[1]))
    assert ending.output == "Connection refused\n" * 2
    assert box.bash("grep -c : /proc/net/dev").output.strip() == "1"  # the loopback alone


@NEEDS_BUBBLEWRAP
def test_kernel_limits_processes_and_files(box: Box) -> None:
    tight = replace(WIDE, processes=20, file_bytes=1 << 20)
    assert "Resource temporarily unavailable" in box.bash("for i in {1..30}; do sleep 1 & done", bounds=tight).output
    assert box.bash("head -c 2M /dev/zero >big", bounds=tight).exit_code != 0
    assert (box.folder / "repo" / "big").stat().st_size == 1 << 20
    assert box.bash("ulimit -c; ulimit -Hc").output.split() == ["0", "0"]


@NEEDS_BUBBLEWRAP
def test_unwritable_folder_is_read_only(box: Box) -> None:
    command = box.command("bash", "-c", "echo x >file", writable=False)
    done = subprocess.run(box.isolation.wrap(command), capture_output=True, text=True)
    assert done.returncode != 0
    assert "Read-only file system" in done.stderr


@LEVELS
def test_wrapped_command_needs_no_spawn(tmp_path: Path, level: str) -> None:
    box = make_box(tmp_path, level)
    argv = box.isolation.wrap(box.command("bash", "-c", "pwd; env; cat; exit 3", environment={"WORDS": "two words"}))
    done = subprocess.run(argv, capture_output=True, text=True, input="in\n", cwd="/", env={"LEAK": "x"})
    lines = done.stdout.splitlines()
    assert done.returncode == 3
    assert lines[0] == f"{box.isolation.root(box.folder)}/repo"
    assert "WORDS=two words" in lines
    assert lines[-1] == "in"
    assert not [line for line in lines if line.startswith("LEAK")]


def test_missing_program_names_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IsolationError, match=r"bwrap is not installed: install the package bubblewrap"):
        make_box(tmp_path, "bubblewrap")


@NEEDS_BUBBLEWRAP
def test_nothing_outlives_a_killed_controller(tmp_path: Path) -> None:
    token = f"heirloom-bereaved-{os.getpid()}"
    program = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from tests.controller.levels import make_box
box = make_box(Path({str(tmp_path)!r}), "bubblewrap")
box.bash("(setsid bash -c 'exec -a {token} sleep 600' &); touch started; exec -a {token} sleep 600")
"""
    controller = subprocess.Popen([sys.executable, "-I", "-c", program])
    assert comes_true((tmp_path / "life" / "repo" / "started").exists, SECONDS)
    assert len(processes(token)) > 3
    controller.send_signal(signal.SIGKILL)
    controller.wait()
    assert comes_true(lambda: processes(token) == [], SECONDS)


@NEEDS_BUBBLEWRAP
def test_dead_controllers_strays_are_swept(tmp_path: Path) -> None:
    token = f"heirloom-stray-{os.getpid()}"
    boxes = [make_box(tmp_path / name, "bubblewrap") for name in ("open", "other")]
    launched = []
    for box in boxes:
        argv = box.isolation.wrap(box.command("bash", "-c", f"exec -a {token} sleep 600"))
        argv = [word for word in argv if word != "--die-with-parent"]  # what a child would have to bring about
        launched.append(subprocess.Popen(argv))
    assert comes_true(lambda: sum(name_of(one) == token for one in processes(token)) == 2, SECONDS)
    for process in launched:
        process.kill()
        process.wait()
    assert sum(name_of(one) == token for one in processes(token)) == 2
    end_strays((tmp_path / "open" / "life",))
    assert sum(name_of(one) == token for one in processes(token)) == 1
    end_strays((tmp_path,))  # and below a folder
    assert processes(token) == []


def name_of(process: int) -> str:
    """The first of a process' words."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text().split("\0")[0]
    except OSError:
        return ""


@NEEDS_BUBBLEWRAP
@pytest.mark.skipif(os.geteuid() == 0, reason="as root bwrap's own process 1 is root's")
def test_launcher_of_user_cannot_be_killed(box: Box) -> None:
    assert box.bash("kill -9 1; kill -9 $PPID; sleep 0.1; echo alive").output == "alive\n"


@NEEDS_BUBBLEWRAP
def test_score_cannot_be_lowered(box: Box) -> None:
    ending = box.bash("cat /proc/self/oom_score_adj; echo 0 >/proc/self/oom_score_adj; cat /proc/self/oom_score_adj")
    assert ending.output.splitlines()[::2] == ["500", "500"]
