"""A room for one grading: the walls of the gate tests, no network, a folder that nobody looks at afterwards."""

import binascii
import json
import random
import shutil
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from controller.gates.candidate import last_json
from controller.gates.tests.suite import unzipped
from controller.sandbox import child
from controller.sandbox.child import Ending
from controller.sandbox.isolation import Command, Isolation, plain_environment
from controller.sandbox.limits import MIB, Bounds
from controller.sandbox.temporary import temporary_folder

INSIDE = Path(__file__).parent / "inside"
PROGRAM, REQUEST = "graded.py", "request.json"
MEMORY_BYTES, DATA_BYTES = 1024 * MIB, 512 * MIB  # of a room, and of one process in it
START_SECONDS = 30.0  # for what is not the tests: a busy machine's


class Report(BaseModel):
    """What the room says of one version: pytest's exit code, and name, end and reason of each case."""

    exit: int | None
    cases: list[tuple[str, str, str]]
    problem: str

    def functions(self) -> dict[str, list[str]]:
        """How the cases of each test function ended, by `test_x.py::test_y`."""
        found: dict[str, list[str]] = {}
        for name, how, _ in self.cases:
            found.setdefault(name.partition("[")[0].removeprefix("tests/"), []).append(how)
        return found


class Printed(BaseModel):
    """The line that the program in the room prints."""

    versions: str


REPORTS = TypeAdapter(list[Report])


@dataclass(frozen=True)
class Version:
    """One run: what is laid over the files, what is not there, and the tests by path."""

    tests: Mapping[str, str]
    laid: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Climate:
    """What a result must not hang on."""

    seed: str = "0"
    zone: str = "UTC"


USUAL = Climate()


@dataclass(frozen=True)
class Ran:
    """A room's end: a report for each version, and the seconds that it took, its start among them."""

    reports: Sequence[Report]
    seconds: float


def run(
    isolation: Isolation,
    files: Mapping[str, bytes],
    versions: Sequence[Version],
    *,
    seconds: float,
    data: Mapping[str, bytes] | None = None,
    climate: Climate = USUAL,
    draw: random.Random | None = None,
    first: bool = False,
) -> Ran:
    """Run the versions of an answer, one after another, in a drawn order. Raises IsolationError.

    `files`: the answer's. `seconds`: for the tests of one version. `data`: what lies beside the hidden tests.
    `first`: whether a version ends at its first failure.
    """
    order = list(range(len(versions)))
    if draw is not None:
        draw.shuffle(order)
    request = {
        "files": as_text(files),
        "data": as_text(data or {}),
        "laid": [as_text(one.laid) for one in versions],
        "order": order,
        "seconds": seconds,
        "memory": DATA_BYTES,
        "first": first,
    }
    with temporary_folder("grading") as place:
        folder = place / "room"
        folder.mkdir(mode=0o700)
        (folder / PROGRAM).write_text((INSIDE / PROGRAM).read_text(encoding="utf-8"), encoding="utf-8")
        (folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")
        for number, one in enumerate(versions):
            (folder / f"{number}.json").write_text(json.dumps(dict(one.tests)), encoding="utf-8")
        isolation.hand_over(folder)
        ending = started(isolation, folder, climate, bounds(seconds, len(versions)))
    return Ran(reports_of(ending, len(versions)), ending.seconds)


def as_text(files: Mapping[str, bytes]) -> dict[str, str]:
    """Files as JSON can carry them."""
    return {path: data.decode("latin-1") for path, data in files.items()}


def bounds(seconds: float, versions: int) -> Bounds:
    """What a room may use: each version its seconds, and a start."""
    wall = START_SECONDS + seconds * versions
    return Bounds(
        seconds=wall,
        memory_bytes=MEMORY_BYTES,
        output_bytes=16 * MIB,
        processes=128,
        file_bytes=64 * MIB,
        cpu_seconds=wall,
        folder_bytes=256 * MIB,
        entries=20_000,
    )


def started(isolation: Isolation, folder: Path, climate: Climate, limits: Bounds) -> Ending:
    """Run the program in the room to its end."""
    root = isolation.root(folder)
    scratch = f"{root}/tmp" if isolation.name == "none" else "/tmp"
    shown = plain_environment(isolation, scratch, scratch)
    shown |= {"PYTHONHASHSEED": climate.seed, "TZ": climate.zone}
    argv = ("python", "-s", "-P", f"{root}/{PROGRAM}", root, scratch)
    return child.run(isolation, Command(argv, folder, shown, cwd="."), limits)


def printed(isolation: Isolation, program: str, request: Mapping[str, object], beside: Path) -> dict[str, Any] | None:
    """The line that another program of ours prints, which is given a request and a folder beside it; None: nothing."""
    with temporary_folder("grading") as place:
        folder = place / "room"
        folder.mkdir(mode=0o700)
        (folder / program).write_text((INSIDE / program).read_text(encoding="utf-8"), encoding="utf-8")
        (folder / REQUEST).write_text(json.dumps(request), encoding="utf-8")
        shutil.copytree(beside, folder / beside.name, ignore=shutil.ignore_patterns("__pycache__"))
        isolation.hand_over(folder)
        root = isolation.root(folder)
        argv = ("python", "-I", f"{root}/{program}", f"{root}/{REQUEST}")
        command = Command(argv, folder, plain_environment(isolation, "/tmp", "/tmp"), cwd=".", writable=False)
        return last_json(child.run(isolation, command, bounds(START_SECONDS, 1)).output)


def reports_of(ending: Ending, count: int) -> list[Report]:
    """The report of each version; of a room that told nothing, why."""
    try:
        packed = Printed.model_validate(last_json(ending.output)).versions
        reports = REPORTS.validate_json(unzipped(packed))
    except (ValidationError, binascii.Error, zlib.error):
        reports = []
    if ending.limit or len(reports) != count:
        why = "the grading ended without a report"
        if ending.limit:
            why = f"the grading was stopped by a limit ({ending.limit})"
        return [Report(exit=None, cases=[], problem=why) for _ in range(count)]
    return reports
