"""The command line beside its commands: what was mistyped, a reader that leaves, a lock that is only looked at."""

import fcntl
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from controller.cli.machine import benchmarks
from controller.errors import RequestError
from controller.state.place import locate, make_state, sole_controller
from tests.controller.cli.test_bad_input import heirloom
from tests.controller.conftest import ROOT
from tests.controller.lives import END, GOAL, live


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["rum"], "heirloom: No such command 'rum'."),
        (["run", "--budgets", "1"], "heirloom run: No such option: --budgets"),
        (["show"], "heirloom show: Missing argument 'number'."),
        (["show", "x"], "heirloom show: Invalid value for 'number': Input should be a valid integer"),
        (["run", "--generations"], "heirloom: Option '--generations' requires an argument."),
    ],
)
def test_mistyped_words_get_one_line(typed: list[str], says: str) -> None:
    done = heirloom(*typed)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert says in done.stderr and done.stderr.endswith("--help`.\n")


def test_no_words_print_help() -> None:
    done = heirloom()
    assert done.returncode == 0 and "run" in done.stdout and "doctor" in done.stdout


def test_help_lists_every_benchmark() -> None:
    done, found = heirloom("bench", "--help"), benchmarks()
    assert {"overhead", "gateway", "gates", "birth", "soak", "faults", "tokens"} == set(found)
    for name, purpose in found.items():
        assert purpose and f"{name}: {purpose[:20]}" in done.stdout
        assert '__name__ == "__main__"' in (ROOT / "bench" / f"{name}.py").read_text()


def test_closed_pipe_is_no_error(operator: Path) -> None:
    live(operator, [GOAL, END])
    words = [sys.executable, "-I", str(ROOT / "controller" / "__main__.py"), "log", "--repository", str(operator)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == ("", 0)


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
