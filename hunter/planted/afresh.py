"""Tests run as the gate runs a suite, on a copy of a tree in whose files faults stand: nothing ran before they did.

What a test notices in a process in which everything is imported already counts only where it is red here, too: it may
compare with what it read from the code before the fault was planted, or know that process from a suite.
"""

import base64
import json
import runpy
import shutil
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..fork import forked
from .places import Place
from .warm import file_of

Stands = tuple[Place, tuple[str, ...]]  # a fault, by its place and mark
SECONDS = 60.0  # of the processor, for a few tests
ROUNDS = 2  # runs in which several faults stand at once, one in each function
ALONE = 6  # faults that are asked alone, where a run with others did not show that they are noticed


class Afresh:
    """Copies of one tree. `program`: what runs a suite in the room; `scratch`: a folder for the copies."""

    def __init__(self, tree: Path, program: Path, scratch: Path) -> None:
        self._tree, self._program, self._scratch = tree, program, scratch
        self._count = 0

    def unheard(self, noticed: Sequence[tuple[Stands, str]]) -> list[int]:
        """Which of these faults, by their places in the list, the test beside each did not notice in a run of several.

        Of each test and function one is asked; what does not fit into ROUNDS runs is believed.
        """
        waiting: dict[tuple[str, str], int] = {}
        for number, ((place, _), test) in enumerate(noticed):
            waiting.setdefault((test, place.spot), number)
        missed = []
        for _ in range(ROUNDS):
            chosen: dict[str, int] = {}
            for number in waiting.values():
                chosen.setdefault(noticed[number][0][0].spot, number)
            together = [noticed[number][0] for number in chosen.values()]
            asked = [number for number in waiting.values() if noticed[number][0] in together]
            red = self.red(together, [noticed[number][1] for number in asked]) if asked else None
            missed += [number for number in asked if red is not None and noticed[number][1] not in red]
            waiting = {key: number for key, number in waiting.items() if number not in asked}
        return missed[:ALONE]

    def red(self, faults: Sequence[Stands], tests: Sequence[str]) -> set[str] | None:
        """What a run reports as red where all these faults stand; None where it comes to no end."""
        self._count += 1
        folder = self._scratch / str(self._count)
        shutil.copytree(self._tree, folder, symlinks=True)
        files: dict[str, list[Stands]] = {}
        for place, mark in faults:
            files.setdefault(place.path, []).append((place, mark))
        for path, several in files.items():
            source = several[0][0].source
            for place, mark in sorted(several, key=lambda one: -one[0].faults[one[1]].start):  # the last one first
                source = place.faults[mark].apply(source)
            (folder / path).write_bytes(source.encode())
        nodes = [node for test in dict.fromkeys(tests) if (node := node_of(folder, test))]

        def work() -> Any:
            sys.argv = [str(self._program)]
            return runpy.run_path(str(self._program))["describe"](folder, nodes)["cases"]

        cases = forked(work, SECONDS)
        shutil.rmtree(folder, ignore_errors=True)
        if cases is None:
            return None
        found = json.loads(zlib.decompress(base64.b64decode(cases)))
        return {name for name, (_, _, red) in found.items() if red}


def node_of(tree: Path, test: str) -> str:
    """What pytest calls a test that a report calls so; "" where its file is not there."""
    path = file_of(tree, test)
    if not path:
        return ""
    owner, _, name = test.partition("::")
    inner = owner.removeprefix(path.removesuffix(".py").replace("/", ".")).strip(".")
    return "::".join([path, *inner.split("."), name] if inner else [path, name])
