"""A child is started clean, held to its bounds, and leaves nothing behind."""

import ctypes
import os
import signal
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from controller.errors import IsolationError
from controller.sandbox.cgroup import available
from escape.host import processes
from tests.controller.levels import LEVELS, WIDE, make_box

SLOWEST = 90.0  # seconds that an ending may take: far less than what sleeps


def skip_immortal(level: str) -> None:
    """Skip where nobody inside can kill the launcher: as a user it is process 1 in there."""
    if level == "bubblewrap" and os.geteuid() != 0:
        pytest.skip("a user's launcher cannot be killed from inside")


@LEVELS
@pytest.mark.parametrize(
    ("script", "exit_code", "number"),
    [
        ("exit 0", 0, None),
        ("exit 10", 10, None),
        ("exit 137", 137, None),
        ("kill -9 $$", None, 9),
        ("kill -15 $$", None, 15),
        ("exec nowhere", 127, None),
    ],
)
def test_child_ends_as_its_command(
    tmp_path: Path, level: str, script: str, exit_code: int | None, number: int | None
) -> None:
    ending = make_box(tmp_path, level).bash(script)
    assert (ending.exit_code, ending.signal, ending.limit) == (exit_code, number, None)
    assert ending.seconds < SLOWEST


@LEVELS
def test_killed_launcher_ends_the_child(tmp_path: Path, level: str) -> None:
    skip_immortal(level)
    ending = make_box(tmp_path, level).bash("kill -9 $PPID; sleep 600")
    assert (ending.exit_code, ending.signal, ending.limit) == (None, 9, None)
    assert ending.seconds < SLOWEST


@LEVELS
def test_missing_command_ends_with_127(tmp_path: Path, level: str) -> None:
    ending = make_box(tmp_path, level).run("nowhere")
    assert ending.exit_code == 127
    assert "cannot start nowhere" in ending.output


@LEVELS
def test_both_outputs_are_one_text(tmp_path: Path, level: str) -> None:
    ending = make_box(tmp_path, level).bash(r"echo one; echo two >&2; printf '\xff\n'")
    assert ending.output == "one\ntwo\n�\n"


@LEVELS
def test_long_output_keeps_both_ends(tmp_path: Path, level: str) -> None:
    ending = make_box(tmp_path, level).bash("echo first; head -c 1000000 /dev/zero | tr '\\0' x; echo; echo last")
    assert ending.exit_code == 0
    assert ending.output.startswith("first\nxxx")
    assert ending.output.endswith("xxx\nlast\n")
    assert f"[{1000012 - 2 * 32 * 1024} bytes cut]" in ending.output
    assert len(ending.output) < 70_000


@LEVELS
def test_sleeper_exceeds_the_wall_limit(tmp_path: Path, level: str) -> None:
    ending = make_box(tmp_path, level).bash("echo before; sleep 600", bounds=replace(WIDE, seconds=0.3))
    assert (ending.exit_code, ending.signal, ending.limit) == (None, signal.SIGKILL, "wall")
    assert ending.output == "before\n"
    assert 0.3 <= ending.seconds < 0.3 + SLOWEST


def test_excused_waiting_does_not_count(tmp_path: Path) -> None:
    child = make_box(tmp_path, "none").spawn("sleep", "600", bounds=replace(WIDE, seconds=0.1))
    ending = child.wait(waiting=lambda: 0.5)
    assert ending.limit == "wall"
    assert ending.seconds >= 0.6


@LEVELS
def test_memory_is_summed_over_processes(tmp_path: Path, level: str) -> None:
    hog = "import time; kept = b'x' * (60 << 20); time.sleep(600)"
    bounds = replace(WIDE, memory_bytes=150 << 20)
    box = make_box(tmp_path, level)
    three = 'for i in 1 2 3; do "$PYTHON" -c "$HOG" & done; wait'
    ending = box.bash(three, bounds=bounds, PYTHON=box.isolation.python(), HOG=hog)
    assert (ending.signal, ending.limit) == (signal.SIGKILL, "memory")
    assert ending.peak_bytes > 100 << 20  # a look may come before the kernel's own limit, or after
    assert ending.seconds < SLOWEST


@LEVELS
def test_endless_writer_is_ended(tmp_path: Path, level: str) -> None:
    ending = make_box(tmp_path, level).run("yes", bounds=replace(WIDE, output_bytes=1 << 20))
    assert (ending.signal, ending.limit) == (signal.SIGKILL, "output")
    assert ending.seconds < SLOWEST
    assert len(ending.output) < 70_000


