"""The table of the nursery: every planted genome, the gate that decided, and how long that took."""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from controller.errors import PastBounds
from controller.gates.candidate import Candidate
from controller.gates.gate import Gate
from controller.gates.judging import judge
from controller.gates.registry import GATES
from controller.ledger.report import Report
from controller.life.workspace import remove
from controller.sandbox.isolation import Isolation
from controller.sandbox.temporary import temporary_folder
from nursery.bombs import PUSHED
from nursery.ground import PUSH, Found, Ground, Planted
from nursery.honest import HONEST
from nursery.lives import REPRODUCTION
from nursery.noticing import WEAK
from nursery.running import GAPS, RUNNING
from nursery.unread import UNREAD

HOSTILE: Mapping[str, Planted] = {**PUSHED, **UNREAD, **RUNNING, **WEAK, **REPRODUCTION}
KINDS: Mapping[str, Mapping[str, Planted]] = {"hostile": HOSTILE, "gap": GAPS, "honest": HONEST}
SETTLED: list[Ground] = []  # one for each process that judges
AS_IT_SHOULD = {"hostile": "caught", "gap": "known gap", "honest": "passed"}
WRONG = {"hostile": "MISSED", "gap": "GAP CLOSED", "honest": "REFUSED"}


@dataclass(frozen=True)
class Row:
    """One genome. `expected`: the gate that must catch it, "" where none; `gate`: the one that decided, "" for all."""

    name: str
    kind: str
    expected: str
    decision: str
    gate: str
    seconds: float
    reason: str
    told: bool  # whether the reason is the one that it must be

    @property
    def right(self) -> bool:
        """Whether it came as it must."""
        wanted = "refuse" if self.expected else "pass"
        return self.told and (self.decision, self.gate) == (wanted, self.expected)

    @property
    def word(self) -> str:
        """What is said of it."""
        if self.right:
            return AS_IT_SHOULD[self.kind]
        if self.decision == "unknown":
            return "NOT CHECKED"
        return WRONG[self.kind]


def within(gate: Gate, seconds: float) -> Gate:
    """A gate whose programs get so long."""

    def bounded(candidate: Candidate) -> Report:
        bounds = replace(candidate.room.bounds, seconds=seconds)
        return gate.check(replace(candidate, room=replace(candidate.room, bounds=bounds)))

    return replace(gate, check=bounded)


def judged(ground: Ground, name: str, kind: str) -> Row:
    """Plant a genome and ask all gates about it."""
    planted = KINDS[kind][name]
    began = time.monotonic()
    try:
        made = ground.plant(planted)
    except PastBounds as error:
        seconds = round(time.monotonic() - began, 2)
        return Row(name, kind, planted.gate, "refuse", PUSH, seconds, str(error), planted.reason in str(error))
    gates = list(GATES)
    for place, gate in enumerate(gates):
        if gate.name == planted.gate:
            gates[place] = within(gate, planted.seconds)
    verdict, reports = judge(made, tuple(gates))
    remove(made.room.folder)
    last = reports[-1]
    if verdict.gate:
        last = verdict.decided_by(reports)
    return Row(
        name=name,
        kind=kind,
        expected=planted.gate,
        decision=verdict.decision,
        gate=verdict.gate,
        seconds=round(sum(report.seconds for report in reports), 2),
        reason=last.reason if verdict.gate else "",
        told=planted.reason in last.reason,
    )


def settle(folder: Path, isolation: Isolation, found: Found | None) -> None:
    """Give this process a ground of its own."""
    SETTLED.append(Ground(folder / str(os.getpid()), isolation, found))


def judged_here(wanted: tuple[str, str]) -> Row:
    """A row, on this process' ground."""
    return judged(SETTLED[0], *wanted)


def rows(isolation: Isolation, only: Sequence[str] = ()) -> Iterator[Row]:
    """All rows in order, as they come; as many at once as there are processors. `only`: names, or parts of names.

    In processes: two threads that parse Python at once can trip over each other (a fault of CPython 3.11's `ast`).
    """
    wanted = [(name, kind) for kind, planted in KINDS.items() for name in planted if matches(name, only)]
    with temporary_folder("nursery") as place:
        found = None
        if any(name not in {**UNREAD, **PUSHED} for name, _ in wanted):
            ground = Ground(Path(place) / "first", isolation)
            found = ground.warm()
            ground.close()
        given = (Path(place), isolation, found)
        with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), settle, given) as pool:
            yield from pool.map(judged_here, wanted)


def matches(name: str, only: Sequence[str]) -> bool:
    """Whether a genome is asked for."""
    return not only or any(part.lower() in name.lower() for part in only)


def counts(found: Sequence[Row]) -> dict[str, Any]:
    """The one object of `--json`."""
    number = Counter(row.kind for row in found)
    wrong = Counter(row.kind for row in found if not row.right)
    return {
        "hostile": number["hostile"] + number["gap"],
        "hostile_missed": wrong["hostile"],
        "known_gaps": number["gap"],
        "honest": number["honest"],
        "honest_refused": wrong["honest"],
        "rows": [{**asdict(row), "result": row.word} for row in found],
    }


def line(row: Row) -> str:
    """A row as text."""
    text = f"{row.word:<11} {row.gate or 'all passed':<12} {row.seconds:6.1f} s  {row.name}"
    if row.right:
        return text
    return f"{text}  (must be {row.expected or 'passed'}; {row.decision}: {row.reason})"


def last_line(found: Sequence[Row]) -> str:
    """The counts as text."""
    number = counts(found)
    return (
        f"{number['hostile']} hostile: {number['hostile_missed']} missed, {number['known_gaps']} known gaps; "
        f"{number['honest']} honest: {number['honest_refused']} refused"
    )


def markdown(found: Sequence[Row]) -> str:
    """The table of docs/gates.md."""
    lines = ["| genome | what became of it | gate that decided | seconds |", "|---|---|---|---|"]
    lines += [f"| {row.name} | {row.word} | {row.gate or 'all passed'} | {row.seconds:.1f} |" for row in found]
    gaps = [f"- {row.name}: {GAPS[row.name].gap}." for row in found if row.kind == "gap"]
    return "\n".join([*lines, "", f"{last_line(found)}.", "", *gaps])


def as_json(found: Sequence[Row]) -> str:
    """The counts and the rows as one object."""
    return json.dumps(counts(found))
