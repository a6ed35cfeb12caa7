"""A small lineage with all that a table may meet, made by git's plumbing and by rows: nothing is lived.

Generations of lineage/main: 1 to 6 evolve, 7 is refused, 8 killed, 9 evolves, 10 goes back to 9's parent 6, 11 evolves;
lineage/fork branches off at 6. Texts of generation 9 are hostile.
"""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from controller.contract import TRAILERS, AgentContext, Claim, Entry, Facts, Goal
from controller.git.trailers import message
from controller.ledger.database import LEDGER_FILE, Database
from controller.ledger.recordings import Exchange, Recordings
from tests.controller.conftest import git

MAIN = "lineage/main"
RUDE = "=cmd|' /C calc'!A0 <script>alert(1)</script> \x1b[31mred\x1b[0m \u202eevil \x00"
LONG = "needle " + "x" * 1_000_000
OUTCOMES = {7: "refused(tests)", 8: "killed(wall)", 10: "rolled-back"}
START = 1_700_000_000  # the date of generation 0; each next one is an hour later
REASON = "tests: 1 of 2 tests fail: tests.agent.test_red::test_red"


def build(folder: Path) -> Path:
    """The operator's repository with both lineages, a ledger and recordings."""
    git(folder.parent, "init", "--quiet", "--initial-branch=main", "--template=", str(folder))
    first = commit("refs/heads/main", "A genome", {"agent/mind.py": "x = 0\n", "agent_context.json": memory(0)})
    write(folder, first)
    start = git(folder, "rev-parse", "main")
    line = [generation("lineage/main", number, start if number == 1 else "") for number in range(1, 7)]
    write(folder, b"".join(line))
    sixth = git(folder, "rev-parse", "lineage/main")
    rest = [generation("lineage/main", 7, sixth), *(generation("lineage/main", one, "", sixth) for one in range(8, 12))]
    write(folder, b"".join(rest) + generation("lineage/fork", 7, sixth, ended="evolved"))
    state = folder / ".git" / "heirloom"
    (state / "lineages" / "lineage%2Fmain").mkdir(parents=True, mode=0o700)
    write_ledger(folder, state)
    write_recordings(state / "lineages" / "lineage%2Fmain")
    return folder


def outcome(number: int) -> str:
    """What became of a generation."""
    return OUTCOMES.get(number, "evolved")


def says(number: int) -> str:
    """What a generation says of itself."""
    return RUDE if number == 9 else f"wrote number {number}"


def memory(number: int) -> str:
    """agent_context.json of a generation; the first three taught a lesson each, the fourth dropped the second."""
    entries = []
    for one in range(1, number + 1):
        died = one in (7, 8)
        reasons = (REASON,) if one == 7 else ()
        claim = Claim(outcome="code", summary=says(one), expected="more zebras", lesson=f"lesson {one}")
        facts = Facts(outcome=outcome(one), parent="0" * 40, reasons=reasons)
        entries.append(Entry(generation=one, goal=title(one), claim=None if died else claim, facts=facts))
    lessons = [f"lesson {one}" for one in range(1, min(number, 3) + 1) if not (one == 2 and number >= 4)]
    goal = Goal(title=title(number), why="To see giraffes.") if number else None
    return AgentContext(purpose="To grow.", goal=goal, history=tuple(entries), lessons=tuple(lessons)).render()


def title(number: int) -> str:
    """The goal of a generation: three of them share one."""
    return RUDE[:100] if number == 9 else f"Goal {number // 3}"


def commit(ref: str, text: str, files: Mapping[str, str], start: str = "", date: int = START) -> bytes:
    """A commit for `git fast-import`, with these files beside those that were there."""
    data = text.encode()
    found = f"commit {ref}\ncommitter heirloom <heirloom@localhost> {date} +0000\ndata {len(data)}\n".encode() + data
    if start:
        found += f"\nfrom {start}".encode()
    for path, content in files.items():
        body = content.encode()
        found += f"\nM 100644 inline {path}\ndata {len(body)}\n".encode() + body
    return found + b"\n"


