"""`./heirloom bench faults [--random N] [--steps] [--world] [--seed N]`: what a run loses when its controller dies.

Without a word: all three. `--random`: kills at so many random moments; `--steps`: before and after every step of every
kind of life, and again at each step of the start that takes it up; `--world`: a full disk and all that (as root).
Exit 3 where anything differs from the uninterrupted run.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.harness.kills import Found, Kills, every_step
from bench.harness.world import CASES, SLOW_CASES, live_through, quiet

WORST = 20  # lines of what is wrong that are printed
FIGURES = ("kills", "starts", "lineages", "generations", "slowest", "seconds")


def timed(kill: Callable[[], Found]) -> dict[str, Any]:
    """What a number of kills showed, and seconds that it took."""
    began = time.monotonic()
    found = kill()
    seconds = round(time.monotonic() - began)
    return vars(found) | {"fell": dict(found.fell), "slowest": round(found.slowest, 2), "seconds": seconds}


def kill_table(name: str, found: Mapping[str, Any]) -> Table:
    """Kills as a table: where they fell, and what came of them. The calls of git are many: they are one row."""
    made = Table(name, "", box=None)
    fell: Counter[str] = Counter()
    for where, count in found["fell"].items():
        when, _, step = where.partition(" ")
        fell[f"{when} a git command" if step.startswith("git ") else where] += count
    for where, count in sorted(fell.items()):
        made.add_row(f"  {where}", str(count))
    for what in FIGURES:
        label = "seconds until all processes were gone, at most" if what == "slowest" else what
        made.add_row(label, f"{found[what]:,}")
    made.add_row("differences, orphans, anything twice or open", str(len(found["wrong"])))
    return made


def world_table(found: Mapping[str, Mapping[str, Any]]) -> Table:
    """Troubles as a table."""
    made = Table("trouble", "each start ended with", "tries aborted", "differences", box=None)
    for name, one in found.items():
        made.add_row(name, " ".join(map(str, one["codes"])), str(one["aborted"]), str(len(one["wrong"])))
    return made


def measure(options: argparse.Namespace, folder: Path, console: Console) -> dict[str, Any]:
    """All that was asked for, printed as soon as it is known."""
    every = not (options.random or options.steps or options.world)
    kills: dict[str, Callable[[], Found]] = {}
    if options.random or every:
        kills["random moments"] = lambda: Kills(folder, options.seed).at_random(options.random or 300)
    if options.steps or every:
        kills["before and after every step"] = lambda: Kills(folder, options.seed).at_every_step(every_step)
        kills["every step of going on"] = lambda: Kills(folder, options.seed).at_every_step_of_going_on(every_step)
    found: dict[str, Any] = {}
    for name, kill in kills.items():
        found[name] = timed(kill)
        console.print(kill_table(name, found[name]))
    if options.world or every:
        reference = quiet(folder)
        troubles = CASES | SLOW_CASES
        found["world"] = {name: asdict(live_through(one, folder, reference)) for name, one in troubles.items()}
        console.print(world_table(found["world"]))
    return found


def wrong_lines(found: Mapping[str, Any]) -> list[str]:
    """All that is not as it has to be."""
    parts = [*found.get("world", {}).values(), *(part for name, part in found.items() if name != "world")]
    return [line for part in parts for line in part["wrong"]]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="heirloom bench faults")
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    for flag in ("steps", "world", "json"):
        parser.add_argument(f"--{flag}", action="store_true")
    words = parser.parse_args()
    os.umask(0o077)
    with tempfile.TemporaryDirectory() as place:
        result = measure(words, Path(place), Console(stderr=words.json, width=110))
    if words.json:
        Console().print_json(data=result, indent=None)
    wrong = wrong_lines(result)
    for line in wrong[:WORST]:
        Console(stderr=True).print(line, markup=False)
    sys.exit(3 if wrong else 0)
