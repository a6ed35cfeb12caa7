"""`./heirloom bench ground`: what a grading costs beside its hidden tests; each figure is the median of several.

A grading starts one room, one Python and one pytest, and runs the hidden tests twice. It stands beside a bare pytest of
the same tests in the same walls, taken in turn with it, so that a busy machine makes both slower.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from controller.ground import room
from controller.ground.answer import without_steering
from controller.ground.grading import grade_files
from controller.ground.proof import stored
from controller.ground.task import Task, load
from controller.sandbox import child
from controller.sandbox.isolation import Command, Isolation, plain_environment
from controller.sandbox.levels import choose

TIMES = 5
TASKS = ("canteen-menu-views", "buoy-log-units", "postal-round-lookup")
ROOT = Path(__file__).parents[1]


def bare(task: Task, isolation: Isolation, place: Path) -> float:
    """Seconds of a bare pytest of the hidden tests, on the solution."""
    folder = place / "bare"
    files = {f"answer/{path}": data for path, data in without_steering(task.solved).items()}
    files |= {f"tests/{path}": text.encode() for path, text in task.tests.items()}
    files |= {f"tests/{path}": data for path, data in task.data.items()}
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    isolation.hand_over(folder)
    root = isolation.root(folder)
    shown = plain_environment(isolation, "/tmp", "/tmp")
    shown |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": ".", "HEIRLOOM_TESTS": f"{root}/tests"}
    argv = ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", f"{root}/tests")
    began = time.monotonic()
    ending = child.run(isolation, Command(argv, folder, shown, cwd="answer"), room.bounds(task.seconds, 1))
    assert ending.exit_code == 0, ending.output
    return time.monotonic() - began


def measure() -> dict[str, Any]:
    """The figures, in seconds, and how many bare runs a grading costs."""
    isolation = choose("auto", Path(sys.prefix), embedded=True)[0]
    gradings, bares, empty = [], [], []
    for name in TASKS:
        task = load(ROOT / "tasks" / name)
        expected = stored(task).expected
        for _ in range(TIMES):
            with tempfile.TemporaryDirectory() as place:
                bares.append(bare(task, isolation, Path(place)))
            began = time.monotonic()
            graded = grade_files(task, task.solved, isolation, expected)
            assert graded.passed, graded.reason
            gradings.append(time.monotonic() - began)
            empty.append(room.run(isolation, {}, [], seconds=1.0).seconds)
    grading, alone = statistics.median(gradings), statistics.median(bares)
    return {"grading": grading, "bare": alone, "room": statistics.median(empty), "ratio": grading / alone}


def table(found: dict[str, Any]) -> Table:
    """The figures beside what is aimed at."""
    made = Table("figure", "measured", "aim", box=None)
    made.add_row("a grading", f"{found['grading']:.2f} s", "")
    made.add_row("a bare pytest of the same hidden tests", f"{found['bare']:.2f} s", "")
    made.add_row("a room without an answer", f"{found['room']:.2f} s", "")
    made.add_row("what grading adds", f"{found['grading'] - found['bare']:.2f} s", "≤ 0.5 s")
    made.add_row("a grading, in bare runs", f"{found['ratio']:.2f}", "")
    return made


if __name__ == "__main__":
    figures = measure()
    if "--json" in sys.argv:
        print(json.dumps(figures))  # noqa: T201
    else:
        Console().print(table(figures))
