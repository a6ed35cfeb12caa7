"""`./heirloom bench overhead`: what Heirloom adds to a life, phase by phase; all figures from one run, medians."""

import json
import sqlite3
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]  # it ships no types
from rich.table import Table

from bench.parts.ground import ROOT, git, many, minimal, show, this_repository
from bench.parts.timing import END, LOOK, PHASES, PLAN, Watch, command, median_of
from controller.git.lineage import Lineage
from controller.git.repository import Repository
from controller.run.compose import VENV
from controller.run.start import run
from controller.sandbox.levels import choose
from controller.settings.settings import Settings

LIVES = 7
REAL = {"shape": {"title": "Look around", "why": "To know.", "steps": ["Look."]}}  # its tools take nothing else
CHANGE = {"calls": [{"name": "bash", "input": {"command": 'echo "N$(date +%N) = 1" >> agent/numbers.py'}}]}


def lived(operator: Path, lives: int, replies: list[Any], isolation: str) -> tuple[Watch, float]:
    """Live so many lives by one script; what was noted, and seconds in all."""
    script = operator.parent / f"{operator.name}.json"
    script.write_text(json.dumps({"lives": [replies]}))
    watch, started = Watch(), time.monotonic()
    run(
        Settings(model=f"script:{script}", generations=lives, isolation=isolation, no_ground=True),
        operator,
        None,
        watch,
    )
    return watch, time.monotonic() - started


def cloning(folder: Path, commits: int) -> float:
    """Median seconds that a workspace from a lineage of so many commits takes."""
    operator = many(folder / f"many{commits}", commits)
    lineage = Lineage(Repository(operator), Repository(folder / f"store{commits}.git", own=True), "lineage/main")
    lineage.open(git(operator, "rev-parse", "main"))
    places = iter(range(100))
    return median_of(lambda: lineage.clone(lineage.head(), folder / f"clone{commits}-{next(places)}"), 9)


def measure(folder: Path, isolation: str = "auto") -> dict[str, Any]:
    """All figures; seconds unless named otherwise."""
    sdk = median_of(command(sys.executable, "-I", "-c", "import anthropic"))
    real, _ = lived(this_repository(folder / "real"), LIVES, [REAL, LOOK, END], isolation)
    assert real.outcomes == {"history"}, "lives that crash are no measure"
    phases = {name: statistics.median(life.get(name, 0.0) for life in real.lives) for name in PHASES if name != "judge"}
    spare = minimal(folder / "minimal")
    lived(spare, 1, [PLAN, LOOK, END], isolation)
    quiet, seconds = lived(spare, 40, [PLAN, LOOK, END], isolation)
    assert quiet.outcomes == {"history"}, "lives that crash are no measure"
    accepted, judged = lived(spare, 20, [PLAN, CHANGE, END], isolation)
    assert accepted.outcomes == {"evolved"}, "what is measured as judged must have passed every gate"
    few, lots = cloning(folder, 50), cloning(folder, 5000)
    return {
        "phases": phases,
        "sdk_import": sdk,
        "added_to_a_life": sum(phases.values()) - sdk,
        "clone_50_commits": few,
        "clone_5000_commits": lots,
        "minimal_lives_an_hour": 3600 * len(quiet.lives) / seconds,
        "minimal_judged_lives_an_hour": 3600 * 20 / judged,
        "controller_resident_mb": psutil.Process().memory_info().rss / 2**20,
        "child_resident_mb": child_memory(folder / "real"),
        "isolation_chosen": median_of(lambda: choose(isolation, VENV, embedded=True)),
        "help": median_of(command(str(ROOT / "heirloom"), "--help")),
    }


def child_memory(operator: Path) -> float:
    """The largest resident memory of a life's process tree, in MiB, as the ledger has it."""
    with sqlite3.connect(operator / ".git" / "heirloom" / "ledger.sqlite") as database:
        rows = database.execute("SELECT data FROM phases WHERE name = 'fetch'").fetchall()
    database.close()
    return float(max(json.loads(data)["peak_bytes"] for (data,) in rows)) / 2**20


def table(found: dict[str, Any]) -> Table:
    """The figures beside what is aimed at."""
    made = Table("figure", "measured", "aim", box=None)
    for name, seconds in found["phases"].items():
        made.add_row(f"  {PHASES[name]}", f"{seconds * 1000:.0f} ms", "")
    made.add_row("  less the SDK's import", f"{found['sdk_import'] * 1000:.0f} ms", "")
    made.add_row("added to a life", f"{found['added_to_a_life']:.2f} s", "≤ 1.5 s")
    more = found["clone_5000_commits"] - found["clone_50_commits"]
    made.add_row("workspace, 5,000 commits over 50", f"{more * 1000:+.0f} ms", "≤ 50 ms")
    made.add_row("minimal lives an hour", f"{found['minimal_lives_an_hour']:,.0f}", "≥ 3,000")
    made.add_row("  of them with all gates", f"{found['minimal_judged_lives_an_hour']:,.0f}", "")
    made.add_row("controller, resident", f"{found['controller_resident_mb']:.0f} MiB", "≤ 150 MiB")
    made.add_row("child before its tests, resident", f"{found['child_resident_mb']:.0f} MiB", "≤ 150 MiB")
    made.add_row("isolation tried and chosen", f"{found['isolation_chosen'] * 1000:.0f} ms", "≤ 300 ms")
    made.add_row("./heirloom --help", f"{found['help'] * 1000:.0f} ms", "≤ 500 ms")
    return made


if __name__ == "__main__":
    show(measure, table)
