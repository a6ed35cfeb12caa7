"""The command line beside its commands: what was mistyped, a reader that leaves, a lock that is only looked at."""

import fcntl
import os
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

import pytest

from controller.cli.common import Checked, Output
from controller.cli.machine import benchmarks
from controller.cli.usage import likely
from controller.errors import RequestError, StoppedEarly
from controller.state.place import locate, make_state, sole_controller
from controller.views.text import json_line
from tests.command_line import MAIN
from tests.controller.cli.test_bad_input import heirloom
from tests.controller.commands import command
from tests.controller.conftest import ROOT, git
from tests.controller.lives import END, GOAL, live
from tests.waiting import PATIENCE


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["rum"], "heirloom: No such command 'rum'."),
        (["run", "--budgets", "1"], "heirloom run: No such option: --budgets"),
        (["show"], "heirloom show: Missing argument 'number'."),
        (["show", "x"], "heirloom show: Invalid value for 'number': it must be a whole number."),
        (["run", "--generations"], "heirloom run: Option '--generations' requires an argument."),
        (["run", "--gen", "1"], "heirloom run: No such option: --gen (Possible options: --generations) Try"),
        (["run", "--goal"], "heirloom run: Option '--goal' requires an argument."),
        (
            ["run", "--model", "script:nope.json"],
            "heirloom: --model script:nope.json: the file cannot be read",
        ),
    ],
)
def test_mistyped_words_get_one_line(typed: list[str], says: str) -> None:
    done = heirloom(*typed)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert says in done.stderr
    if "script:" not in says:
        assert done.stderr.endswith("--help`.\n")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("--gen", ["--generations"]),
        ("--budgets", ["--budget"]),
        ("--per", ["--per-day", "--per-life"]),
        ("--modle", ["--model"]),
        ("--xyzzy", []),
        ("-", []),
        ("--", []),
    ],
)
def test_options_are_guessed_by_their_beginning(typed: str, found: list[str]) -> None:
    assert likely(typed, ["--budget", "--generations", "--model", "--per-day", "--per-life"]) == found


@pytest.mark.parametrize("size", [10, 100_000])
def test_output_that_is_full_names_itself(size: int) -> None:
    """A text longer than a buffer fails while it is written, a shorter one at the end."""
    with suppress(OSError), Path("/dev/full").open("w") as full:
        output = Output(file=cast(IO[str], Checked(full)), width=200)
        with pytest.raises(StoppedEarly, match="not all of the output could be written"):
            json_line(output, "x" * size)
            output.file.flush()


def test_no_words_print_help() -> None:
    done = heirloom()
    assert done.returncode == 0 and "run" in done.stdout and "doctor" in done.stdout


def test_help_lists_every_benchmark() -> None:
    done, found = heirloom("bench", "--help"), benchmarks()
    assert {"overhead", "gateway", "gates", "birth", "life", "soak", "faults", "tokens", "ground", "views"} == set(
        found
    )
    for name, purpose in found.items():
        assert purpose and f"{name}: {purpose[:20]}" in done.stdout
        assert '__name__ == "__main__"' in (ROOT / "bench" / f"{name}.py").read_text()


def test_closed_pipe_is_no_error(operator: Path) -> None:
    live(operator, [GOAL, END])
    words = [*MAIN, "log", "--repository", str(operator)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == ("", 0)


def unread(operator: Path, words: list[str], output: int | None) -> tuple[str, int]:
    """A command whose output goes to this file, or to a pipe that nobody reads: what it says, how it ended."""
    main = [*MAIN, *words]
    if "--help" not in words:
        main += ["--repository", str(operator)]
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen(main, stdout=output or writer, stderr=subprocess.PIPE, text=True) as process:
        os.close(writer)
        _, said = process.communicate(timeout=PATIENCE)
    return said, process.returncode


PRINTING = [
    ["config"],
    ["status", "--json"],
    ["budget"],
    ["run", "--help"],
    ["log"],
    ["show", "1"],
    ["verify", "--json"],
]


@pytest.mark.quick(1)
@pytest.mark.parametrize("words", PRINTING, ids=" ".join)
def test_full_output_is_one_line(operator: Path, words: list[str]) -> None:
    live(operator, [GOAL, END])
    with Path("/dev/full").open("w") as full:
        said, code = unread(operator, words, full.fileno())
    assert (code, said.count("\n"), "not all of the output could be written: [Errno 28]" in said) == (3, 1, True), said


@pytest.mark.quick(2)
@pytest.mark.parametrize("words", [["verify"], ["verify", "--json"], ["run", "--help"]], ids=" ".join)
def test_closed_pipe_keeps_the_answer(operator: Path, words: list[str]) -> None:
    live(operator, [GOAL, END])
    git(operator, "update-ref", "-d", "refs/heads/lineage/main")
    assert unread(operator, words, None) == ("", 3 if "verify" in words else 0)


@pytest.mark.slow
def test_full_errors_keep_the_exit_code(operator: Path) -> None:
    main = [*MAIN, "show", "7", "--repository", str(operator)]
    with Path("/dev/full").open("w") as full:
        assert subprocess.run(main, stdout=full, stderr=full, check=False, timeout=PATIENCE).returncode == 2
    closed = subprocess.run(["sh", "-c", '"$@" >&- 2>&- <&-', "sh", *main], check=False, timeout=PATIENCE)
    assert closed.returncode == 2


@pytest.mark.slow
@pytest.mark.parametrize("as_json", [True, False])
def test_full_output_stops_the_run(operator: Path, as_json: bool) -> None:
    words = command(operator, [[GOAL, END]], "--generations", "1", *(["--json"] * as_json))
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=PATIENCE)
    assert (done.returncode, "the events cannot be written" in done.stderr) == (3, True), done.stderr
    assert done.stderr.count("\n") == 1
    assert live(operator, [GOAL, END]).outcomes == ["history"]


def test_shared_lock_stops_no_run(operator: Path) -> None:
    place = locate(operator, "lineage/main")
    make_state(place)
    looked = threading.Event()

    def look() -> None:
        with (place.lineage / "lock").open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            looked.set()
            time.sleep(0.05)

    watcher = threading.Thread(target=look)
    watcher.start()
    assert looked.wait(60)
    with sole_controller(place), pytest.raises(RequestError, match="another controller"), sole_controller(place):
        pass
    watcher.join()
