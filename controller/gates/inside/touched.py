"""A pytest plugin: which functions of agent/ each test calls, and how many seconds of the processor it takes.

Written as JSON to the file $HEIRLOOM_TOUCHED: {"seconds": {test: seconds}, "touched": {"path::function": [places of
tests in "seconds"]}}. A test is named without its parameters; what another process calls is not seen.
"""

import builtins
import gc
import json
import os
import runpy
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

PLACE = os.environ.pop("HEIRLOOM_TOUCHED", "")
# The first part was needed to find us, and is nothing to the tests
os.environ["PYTHONPATH"] = os.environ.get("PYTHONPATH", "").partition(os.pathsep)[2]
if not os.environ["PYTHONPATH"]:
    del os.environ["PYTHONPATH"]
# What faults are planted with is there in every run of the gates' room: no test can tell by it
WRONG = Path(__file__).parent / "hunter/planted/wrong.py"
if WRONG.is_file():
    found = runpy.run_path(str(WRONG))
    setattr(builtins, found["NAME"], found["wrong_value"])
gc.set_threshold(100_000, 20, 100)  # a fifth of what a suite took was a search for garbage among imports
FOLDER = f"{Path.cwd()}/"
CODE = f"{FOLDER}agent/"
SECONDS: dict[str, float] = {}
TOUCHED: dict[str, set[int]] = {}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Note what is called while a test runs, with its fixtures."""
    codes: dict[int, CodeType] = {}

    def note(frame: FrameType, _event: str, _argument: Any) -> None:
        codes[id(frame.f_code)] = frame.f_code

    before = used()
    threading.settrace(note)
    sys.settrace(note)
    try:
        return (yield)
    finally:
        sys.settrace(None)
        threading.settrace(None)
        keep(reported(item.nodeid), used() - before, codes)


def keep(test: str, seconds: float, codes: dict[int, CodeType]) -> None:
    """Add one case to what its test needs and calls."""
    SECONDS[test] = round(SECONDS.get(test, 0.0) + seconds, 3)
    place = list(SECONDS).index(test)
    for code in codes.values():
        if code.co_filename.startswith(CODE):
            name = code.co_qualname.partition(".<locals>")[0]
            TOUCHED.setdefault(f"{code.co_filename.removeprefix(FOLDER)}::{name}", set()).add(place)


def used() -> float:
    """Seconds of the processor that this process took, and all those that it has waited for."""
    return sum(os.times()[:4])


def reported(node: str) -> str:
    """What a report calls the test function of a node: `tests.agent.test_x::test_y`, without its parameters."""
    path, _, rest = node.partition("::")
    owner, _, name = rest.partition("[")[0].rpartition("::")
    place = path.removesuffix(".py").replace("/", ".")
    if owner:
        place = f"{place}.{owner.replace('::', '.')}"
    return f"{place}::{name}"


def pytest_sessionfinish() -> None:
    """Write it down."""
    if PLACE:
        touched = {name: sorted(places) for name, places in TOUCHED.items()}
        Path(PLACE).write_text(json.dumps({"seconds": SECONDS, "touched": touched}), encoding="utf-8")
