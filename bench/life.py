"""`./heirloom bench life [--against COMMIT] [--lives N]`: wall and CPU of a judged life, part by part, as ratios.

Two kinds of life, each as `heirloom run` lives them in a fresh clone, every gate on: the embedded upstream's, and a
script that writes a function and its test. Both by the code of this commit and by that of another one (default: the one
before), in one run. The first life of a clone is cold: no types, no suite of the parent is known; of the others, which
are warm, the medians are shown. What a life asks of the gates is a part of `live`.

CPU is that of all processes: those that a sandbox leaves behind are adopted by this one, and counted when they ended.
"""

import argparse
import ctypes
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.table import Table

from bench.parts.ground import ROOT, git

PR_SET_CHILD_SUBREAPER = 36
TICKS = os.sysconf("SC_CLK_TCK")
STAT_TIMES = slice(11, 15)  # of what follows the name in /proc/PID/stat: utime, stime, and those of awaited children
CODE = '"""A greeting."""\n\n\ndef greet(name: str) -> str:\n    return f"Hello {number}, {name}"\n'
TEST = (
    "from agent.hello_{number} import greet\n\n\n"
    'def test_greet() -> None:\n    assert greet("Ada") == "Hello {number}, Ada"\n'
)
Part = tuple[float, float]  # seconds of wall clock, of processor time
Life = dict[str, Part]


def script(lives: int) -> list[list[dict[str, Any]]]:
    """Replies of lives that each write a module and its test."""
    made: list[list[dict[str, Any]]] = []
    for number in range(lives):
        files = {f"agent/hello_{number}.py": CODE.replace("{number}", str(number))}
        files[f"tests/agent/test_hello_{number}.py"] = TEST.replace("{number}", str(number))
        write = "\n".join(f"cat >{path} <<'END'\n{text}END" for path, text in files.items())
        goal = {"title": f"Greet the next life, {number}", "why": "It is lonely.", "steps": ["a new module"]}
        done = {"name": "done", "input": {"outcome": "code", "summary": f"It greets, {number}."}}
        made.append([{"shape": goal}, {"calls": [{"name": "bash", "input": {"command": write}}]}, {"calls": [done]}])
    return made


class Meter:
    """Wall clock and processor time of a process and of all that it starts, also of what is orphaned."""

    def __init__(self, pid: int) -> None:
        self._stat = Path(f"/proc/{pid}/stat")
        self._pid = pid
        self._adopted = cpu_of_ended()
        self._last = self.now()

    def now(self) -> Part:
        """Both, as they stand. The process must not have been waited for."""
        while True:  # what was orphaned and ended
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if found is None or found.si_pid == self._pid:
                break
            os.waitpid(found.si_pid, 0)
        times = self._stat.read_text().rpartition(")")[2].split()[STAT_TIMES]
        return time.monotonic(), sum(map(int, times)) / TICKS + cpu_of_ended() - self._adopted

    def lap(self) -> Part:
        """What was used since the last lap."""
        before, self._last = self._last, self.now()
        return self._last[0] - before[0], self._last[1] - before[1]


