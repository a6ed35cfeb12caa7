"""The shell, on the cases that hung others."""

import time
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from agent.shell import SHOWN, CommandResult, Shell

ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
TABLE = {
    "output": ("echo a; echo b >&2", "[exit 0]\na\nb\n"),
    "exit code": ("echo a; exit 3", "[exit 3]\na\n"),
    "failure": ("false", "[exit 1]\n"),
    "heredoc": ("cat <<'X'\n$a `b`\nX", "[exit 0]\n$a `b`\n"),
    "comment": ("echo a # and no more", "[exit 0]\na\n"),
    "trailing ampersand": ("sleep 90 &", "[exit 0]\n"),
    "background that keeps stdout": (
        "(echo a; touch go; sleep 90; echo b) & until test -e go; do sleep 0.02; done",
        "[exit 0]\na\n",
    ),
    "stdin": ("cat; echo a", "[exit 0]\na\n"),
    "signal": ("kill -9 $$", "[ended by signal 9]\n"),
    "errexit": ("set -e; false; echo a", "[exit 1]\n"),
    "no newline": ("printf a", "[exit 0]\na"),
    "not text": (r"printf '\xff'", "[exit 0]\n\ufffd"),
    "exit in a subshell": ("(exit 4); echo $?", "[exit 0]\n4\n"),
}


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    before = set(psutil.Process().children(recursive=True))
    (tmp_path / "repo").mkdir()
    (tmp_path / "out").mkdir()
    yield Shell(tmp_path / "repo", tmp_path / "out", ENVIRONMENT)
    for one in set(psutil.Process().children(recursive=True)) - before:
        one.kill()


@pytest.mark.parametrize("case", TABLE)
def test_a_command_returns_at_once_with_exit_code_and_output(shell: Shell, case: str) -> None:
    command, expected = TABLE[case]
    started = time.monotonic()
    assert str(shell.run(command, 60)) == expected
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("command", ["echo 'open", "if true", "cat <<X\na"])
def test_a_command_that_is_not_finished_says_so(shell: Shell, command: str) -> None:
    started = time.monotonic()
    assert "bash-1.sh" in shell.run(command, 60).output
    assert time.monotonic() - started < 60


def test_folder_and_exported_variables_are_taken_over(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "repo" / "deep").mkdir()
    shell.run("cd deep; export A='x\ny'; B=2; f() { echo f; }; export -f f; exit 1", 60)
    assert str(shell.run('pwd; echo "$A,$B"; f', 60)) == f"[exit 0]\n{tmp_path}/repo/deep\nx\ny,\nf\n"
    shell.run("unset A; cd ..; rmdir deep; mkdir deep; cd deep; rmdir ../deep", 60)
    assert str(shell.run('pwd; echo "$A"', 60)) == f"[exit 0]\n{tmp_path}/repo\n\n"


def test_a_broken_path_can_be_mended(shell: Shell) -> None:
    shell.run("export PATH=/nowhere", 60)
    assert "ls: command not found" in str(shell.run("ls", 60))
    shell.run("export PATH=/usr/bin:/bin", 60)
    assert str(shell.run("ls", 60)) == "[exit 0]\n"


def test_long_output_shows_head_and_tail_and_where_the_rest_is(shell: Shell, tmp_path: Path) -> None:
    started = time.monotonic()
    told = str(shell.run("echo first; head -c 10000000 /dev/zero | tr '\\0' a; echo last", 60))
    assert time.monotonic() - started < 60
    assert len(told) < SHOWN + 200
    assert told.startswith("[exit 0]\nfirst\naaa") and told.endswith("aaa" + "last\n")
    assert str(tmp_path / "out" / "bash-1.txt") in told
    assert (tmp_path / "out" / "bash-1.txt").stat().st_size == 10_000_011


def test_output_that_just_fits_is_whole(shell: Shell) -> None:
    assert str(shell.run(f"head -c {SHOWN} /dev/zero | tr '\\0' a", 60)) == "[exit 0]\n" + "a" * SHOWN


def test_output_without_end_is_stopped(shell: Shell) -> None:
    started = time.monotonic()
    assert str(shell.run("yes", 300)).startswith("[stopped with all it had started, past its output]\ny\n")
    assert time.monotonic() - started < 120


def test_at_its_time_a_command_ends_with_everything_it_started(shell: Shell) -> None:
    before = set(psutil.Process().children(recursive=True))
    shell.run("sleep 95 &", 60)
    survivors = "setsid sleep 96 & (setsid bash -c 'sleep 97 & exec sleep 98' &); (sleep 99 &)"
    started = time.monotonic()
    told = str(shell.run(f"echo before; export A=1; {survivors}; sleep 94", 1))
    assert told == "[stopped with all it had started, past its time]\nbefore\n"
    assert time.monotonic() - started < 60
    left = set(psutil.Process().children(recursive=True)) - before
    assert [one.cmdline() for one in left] == [["sleep", "95"]]


def zombies() -> int:
    """How many children of this process ended and still count."""
    return sum(one.status() == psutil.STATUS_ZOMBIE for one in psutil.Process().children())


def test_orphans_that_ended_are_taken_leave_of(shell: Shell) -> None:
    before = zombies()
    known = set(psutil.Process().children())
    shell.run("for i in $(seq 20); do (true &) ; done", 60)
    while any(one.status() != psutil.STATUS_ZOMBIE for one in set(psutil.Process().children()) - known):
        time.sleep(0.02)  # some may still be at work when the command is over
    shell.run("true", 60)
    assert zombies() <= before


def test_a_result_tells_how_it_ended() -> None:
    assert CommandResult(0, "").succeeded
    assert not any(one.succeeded for one in (CommandResult(1, ""), CommandResult(-9, ""), CommandResult(0, "", "time")))
