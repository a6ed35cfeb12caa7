"""`heirloom show N --times`: where the time of a generation's tries went, by phase and gate, from the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from controller.errors import RequestError
from controller.ledger.database import Database
from controller.ledger.journal import Journal
from controller.ledger.life import Life
from controller.ledger.queries import TryTimes, tries_of_generation
from controller.state.place import Place
from controller.views.text import json_line

REUSED = ", when it was asked before: the answer was taken over"


@dataclass(frozen=True)
class Part:
    """A part of a try, in seconds of wall clock. Where its controller died meanwhile, until another one went on."""

    name: str
    seconds: float
    reused: bool = False  # of a gate: it took these seconds earlier, and the answer was taken over


@dataclass(frozen=True)
class Times:
    """Where the time of one try went: the phases that ended, in their order, and the gates within `judge`."""

    number: int
    outcome: str
    phases: tuple[Part, ...]
    gates: tuple[Part, ...]

    def as_json(self) -> dict[str, Any]:
        """It as a JSON object, phases and gates by their names."""
        return {
            "try": self.number,
            "outcome": self.outcome,
            "phases": {part.name: part.seconds for part in self.phases},
            "gates": {part.name: part.seconds for part in self.gates},
            "reused": [part.name for part in self.gates if part.reused],
        }


def show(place: Place, number: int, console: Console, as_json: bool) -> None:
    """Print where the time went. Raises RequestError where this ledger knows no try at that generation."""
    with place.open_ledger() as database:
        found = collect(database, place.branch, number) if database else []
    if not found:
        raise RequestError(f"the ledger here knows no life of generation {number} of {place.branch}")
    if as_json:
        json_line(console, {"generation": number, "tries": [one.as_json() for one in found]})
        return
    for one in found:
        console.print(f"[bold]{number}.{one.number}[/] {one.outcome}")
        for part in one.phases:
            console.print(f"{part.seconds:10.3f} s  {part.name}")
            if part.name == "judge":
                for gate in one.gates:
                    console.print(f"{gate.seconds:14.3f} s  {gate.name}{REUSED * gate.reused}")


def collect(database: Database, lineage: str, generation: int) -> list[Times]:
    """The times of each try at a generation, the first first. Raises LedgerError."""
    journal = Journal(database)
    found = []
    for one in tries_of_generation(database, lineage, generation):
        life = journal.life(one.tried)
        gates = tuple(Part(report.name, report.seconds, report.reused) for report in life.reports)
        found.append(Times(one.tried.number, life.closed or "open", tuple(phases(life, one)), gates))
    return found


def phases(life: Life, one: TryTimes) -> Iterator[Part]:
    """What stands between the moments that the journal noted. A phase is journalled when it begins."""
    begins = [("prepare", one.tried.started)]
    for name, phase in (("live", life.spawn), ("fetch", life.end), ("judge", life.push), ("record", life.result)):
        if phase is not None:
            begins.append((name, phase.at))
    if life.approval is not None:  # a person was asked first
        begins[-1] = ("consent", begins[-1][1])
        begins.append(("record", life.approval.at))
    ends = [at for _, at in begins[1:]]
    if one.ended is not None:
        ends.append(one.ended)
    for (name, start), end in zip(begins, ends, strict=False):
        yield Part(name, round(end - start, 3))
