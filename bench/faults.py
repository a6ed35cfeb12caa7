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
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.harness.cases import CASES, SLOW_CASES
from bench.harness.kills import Found, at_every_step, at_every_step_of_going_on, lines
from bench.harness.moments import at_random
from bench.harness.troubles import Told, quiet

WORST = 20  # lines of what is wrong that are printed


def figures(found: Found, seconds: float) -> dict[str, Any]:
    """What a number of kills showed, as JSON."""
    return {"kills": found.kills, "starts": found.starts, "lineages": found.lineages, "fell": dict(found.fell),
            "generations": found.generations, "seconds": round(seconds), "wrong": list(lines(found))}  # fmt: skip


def timed(kill: Callable[[], Found]) -> dict[str, Any]:
    """The same, with how long it took."""
    began = time.monotonic()
    return figures(kill(), time.monotonic() - began)


def world(folder: Path) -> Iterator[tuple[str, Told]]:
    """Every trouble of the world, and what was seen."""
    reference = quiet(folder)
    for name, trouble in {**CASES, **SLOW_CASES}.items():
        yield name, trouble(folder, reference)


def kill_table(name: str, found: Mapping[str, Any]) -> Table:
    """Kills as a table: where they fell, and what came of them."""
    made = Table(name, "", box=None)
    fell: Counter[str] = Counter()
    for where, count in found["fell"].items():
        fell[group(where)] += count
    for where, count in sorted(fell.items()):
        made.add_row(f"  {where}", str(count))
    for what in ("kills", "starts", "lineages", "generations"):
        made.add_row(what, f"{found[what]:,}")
    made.add_row("differences, orphans, anything twice or open", str(len(found["wrong"])))
    made.add_row("seconds", str(found["seconds"]))
    return made


def group(where: str) -> str:
    """A step in a few words: the calls of git and the books of a call are many."""
    when, _, step = where.partition(" ")
    return f"{when} a git command" if step.startswith("git ") else where


def world_table(found: Mapping[str, Mapping[str, Any]]) -> Table:
    """Troubles as a table."""
    made = Table("trouble", "each start ended with", "tries aborted", "differences", box=None)
    for name, one in found.items():
        made.add_row(name, " ".join(map(str, one["codes"])), str(one["aborted"]), str(len(one["wrong"])))
    return made


def measured(asked: argparse.Namespace, folder: Path, console: Console) -> dict[str, Any]:
    """All that was asked for, printed as soon as it is known."""
    every = not (asked.random or asked.steps or asked.world)
    kills: dict[str, Callable[[], Found]] = {}
    if asked.random or every:
        kills["random moments"] = lambda: at_random(folder, asked.random or 300, asked.seed)
    if asked.steps or every:
        kills["before and after every step"] = lambda: at_every_step(folder, asked.seed, lambda _: True)
        kills["every step of going on"] = lambda: at_every_step_of_going_on(folder, asked.seed, lambda _: True)
    told: dict[str, Any] = {}
    for name, kill in kills.items():
        told[name] = timed(kill)
        console.print(kill_table(name, told[name]))
    if asked.world or every:
        told["world"] = {name: vars(one) for name, one in world(folder)}
        console.print(world_table(told["world"]))
    return told


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="heirloom bench faults")
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    for flag in ("steps", "world", "json"):
        parser.add_argument(f"--{flag}", action="store_true")
    words = parser.parse_args()
    os.umask(0o077)
    with tempfile.TemporaryDirectory() as place:
        result = measured(words, Path(place), Console(stderr=words.json, width=110))
    if words.json:
        Console().print_json(data=result, indent=None)
    wrong = [line for name, one in result.items() for part in ([one] if name != "world" else one.values())
             for line in part["wrong"]]  # fmt: skip
    for line in wrong[:WORST]:
        Console(stderr=True).print(line, markup=False)
    sys.exit(3 if wrong else 0)
