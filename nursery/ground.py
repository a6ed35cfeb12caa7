"""Where planted genomes grow: this repository's own genome as a parent, and what a life might push on it."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.parts.ground import ROOT, git
from controller.contract import CONTEXT_FILE, GENOME
from controller.gates.candidate import Candidate, Room
from controller.gates.registry import judge_by_policy
from controller.gates.tests.runs import RAN, Runs
from controller.git.incoming import measure
from controller.git.lineage import Lineage
from controller.git.repository import Repository
from controller.memory import parse_context
from controller.sandbox.isolation import Isolation
from controller.sandbox.limits import Bounds
from nursery.ledgers import Ledger

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".clients", ".node", "node_modules", "__pycache__", ".*_cache", ".hypothesis"
)
FACTS = {"outcome": "evolved", "parent": "0" * 40}
OLDEST = {"generation": 1, "goal": "Live", "claim": {"outcome": "code", "summary": "Lived"}, "facts": FACTS}
GOAL = {"title": "Say less", "done_when": ["test -e agent/less.py"]}
Change = Callable[[Path], object]
TYPES = ROOT / ".mypy_cache" / "gates"  # the cache of types that every ground shares
PUSH = "push"  # no gate: what is not even kept of what a life pushed
WIDE = Bounds(120.0, 2**30, 2**22)


@dataclass(frozen=True)
class Planted:
    """A genome that a life might push. `gate`: the one that must catch it, "" where all must let it pass.

    `memory`: what it does to its own agent_context.json; `open_goal`: the lineage's, which it was born with.
    `raw`: makes another commit of the one that git would write. `seconds`: of a program of the gate that must catch it.
    `gap`: why nothing catches it.
    """

    change: Change
    gate: str = ""
    reason: str = ""
    memory: Callable[[dict[str, Any]], object] = lambda _: None
    open_goal: Mapping[str, Any] | None = None
    claim: Mapping[str, str] = field(default_factory=dict)
    raw: Callable[[Path, str], str] = lambda _, commit: commit
    seconds: float = 120.0
    gap: str = ""


@dataclass(frozen=True)
class Found:
    """What was found out of the parent: its suite's run as text, and what a life of it needs."""

    suite: str
    findings: Mapping[str, Any]


class Ground:
    """One repository for all that is planted: each genome is a commit on the same parent.

    What is found out of the parent is found out once (`warm`), and may be handed to the grounds of other processes.
    """

    def __init__(self, folder: Path, isolation: Isolation, found: Found | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._isolation = folder / "operator", isolation
        shutil.copytree(ROOT, self.folder, ignore=LEFT_OUT)
        git(folder, "init", "--quiet", "--initial-branch=main", str(self.folder))
        with (self.folder / "agent" / "text.py").open("a") as file:
            file.write("\n\nONCE = 1\n")
        self._births: dict[str, str] = {}
        self._commit("The first")
        shutil.copy(ROOT / "agent" / "text.py", self.folder / "agent" / "text.py")
        self._parent = self._commit("The parent")
        self._lineage = Lineage(Repository(self.folder), Repository(folder / "store.git", own=True), "lineage/main")
        self._lineage.open(self._parent)
        self._findings: dict[str, Any] = dict(found.findings) if found else {}
        self._ledger, self._count = Ledger(folder), 0
        if found:
            self._keep(found.suite)

    def warm(self) -> Found:
        """Find out what all share: the parent's suite, the cache of types, what a life of the parent's needs."""
        made = self.plant(Planted(add("agent/prompts/plan.md", "\nBe brief.\n")))
        verdict, reports = judge_by_policy(made)
        assert verdict.decision == "pass", reports[-1]
        ran = Runs(made).parent
        assert not ran.problem and not ran.red, ran
        found = Found(RAN.dump_json(ran).decode(), self._findings)
        self._keep(found.suite)
        return found

    def _keep(self, suite: str) -> None:
        self._ledger.judgements(2).keep_suite(self._lineage.tree_without_context(self._parent), suite)

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.database.close()

    def plant(self, planted: Planted) -> Candidate:
        """Commit it, and what the gates are given of it. Raises PastBounds where it would not be kept."""
        parent, born = self._birth(planted.open_goal)
        git(self.folder, "reset", "--quiet", "--hard", parent)
        before = parse_context(json.dumps(born))
        assert before is not None
        claim = {"outcome": "code", "summary": "Changed", **planted.claim}
        born["history"].append({"generation": 2, "goal": "Live", "claim": claim})
        planted.memory(born)
        (self.folder / CONTEXT_FILE).write_text(json.dumps(born))
        planted.change(self.folder)
        pushed = planted.raw(self.folder, self._commit("An attempt"))
        if planted.gate == PUSH:
            measure(Repository(self.folder), parent, pushed)
        git(self._lineage.store.path, "fetch", "--quiet", str(self.folder), pushed)
        self._count += 1
        room = Room(self._isolation, self.folder.parent / f"room-{self._count}", WIDE)
        changes = tuple(self._lineage.changes(parent, pushed))
        return Candidate(
            self._lineage,
            parent,
            pushed,
            2,
            GENOME,
            changes,
            before,
            goal=None,
            room=room,
            findings=self._findings,
            judgements=self._ledger.judgements(2),
            types=TYPES,
        )

    def _birth(self, goal: Mapping[str, Any] | None) -> tuple[str, dict[str, Any]]:
        """The commit that a life with this goal is born from, and its memory."""
        todays = json.loads((ROOT / CONTEXT_FILE).read_text())
        born = {**todays, "history": [OLDEST], "goal": goal}
        name = json.dumps(goal)
        if name not in self._births:
            git(self.folder, "reset", "--quiet", "--hard", self._parent)
            (self.folder / CONTEXT_FILE).write_text(json.dumps(born))
            self._births[name] = self._commit("A birth")
        return self._births[name], born

    def _commit(self, words: str) -> str:
        git(self.folder, "add", "--force", "--all", "--", ".", ":!agent/sub")
        git(self.folder, "commit", "--quiet", "--allow-empty", "-m", words)
        return git(self.folder, "rev-parse", "HEAD")


def write(path: str, text: str) -> Change:
    """Write a file."""

    def change(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)

    return change


def swap(path: str, old: str, new: str, count: int = -1) -> Change:
    """Change a text in a file."""

    def change(root: Path) -> None:
        text = (root / path).read_text()
        assert old in text, f"{path} no longer holds {old!r}: plant this one anew"
        (root / path).write_text(text.replace(old, new, count))

    return change


def add(path: str, text: str) -> Change:
    """Add to a file's end."""

    def change(root: Path) -> None:
        (root / path).write_text((root / path).read_text() + text)

    return change


def both(*changes: Change) -> Change:
    """Several changes."""

    def change(root: Path) -> None:
        for one in changes:
            one(root)

    return change