def cpu_of_ended() -> float:
    """Processor time of this process' children that ended and were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def lived(code: Path, operator: Path, model: str, lives: int) -> list[Life]:
    """Live so many lives by the code of a checkout: the parts of each."""
    words = [sys.executable, "-I", "-B", "-X", "utf8", str(code / "controller" / "__main__.py"), "run", "--json"]
    words += ["--repository", str(operator), "--model", model, "--generations", str(lives), "--seed", "1"]
    environment = {**os.environ, "HEIRLOOM_NO_GROUND": "true"}  # older code has no such option, and passes it over
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        return parts_of(process.stdout, Meter(process.pid))


def parts_of(events: IO[str], meter: Meter) -> list[Life]:
    """The parts of each life, by the events that a run prints: what is done from one of them to the next."""
    found: list[Life] = []
    doing = ""
    for line in events:
        event: Mapping[str, Any] = json.loads(line)
        kind = event["event"]
        if kind not in ("clone", "live", "fetch", "judge", "gate", "record", "done"):
            continue
        part = meter.lap()
        if kind == "clone":
            found.append({})
        elif kind == "gate" and doing != "live":  # what a life asks for is a part of the life
            add(found[-1], event["gate"], part)
        else:
            add(found[-1], doing, part)
        if kind != "gate":
            doing = kind
    return found


def add(life: Life, name: str, part: Part) -> None:
    """Count a part of a life."""
    wall, cpu = life.get(name, (0.0, 0.0))
    life[name] = (wall + part[0], cpu + part[1])


def whole(life: Life) -> Part:
    """All parts of a life together."""
    return sum(wall for wall, _ in life.values()), sum(cpu for _, cpu in life.values())


def figures(lives: list[Life]) -> dict[str, Any]:
    """Of the lives of a clone the first one, and the medians of the others."""
    made: dict[str, Any] = {"cold": whole(lives[0])}
    others = lives[1:] or lives
    names = dict.fromkeys(name for life in others for name in life)
    made["parts"] = {name: median([life.get(name, (0.0, 0.0)) for life in others]) for name in names}
    made["warm"] = median([whole(life) for life in others])
    return made


def median(parts: list[Part]) -> Part:
    """The median of each."""
    return statistics.median(wall for wall, _ in parts), statistics.median(cpu for _, cpu in parts)


def checkout(commit: str, folder: Path) -> Path:
    """The code of a commit, with this checkout's packages."""
    git(folder.parent, "clone", "--quiet", str(ROOT), str(folder))
    git(folder, "checkout", "--quiet", "--detach", commit)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def measure(folder: Path, against: str, lives: int) -> dict[str, Any]:
    """All figures: by kind of life, by commit."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    replies = folder / "replies.json"
    replies.write_text(json.dumps({"lives": script(lives)}))
    commits = {name: git(ROOT, "rev-parse", f"{name}^{{commit}}") for name in (against, "HEAD")}
    codes = {commit: checkout(commit, folder / f"code-{number}") for number, commit in enumerate(commits.values())}
    found: dict[str, Any] = {"before": commits[against], "after": commits["HEAD"]}
    for kind, model in (("embedded", "embedded"), ("code", f"script:{replies}")):
        found[kind] = {}
        for name, commit in (("before", commits[against]), ("after", commits["HEAD"])):
            operator = checkout(commit, folder / f"{kind}-{name}")
            found[kind][name] = figures(lived(codes[commit], operator, model, lives))
    return found


def table(found: dict[str, Any]) -> Table:
    """Seconds of wall clock and of processor time: before, after, and their ratio."""
    made = Table("life, part", "wall before", "after", "ratio", "CPU before", "after", "ratio", box=None)

    def row(name: str, before: Part, after: Part) -> None:
        cells = []
        for old, new in zip(before, after, strict=True):
            cells += [f"{old:.1f} s", f"{new:.1f} s", f"{new / old:.2f}" if old else ""]
        made.add_row(name, *cells)

    for kind in ("embedded", "code"):
        before, after = found[kind]["before"], found[kind]["after"]
        row(f"{kind}, cold", before["cold"], after["cold"])
        row(f"{kind}, warm", before["warm"], after["warm"])
        for name in dict.fromkeys([*before["parts"], *after["parts"]]):
            row(f"  {name}", before["parts"].get(name, (0.0, 0.0)), after["parts"].get(name, (0.0, 0.0)))
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="heirloom bench life")
    parser.add_argument("--against", default="HEAD^", help="the commit to compare with")
    parser.add_argument("--lives", type=int, default=5, help="of each kind, by each commit")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        result = measure(Path(place), asked.against, max(2, asked.lives))
    console = Console(width=110)
    if asked.json:
        console.print_json(data=result, indent=None)
    else:
        console.print(table(result))
