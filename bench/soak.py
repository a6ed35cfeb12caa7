"""`./heirloom bench soak [--lives N] [--real N] [--long N]`: whether weeks leave something behind. Takes long.

So many lives of the minimal genome in one process, and of this repository's under the embedded upstream: its last third
is held against its first. Then a lineage of many synthetic generations is listed and gone on with.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # it ships no types
from rich.console import Console
from rich.table import Table

from bench.parts.ground import ROOT, git, lineage, minimal, this_repository
from bench.parts.timing import END, LOOK, PLAN, command, median_of
from controller.contract import CONTEXT_FILE, AgentContext, Entry
from controller.errors import StoppedEarly
from controller.events.kinds import Done, Event
from controller.gates.registry import GATES
from controller.run.start import run
from controller.settings.gate_policy import GatePolicy
from controller.settings.settings import Settings

# Only gates that read: a thousand lives of every gate take an hour
READING = GatePolicy(off=tuple(gate.name for gate in GATES if not gate.reads_only))
MIB = 2**20
HEIRLOOM = str(ROOT / "heirloom")
IMPORTS = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import controller.run.start, controller.gateway.server"
# What is sampled after each life: its unit, and how the last third may differ from the first
KEPT = {
    "memory": ("MiB", "+ ≤ 10 MiB"),
    "descriptors": ("", "equal"),
    "threads": ("", "equal"),
    "children": ("", "equal"),
    "seconds": ("s", "≤ 1.2 ×"),
}
SHORT = 1.5  # minutes of a life: the hunt takes a quarter of them, and what is asked here is what lives leave behind
# A change that leaves the genome as large as it was
NEW = {"calls": [{"name": "bash", "input": {"command": 'echo "def new(): return $(date +%s%N)" > agent/new.py'}}]}


@dataclass
class Samples:
    """What the controller holds after each life; `seconds` of each."""

    memory: list[float] = field(default_factory=list)
    descriptors: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)
    children: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)
    last: float = field(default_factory=time.monotonic)

    def __call__(self, event: Event) -> None:
        if not isinstance(event, Done):
            return
        process, now = psutil.Process(), time.monotonic()
        self.memory.append(process.memory_info().rss / MIB)
        self.descriptors.append(process.num_fds())
        self.threads.append(process.num_threads())
        self.children.append(len(process.children(recursive=True)))
        self.seconds.append(now - self.last)
        self.last = now
        self.outcomes[event.outcome] = self.outcomes.get(event.outcome, 0) + 1


def thirds(values: Sequence[float]) -> tuple[float, float]:
    """Medians of the first and the last third, the very first lives left out: they warm up."""
    rest = values[min(3, len(values) // 4) :]
    size = max(len(rest) // 3, 1)
    return statistics.median(rest[:size]), statistics.median(rest[-size:])


def soaked(operator: Path, settings: Settings) -> dict[str, Any]:
    """Live, and hold the last third against the first."""
    samples = Samples()
    with contextlib.suppress(StoppedEarly):
        run(settings, operator, None, samples)
    state = operator / ".git" / "heirloom"
    return {
        "lives": len(samples.seconds),
        "outcomes": samples.outcomes,
        **{name: thirds(getattr(samples, name)) for name in KEPT},
        "left_in_lives": len(list((state / "lives").iterdir())),
        "state_mb": sum(file.stat().st_size for file in state.rglob("*") if file.is_file()) / MIB,
        "log": median_of(command(HEIRLOOM, "log", "--repository", str(operator)), 3),
    }


def scripted(folder: Path, lives: int) -> dict[str, Any]:
    """Lives of the minimal genome: every second one changes code."""
    script = folder / "script.json"
    script.write_text(json.dumps({"lives": [[PLAN, LOOK, END], [PLAN, NEW, END]]}))
    settings = Settings(
        model=f"script:{script}",
        generations=lives,
        gates=READING,
        stop_deaths=0,
        stop_barren=0,
        exit_on_pause=True,
        no_ground=True,
    )
    return soaked(minimal(folder / "minimal"), settings)


def long(folder: Path, generations: int) -> dict[str, float]:
    """Seconds to list a long lineage, and to the first life of a run that goes on with it."""
    operator = minimal(folder / "long")
    lineage(operator, generations)
    git(operator, "checkout", "--quiet", "lineage/main")
    file = operator / CONTEXT_FILE
    context = AgentContext.model_validate_json(file.read_text())
    history = (Entry(generation=generations, goal="Look around"),)
    file.write_text(context.model_copy(update={"history": history}).render())
    text = git(operator, "log", "-1", "--format=%B")
    git(operator, "commit", "--quiet", "--amend", "-a", "-m", text)
    git(operator, "checkout", "--quiet", "main")
    script = folder / "one.json"
    script.write_text(json.dumps({"lives": [[PLAN, LOOK, END]]}))
    run_one = [HEIRLOOM, "run", "--repository", str(operator), "--generations", "1", "--no-ground", "--json"]
    run_one += ["--model", f"script:{script}"]
    found = {"list": median_of(command(HEIRLOOM, "log", "--repository", str(operator)), 3)}
    for name in ("opened", "gone on with"):  # the first one also makes the store
        began = time.time()
        printed = subprocess.run(run_one, check=True, stdout=subprocess.PIPE, text=True).stdout
        events = [json.loads(line) for line in printed.splitlines()]
        found[name] = next(event["at"] for event in events if event["event"] == "live") - began
    found["imports"] = median_of(command(sys.executable, "-I", "-c", IMPORTS), 3)
    return found


def table(found: Mapping[str, Any]) -> Table:
    """The figures beside what is aimed at."""
    made = Table("figure", "first third", "last third", "aim", box=None)
    for name in ("minimal", "real"):
        one = found.get(name)
        if not one:
            continue
        ended = ", ".join(f"{count} {outcome}" for outcome, count in sorted(one["outcomes"].items()))
        made.add_row(f"{name}: {one['lives']:,} lives", "", "", ended)
        for what, (unit, aim) in KEPT.items():
            first, last = one[what]
            digits = 2 if what == "seconds" else 0
            made.add_row(f"  {what}", f"{first:.{digits}f} {unit}", f"{last:.{digits}f} {unit}", aim)
        made.add_row("  folders of lives left", "", str(one["left_in_lives"]), "0")
        made.add_row("  ledger, store, recordings", "", f"{one['state_mb']:.0f} MiB", "")
        made.add_row("  heirloom log", "", f"{one['log'] * 1000:.0f} ms", "≤ 500 ms")
    if "long" in found:
        long_lineage = found["long"]
        made.add_row(f"a lineage of {found['generations']:,}: listed", "", f"{long_lineage['list']:.2f} s", "≤ 1 s")
        for name in ("opened", "gone on with"):
            seconds = long_lineage[name] - long_lineage["imports"]
            made.add_row(f"  {name}, to the first life, less imports", "", f"{seconds:.2f} s", "≤ 1 s")
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="heirloom bench soak")
    for name, default in (("lives", 1_000), ("real", 60), ("long", 10_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.umask(0o077)
    os.environ["GIT_PYTHON_REFRESH"] = "quiet"
    figures: dict[str, Any] = {"generations": options.long}
    with tempfile.TemporaryDirectory() as name:
        if options.lives:
            figures["minimal"] = scripted(Path(name), options.lives)
        if options.real:
            clone = this_repository(Path(name, "real"))
            settings = Settings(
                model="embedded",
                generations=options.real,
                stop_deaths=0,
                stop_barren=0,
                exit_on_pause=True,
                no_ground=True,
                minutes_per_life=SHORT,
            )
            figures["real"] = soaked(clone, settings)
        if options.long:
            figures["long"] = long(Path(name), options.long)
    if options.json:
        Console().print_json(data=figures, indent=None)
    else:
        Console().print(table(figures))