@LEVELS
def test_short_child_has_a_peak(tmp_path: Path, level: str) -> None:
    ending = make_box(tmp_path, level).run("python", "-c", "b'x' * (64 << 20)")
    assert 64 << 20 < ending.peak_bytes < 128 << 20


@LEVELS
@pytest.mark.parametrize(
    "start",
    [
        "SLEEPER &",
        "setsid SLEEPER &",
        "(setsid SLEEPER &)",
        "(env -i setsid SLEEPER &)",
        "(trap '' TERM HUP; setsid SLEEPER </dev/null >/dev/null 2>&1 &)",
    ],
    ids=["background", "setsid", "double-fork", "no-environment", "daemon"],
)
def test_nothing_outlives_a_clean_exit(tmp_path: Path, level: str, start: str) -> None:
    token = f"heirloom-survivor-{os.getpid()}-{tmp_path.name}"
    script = start.replace("SLEEPER", f"bash -c 'touch ../home/started; exec -a {token} sleep 600'")
    script += "\nwhile ! [ -e ../home/started ]; do sleep 0.01; done; exit 10"
    ending = make_box(tmp_path, level).bash(script)
    assert ending.exit_code == 10
    assert ending.seconds < SLOWEST
    assert processes(token) == []


@LEVELS
def test_nothing_outlives_a_killed_launcher(tmp_path: Path, level: str) -> None:
    skip_immortal(level)
    token = f"heirloom-orphan-{os.getpid()}-{level}"
    script = f"(setsid bash -c 'exec -a {token} sleep 600' &); sleep 0.1; kill -9 $PPID; exec -a {token} sleep 600"
    ending = make_box(tmp_path, level).bash(script)
    assert ending.signal == signal.SIGKILL
    assert ending.seconds < SLOWEST
    assert processes(token) == []


@LEVELS
def test_fork_storm_ends_with_its_child(tmp_path: Path, level: str) -> None:
    token = f"heirloom-storm-{os.getpid()}-{level}"
    one = f"setsid bash -c 'for j in {{1..200}}; do sleep 0.05 & sleep 0.02; done' {token}"
    storm = f"for i in {{1..20}}; do ({one} &) ; done; sleep 600"
    bounds = replace(WIDE, seconds=0.4, processes=200)
    ending = make_box(tmp_path, level).bash(storm, bounds=bounds)
    assert ending.limit == "wall"
    assert ending.seconds < 0.4 + SLOWEST
    assert processes(token) == []


@LEVELS
def test_another_thread_may_end_it_twice(tmp_path: Path, level: str) -> None:
    child = make_box(tmp_path, level).spawn("sleep", "600")
    stopper = threading.Timer(0.1, child.end)
    stopper.start()
    ending = child.wait()
    stopper.join()
    child.end()
    assert (ending.exit_code, ending.signal, ending.limit) == (None, signal.SIGKILL, None)
    assert ending.seconds < SLOWEST


@LEVELS
def test_child_inherits_nothing(tmp_path: Path, level: str) -> None:
    leaked = os.dup(1)
    os.set_inheritable(leaked, True)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    ignored = signal.signal(signal.SIGUSR2, signal.SIG_IGN)
    try:
        script = "ls /proc/self/fd; grep -E 'SigBlk|SigIgn' /proc/self/status; umask; exec env"
        ending = make_box(tmp_path, level).bash(script, GREETING="hello there")
    finally:
        signal.signal(signal.SIGUSR2, ignored)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(leaked)
    lines = ending.output.splitlines()
    assert lines[:4] == ["0", "1", "2", "3"]  # the last one is of ls itself
    assert [int(line.split()[1], 16) & 0x7FFFFFFF for line in lines[4:6]] == [0, 0]  # above: the C library's own
    assert lines[6] == "0022"
    names = {line.split("=")[0] for line in lines[7:]} - {"PWD", "SHLVL", "_"}  # those are bash's own
    assert names == {"PATH", "HOME", "GREETING"}
    assert "GREETING=hello there" in lines


@LEVELS
def test_out_of_memory_ends_children_first(tmp_path: Path, level: str) -> None:
    assert int(make_box(tmp_path, level).bash("cat /proc/self/oom_score_adj").output) >= 500