def generation(branch: str, number: int, start: str = "", back: str = "none", ended: str = "") -> bytes:
    """One generation of a lineage. `start`: its parent, where the branch does not stand there."""
    ended = ended or outcome(number)
    facts = dict.fromkeys(TRAILERS, "0") | {
        "Generation": str(number),
        "Outcome": ended,
        "Goal": title(number),
        "Tests": f"{10 + number} passed",
        "Tokens-In": "1000",
        "Tokens-Out": "10",
        "Cost-USD": "0.25",
        "Run": "run-1",
        "Model": "embedded",
        "Wall-Seconds": "60.0",
        "Attempt": back if ended == "rolled-back" else "none",
        "Gates": "shape=pass tests=refuse" if ended.startswith("refused") else "shape=pass",
    }
    files = {"agent_context.json": memory(number)}
    if ended == "evolved":
        files["agent/mind.py"] = "".join(f"x{one} = {one}\n" for one in range(number + 1))
    text = message(number, ended, says(number), facts)
    return commit(f"refs/heads/{branch}", text, files, start, START + number * 3600)


def write(folder: Path, stream: bytes) -> None:
    """Let git write these commits."""
    subprocess.run(["git", "-C", str(folder), "fast-import", "--quiet"], input=stream, check=True)


def write_ledger(folder: Path, state: Path) -> None:
    """The rows of all lives of lineage/main, of one aborted try, of a comparison of generations 6 and 9."""
    commits = git(folder, "rev-list", "--reverse", "main..lineage/main").split()
    database = Database(state / LEDGER_FILE, lambda: float(START))
    with database.transaction() as db:
        db.execute(
            "INSERT INTO runs (id, lineage, started, until, settings, ended, reason) "
            "VALUES ('run-1', 'lineage/main', ?, 11, '{}', ?, 'it lived 11 generations')",
            (START, START + 40_000),
        )
        insert = "INSERT INTO tries (id, run, lineage, generation, number, parent, started, ended, outcome, reason) "
        values = "VALUES (?, 'run-1', 'lineage/main', ?, ?, '', ?, ?, ?, ?)"
        db.execute(insert + values, (99, 5, 1, START, START, "aborted", "the provider was away"))
        for number, made in enumerate(commits, 1):
            tries = 2 if number == 5 else 1
            db.execute(insert + values, (number, number, tries, START, START, outcome(number), None))
            db.execute(
                "INSERT INTO generations VALUES ('lineage/main', ?, ?, ?, ?, ?)",
                (number, number, made, outcome(number), START),
            )
        add_phase(db, 7, "record", {"reports": [{"name": "tests", "result": "refuse", "reason": REASON[7:]}]})
        add_phase(db, 8, "fetch", {"limit": "wall", "output": "I was still thinking"})
        db.execute(
            "INSERT INTO comparisons (lineage, a, b, suite, split, repeats, seed, settings, tasks, began, verdict) "
            "VALUES ('lineage/main', ?, ?, 'open', 'select', 1, 0, '{}', '{}', 0, 'better')",
            (commits[5], commits[8]),
        )
        for pair, (first, second) in enumerate([("failed", "passed"), ("passed", "passed"), ("failed", "void")]):
            for side, state_ in (("a", first), ("b", second)):
                db.execute(
                    "INSERT INTO gradings (comparison, stage, pair, side, commit_id, task, task_hash, repeat, state, "
                    "reason, tokens, seconds, at) VALUES (1, 'full', ?, ?, '', 'sums', '', 0, ?, '', 0, 0, 0)",
                    (pair, side, state_),
                )
    database.close()


def add_phase(db: Any, life: int, name: str, data: Mapping[str, Any]) -> None:
    """A phase of a life."""
    db.execute("INSERT INTO phases VALUES (?, ?, ?, ?)", (life, name, START, json.dumps(data)))


def write_recordings(folder: Path) -> None:
    """Generation 2 said a word; generation 9 was answered a megabyte, after what it said before."""
    recordings = Recordings(folder, clock=lambda: float(START))
    question = {"role": "user", "content": "Where do the okapis live?"}
    answer = json.dumps({"content": [{"type": "text", "text": "In the rainforest."}]}).encode()
    again = {"role": "user", "content": LONG}
    recordings.add(Exchange(2, 1, "/v1/messages", {"messages": [question]}, 200, {}, answer), "token")
    recordings.add(Exchange(9, 1, "/v1/messages", {"messages": [question, again]}, 200, {}, answer), "token")
    recordings.close()
