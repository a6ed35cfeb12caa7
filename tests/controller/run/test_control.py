"""A living run does what its operator asks, and a pause outlives the controller."""

import json
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from controller.errors import RequestError
from controller.run.control_socket import address, ask, make_private
from controller.state.place import Place, locate
from controller.views.status import collect
from tests.controller.commands import LIVES, await_first_interrupt, command, first_event, heirloom, living, start
from tests.controller.lives import END, GOAL, bash, history, leftovers, live, processes, release
from tests.waiting import PATIENCE, wait_until


def test_stop_ends_the_run_after_its_life(operator: Path) -> None:
    with living(operator) as process:
        said = heirloom(operator, "stop", "--json")
        assert json.loads(said.stdout)["state"] == "stopping"
        assert ": stops when this life has been recorded" in heirloom(operator, "status").stdout
        release(operator)
        _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors.count("\n"), "stopped as asked; run again" in errors) == (3, 1, True), errors
    assert len(history(operator)) == 1
    assert not address(locate(operator, "lineage/main")).exists()


@pytest.mark.slow
def test_interrupt_ends_the_run_after_its_life(operator: Path) -> None:
    with living(operator) as process:
        process.send_signal(signal.SIGINT)
        await_first_interrupt(process)
        release(operator)
        _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, "stopped as asked" in errors) == (3, True)
    assert len(history(operator)) == 1


def test_termination_ends_an_overdue_life(operator: Path) -> None:
    mark = f"35{os.getpid()}{int(time.time())}"
    with living(operator, [[GOAL, bash(f"sleep {mark}"), END]], HEIRLOOM_STOP_SECONDS="0.3") as process:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, "interrupted; run again" in errors) == (3, True)
    assert (processes(mark), leftovers(operator), history(operator)) == ([], [], [])


def test_pause_outlives_the_controller(operator: Path) -> None:
    place = locate(operator, "lineage/main")
    with living(operator) as process:
        assert heirloom(operator, "pause").stdout == "lineage/main: paused\n"
        release(operator)
        assert first_event(process, "standing")["kind"] == "operator"
        assert process.poll() is None
        process.kill()
    found = collect(place).as_json()
    assert (found["paused"]["kind"], found["generation"]) == ("operator", 1)
    words = command(operator, LIVES, "--generations", "2")
    with start(words) as process:
        assert first_event(process, "standing")["reason"] == "paused by the operator"
        assert heirloom(operator, "resume").stdout == "lineage/main: living\n"
        process.communicate(timeout=PATIENCE)
    assert (process.returncode, len(history(operator)), collect(place).as_json()["paused"]) == (0, 2, None)


@pytest.mark.slow
def test_left_pause_resumes_without_a_controller(operator: Path) -> None:
    with living(operator) as process:
        heirloom(operator, "pause")
        process.kill()
    said = heirloom(operator, "resume")
    assert (said.returncode, said.stdout) == (0, "lineage/main: resumed: run again to go on\n")
    assert collect(locate(operator, "lineage/main")).as_json()["paused"] is None


def test_panic_ends_everything_and_loses_nothing(operator: Path) -> None:
    mark = f"36{os.getpid()}{int(time.time())}"
    with living(operator, [[GOAL, bash(f"sleep {mark}"), END]]) as process:
        wait_until(lambda: processes(mark))
        said = heirloom(operator, "panic")
        assert (said.returncode, said.stdout) == (0, "lineage/main: ended\n"), said.stderr
        assert processes(mark) == []
        process.communicate(timeout=PATIENCE)
    assert (process.returncode, leftovers(operator)) == (3, [])
    assert live(operator, [GOAL, END]).outcomes == ["history"]


@pytest.mark.parametrize("request_", ["pause", "resume", "stop", "panic"])
def test_request_that_nobody_hears_is_refused(operator: Path, request_: str) -> None:
    said = heirloom(operator, request_)
    assert (said.returncode, said.stderr.count("\n"), "nobody lives it now" in said.stderr) == (2, 1, True)


def test_nonsense_does_not_end_the_listening(operator: Path) -> None:
    place = locate(operator, "lineage/main")
    with living(operator):
        for text in (b"\xff\n", b"[]\n", b"", b'{"do": "fly"}\n'):
            with socket.socket(socket.AF_UNIX) as one:
                one.connect(str(address(place)))
                one.sendall(text)
        assert (ask(place, "stop") or {})["state"] == "stopping"


def test_open_folder_of_the_socket_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    with pytest.raises(RequestError, match="mode 0700"):
        make_private(tmp_path / "open")


def test_address_of_the_socket_is_short(operator: Path) -> None:
    place = locate(operator, "lineage/main")
    deep = Place(place.repository, place.state / ("x" * 200), "b" * 200)
    assert len(str(address(deep, {"XDG_RUNTIME_DIR": "/" + "y" * 90}))) < 100
    assert address(deep) != address(place)