@LEVELS
def test_environment_is_in_no_arguments(tmp_path: Path, level: str) -> None:
    token = f"heirloom-secret-{os.getpid()}"
    child = make_box(tmp_path, level).spawn("bash", "-c", "echo $TOKEN; sleep 0.2", TOKEN=token)
    assert processes(token) == []
    assert child.wait().output.strip() == token


@LEVELS
def test_listener_is_reached_at_its_port(tmp_path: Path, level: str) -> None:
    program = "import os, urllib.request as r; print(r.urlopen(os.environ['DOOR'], timeout=60).read().decode())"
    child = make_box(tmp_path, level).spawn("python", "-c", program, listener=True, DOOR="http://127.0.0.1:{port}/")
    assert child.listener is not None
    with child.listener:
        assert child.port == child.listener.getsockname()[1]
        caller, _ = child.listener.accept()
        with caller:
            caller.recv(4096)
            caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nwelcome")
        assert child.wait().output == "welcome\n"


def held() -> tuple[int, str]:
    """Descriptors and children of this process."""
    return len(list(Path("/proc/self/fd").iterdir())), Path(f"/proc/self/task/{os.getpid()}/children").read_text()


@LEVELS
def test_no_descriptor_or_zombie_stays(tmp_path: Path, level: str) -> None:
    # The genome's shell, tested in this same process, makes it adopt orphans; a controller does not.
    ctypes.CDLL(None).prctl(36, 0, 0, 0, 0)
    box = make_box(tmp_path, level)
    box.bash("true")
    before = held()
    for script in ("true", "kill -9 $PPID", "sleep 600 & exit 3"):
        box.bash(script)
    assert held() == before


@LEVELS
def test_missing_folder_is_an_isolation_error(tmp_path: Path, level: str) -> None:
    box = replace(make_box(tmp_path, level), folder=tmp_path / "nowhere")
    with pytest.raises(IsolationError, match="nowhere"):
        box.bash("true")


@LEVELS
def test_cpu_is_summed_over_processes(tmp_path: Path, level: str) -> None:
    bounds = replace(WIDE, cpu_seconds=0.5)
    ending = make_box(tmp_path, level).bash("for i in 1 2; do (while :; do :; done) & done; wait", bounds=bounds)
    assert (ending.signal, ending.limit) == (signal.SIGKILL, "cpu")
    assert ending.seconds < SLOWEST


@pytest.mark.quick(1)
@LEVELS
def test_cpu_of_ended_processes_counts(tmp_path: Path, level: str) -> None:
    bounds = replace(WIDE, cpu_seconds=0.5)
    script = "while :; do for i in {1..200}; do /bin/true; done; done"
    assert make_box(tmp_path, level).bash(script, bounds=bounds).limit == "cpu"


@pytest.mark.quick(2)
@LEVELS
@pytest.mark.parametrize(
    ("script", "limit"),
    [
        ("head -c 30M /dev/zero >big; sleep 600", "disk"),
        ("mkdir a; cd a; for i in {1..1200}; do : >$i; done; sleep 600", "entries"),
        ("for i in {1..100}; do mkdir a; cd a; done; sleep 600", "entries"),
        ("ln -s / root; sleep 1.5", None),
    ],
)
def test_full_folder_is_noticed(tmp_path: Path, level: str, script: str, limit: str | None) -> None:
    bounds = replace(WIDE, folder_bytes=20 << 20, entries=1000)
    ending = make_box(tmp_path, level).bash(script, bounds=bounds)
    assert ending.limit == limit
    assert ending.seconds < SLOWEST


def test_full_disk_is_its_own_limit(tmp_path: Path) -> None:
    assert make_box(tmp_path, "none").bash("sleep 600", bounds=replace(WIDE, free_bytes=1 << 60)).limit == "room"


@pytest.mark.skipif(available() is None, reason="no control group can be made here")
@LEVELS
def test_control_group_holds_memory_and_processes(tmp_path: Path, level: str) -> None:
    groups = available()
    assert groups is not None
    bounds = replace(WIDE, memory_bytes=200 << 20, processes=40)
    hog = "x = bytearray(600 << 20); print('got it')"
    ending = make_box(tmp_path, level).run("python", "-c", hog, bounds=bounds)
    assert ending.limit == "memory"
    assert "got it" not in ending.output
    if "pids" in groups.parents:
        script = "for i in {1..80}; do sleep 1 & done"
        assert "Resource temporarily unavailable" in make_box(tmp_path / "2", level).bash(script, bounds=bounds).output
    assert not [folder for parent in groups.parents.values() for folder in parent.glob(f"heirloom-{os.getpid()}-*")]
