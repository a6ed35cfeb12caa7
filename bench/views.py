"""`./heirloom bench views`: what commands take that read 10,000 generations, in CPU seconds of a process.

Beside them what git itself takes to read them once, and a start that does nothing: a busy machine stretches all.
"""

import json
import os
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.table import Table

from bench.parts.ground import ROOT, git, show
from controller.contract import TRAILERS, AgentContext, Claim, Entry, Facts, Goal
from controller.git.trailers import message
from controller.ledger.database import LEDGER_FILE, Database

LIVES = 10_000
OUTCOMES = ("evolved", "evolved", "refused(tests)", "evolved", "history", "evolved", "killed(wall)", "crashed")
REASON = "1 of 166 tests fail: tests.agent.test_mind::test_it_thinks"
TIMES = 3
AIM, AIM_SEARCH = 0.5, 0.2
COMMANDS = {
    "log": ("log",),
    "log --csv": ("log", "--csv"),
    "log --json": ("log", "--json"),
    "log --outcome, --columns": ("log", "--outcome", "refused", "--columns", "generation,date,usd"),
    "show": ("show", "5000"),
    "tree": ("tree",),
    "compare": ("compare", "10", "9000"),
    "blame": ("blame", "agent/mind.py"),
    "lessons": ("lessons",),
    "report": ("report",),
    "search": ("search", "zebra77"),
    "search, 5,000 found": ("search", "giraffe"),
}


def build(operator: Path, lives: int) -> None:
    """A lineage of so many generations, written by git's plumbing, and its ledger."""
    git(operator.parent, "init", "--quiet", "--initial-branch=main", str(operator))
    words = ["git", "-C", str(operator), "fast-import", "--quiet"]
    with subprocess.Popen(words, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for number in range(lives + 1):
            process.stdin.write(commit(number))
    state = operator / ".git" / "heirloom"
    (state / "lineages" / "lineage%2Fmain").mkdir(parents=True, mode=0o700)
    Database(state / LEDGER_FILE).close()
    commits = git(operator, "rev-list", "--reverse", "main..lineage/main").split()
    with sqlite3.connect(state / LEDGER_FILE) as database:
        database.execute(
            "INSERT INTO runs (id, lineage, started, until, settings) VALUES ('r', 'lineage/main', 0, 9, '{}')"
        )
        for number, made in enumerate(commits, 1):
            row = (number, number, OUTCOMES[number % len(OUTCOMES)])
            database.execute("INSERT INTO tries VALUES (?, 'r', 'lineage/main', ?, 1, '', 0, 1, ?, NULL)", row)
            values = (number, number, made, row[2])
            database.execute("INSERT INTO generations VALUES ('lineage/main', ?, ?, ?, ?, 1)", values)
            reports = [{"name": name, "result": "pass", "reason": ""} for name in ("shape", "context", "builds")]
            if row[2].startswith("refused"):
                reports.append({"name": "tests", "result": "refuse", "reason": REASON})
            data = json.dumps({"reports": reports})
            database.execute("INSERT INTO phases VALUES (?, 'record', 0, ?)", (number, data))
    database.close()


def commit(number: int) -> bytes:
    """One generation as git's fast-import reads it; number 0: what the lineage starts from."""
    outcome = OUTCOMES[number % len(OUTCOMES)]
    says = f"taught zebra{number} a trick" if number % 2 else f"taught giraffe number {number} a trick"
    facts = dict.fromkeys(TRAILERS, "1") | {
        "Generation": str(number),
        "Outcome": outcome,
        "Goal": f"Goal {number // 7}",
        "Attempt": "none",
        "Tests": f"{number} passed",
        "Tokens-In": "99359",
        "Cost-USD": "0.25",
        "Run": "r",
        "Model": "embedded",
        "Gates": "shape=pass context=pass builds=pass tests=pass evidence=pass reproduction=pass",
    }
    claim = Claim(outcome="code", summary=says)
    fact = Facts(outcome="evolved", parent="0")
    last = range(max(number - 5, 1), number + 1)
    entries = tuple(Entry(generation=one, goal="A goal", claim=claim, facts=fact) for one in last)
    lessons = tuple(f"lesson {one}" for one in range(max(0, number // 50 - 20), number // 50))
    memory = AgentContext(purpose="To grow.", goal=Goal(title="A goal"), history=entries, lessons=lessons).render()
    branch = "lineage/main" if number else "main"
    text = message(number, outcome, says, facts) if number else "A genome"
    files = {"agent_context.json": memory}
    if outcome == "evolved":
        files["agent/mind.py"] = "".join(f"x{one} = {max(0, number - one)}\n" for one in range(0, 200, 8))
    moment = 1_700_000_000 + number * 60
    head = f"commit refs/heads/{branch}\nmark :{number + 1}\ncommitter heirloom <h@localhost> {moment} +0000\n"
    made = head.encode() + b"data %d\n" % len(text.encode()) + text.encode()
    if number == 1:
        made += b"\nfrom :1"
    for path, content in files.items():
        made += f"\nM 100644 inline {path}\ndata {len(content.encode())}\n".encode() + content.encode()
    return made + b"\n"


def cpu(words: list[str]) -> float:
    """CPU seconds of a command and of what it starts; the least of some runs, as the machine is busy with others."""
    found = []
    for _ in range(TIMES):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


def measure(folder: Path, lives: int = LIVES) -> dict[str, Any]:
    """CPU seconds by command."""
    operator = folder / "operator"
    build(operator, lives)
    environment = {"HEIRLOOM_REPOSITORY": str(operator)}
    os.environ.update(environment)
    main = [sys.executable, "-I", "-X", "utf8", "-X", f"pycache_prefix={folder / 'compiled'}"]
    main.append(str(ROOT / "controller" / "__main__.py"))
    found: dict[str, Any] = {"generations": lives}
    subprocess.run([*main, "search", "zebra77"], check=True, stdout=subprocess.DEVNULL)  # it makes the index
    found["git log"] = cpu(["git", "-C", str(operator), "log", "--format=%H %B", "lineage/main"])
    found["start"] = cpu([*main, "--help"])
    for name, words in COMMANDS.items():
        found[name] = cpu([*main, *words])
    return found


def table(found: dict[str, Any]) -> Table:
    """The figures beside what is aimed at."""
    made = Table("command", "CPU", "aim", box=None)
    for name in ("git log", "start", *COMMANDS):
        aim = AIM_SEARCH if name.startswith("search") else AIM
        made.add_row(name, f"{found[name] * 1000:.0f} ms", f"≤ {aim * 1000:.0f} ms" if name in COMMANDS else "")
    return made


if __name__ == "__main__":
    show(measure, table)
