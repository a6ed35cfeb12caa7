"""Each gate beside what it must catch: real commits on the minimal genome, judged as a life's would be."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from controller.contract import CONTEXT_FILE
from controller.gates.candidate import Candidate, Room
from controller.gates.gate import Gate
from controller.gates.judging import judge
from controller.gates.registry import GATES, judge_by_policy
from controller.git.lineage import Lineage
from controller.git.repository import Repository
from controller.memory import parse_context
from controller.run.compose import VENV
from controller.sandbox.bubblewrap import Bubblewrap
from controller.sandbox.limits import Bounds
from nursery.ground import TYPES
from nursery.running import FORGED
from tests.controller.conftest import git

Damage = Callable[[Path], None]


def write(path: str, text: str) -> Damage:
    """Damage: write a file."""

    def damage(repo: Path) -> None:
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        (repo / path).write_text(text)

    return damage


def link(repo: Path) -> None:
    (repo / "agent" / "link.py").symlink_to("/etc/passwd")


def context(**changes: object) -> Damage:
    """Damage: change agent_context.json."""

    def damage(repo: Path) -> None:
        told = json.loads((repo / CONTEXT_FILE).read_text())
        (repo / CONTEXT_FILE).write_text(json.dumps({**told, **changes}))

    return damage


def entry(**changes: object) -> Damage:
    """Damage: change the new entry."""

    def damage(repo: Path) -> None:
        told = json.loads((repo / CONTEXT_FILE).read_text())
        told["history"][-1].update(changes)
        (repo / CONTEXT_FILE).write_text(json.dumps(told))

    return damage


def no_tests(repo: Path) -> None:
    (repo / "tests" / "agent" / "test_trait.py").unlink()


FACTS = {"outcome": "evolved", "parent": "x"}
CASES: dict[str, tuple[Damage, str, str]] = {
    "nothing wrong": (write("agent/more.py", "MORE = 1\n"), "", ""),
    "a file outside the genome": (write("controller/x.py", ""), "shape", "is protected"),
    "a workflow": (write(".github/workflows/x.yml", ""), "shape", "is protected"),
    "a symbolic link": (link, "shape", "not a plain file"),
    "a conftest": (write("tests/agent/conftest.py", ""), "shape", "steers"),
    "attributes": (write("agent/.gitattributes", "* filter=x"), "shape", "steers"),
    "a name that is not ASCII": (write("agent/é.py", ""), "shape", "ASCII"),
    "a binary": (write("agent/x.bin", "\0" * 10), "shape", "not UTF-8 text"),
    "a large file": (write("agent/x.md", "x" * 600_000), "shape", "600,000 bytes"),
    "prompts too heavy to read": (write("agent/x.md", "x" * 66_000), "shape", "at most 65,536"),
    "no context": (lambda repo: (repo / CONTEXT_FILE).unlink(), "context", "is missing"),
    "a context that is not JSON": (write(CONTEXT_FILE, "{"), "context", "Invalid JSON"),
    "another purpose": (context(purpose="Rule."), "context", "purpose"),
    "no new entry": (context(history=[]), "context", "exactly one new"),
    "a claim of facts": (entry(facts=FACTS), "context", "claims facts"),
    "another generation's entry": (entry(generation=9), "context", "of generation 1"),
    "an entry without a claim": (entry(claim=None), "context", "hold a claim"),
    "an entry too large": (
        entry(claim={"outcome": "code", "summary": "é" * 400, "lesson": "é" * 400, "expected": "é" * 400,
                     "mutant": "é" * 1500}), "context", "larger than 3,072"),
    "nothing at all": (lambda repo: None, "substance", "nothing that runs"),
    "a syntax error": (write("agent/more.py", "def x(:\n"), "builds", "does not compile"),
    "a syntax error in a test": (write("tests/agent/test_x.py", "def x(:\n"), "builds", "does not compile"),
    "an import that fails": (write("agent/more.py", "import nowhere\n"), "builds", "nowhere"),
    "an exit at import": (write("agent/more.py", "import os\nos._exit(0)\n"), "builds", "before it was done"),
    "an import without end": (write("agent/more.py", "while True: pass\n"), "builds", "limit (wall)"),
    "a red test": (
        write("tests/agent/test_x.py", "def test_x() -> None:\n    assert len(__name__) == 2\n"), "tests", "1 of 2"),
    "a test that ends pytest": (
        write("tests/agent/test_x.py", "import os\n\n\ndef test_x() -> None:\n    assert os.name\n    os._exit(0)\n"),
        "tests", "report"),
    "a module that forges the report": (
        write("tests/agent/test_0.py", FORGED), "tests", "not reported red"),
    "a warning": (
        write("tests/agent/test_x.py", "import warnings\n\n\ndef test_x() -> None:\n    assert warnings\n"
              "    warnings.warn('x', stacklevel=1)\n"),
        "tests", "1 of 2"),
    "no tests left": (no_tests, "tests", "no tests are left"),
}  # fmt: skip


@pytest.fixture
def candidate(operator: Path, tmp_path: Path) -> Callable[[Damage], Candidate]:
    """Makes a candidate: what a first life pushed, damaged."""

    def make(damage: Damage) -> Candidate:
        lineage = Lineage(Repository(operator), Repository(tmp_path / "store.git", own=True), "lineage/main")
        parent = git(operator, "rev-parse", "HEAD")
        lineage.open(parent)
        before = parse_context((operator / CONTEXT_FILE).read_text())
        assert before is not None
        claim = {"outcome": "code", "summary": "Changed a little"}
        context(history=[{"generation": 1, "goal": "Change", "claim": claim}])(operator)
        damage(operator)
        git(operator, "add", "-A")
        git(operator, "commit", "--quiet", "--allow-empty", "-m", "An attempt")
        commit = git(operator, "rev-parse", "HEAD")
        lineage.store.run("fetch", "--quiet", str(operator), commit)
        bounds = Bounds(120.0, 512 * 2**20, 2**20)
        room = Room(Bubblewrap(VENV), tmp_path / "room", bounds)
        changes = tuple(lineage.changes(parent, commit))
        return Candidate(lineage, parent, commit, 1, ("agent/", "tests/agent/", CONTEXT_FILE), changes, before, None,
                         room, types=TYPES)  # fmt: skip

    return make


@pytest.mark.quick(5)
@pytest.mark.parametrize("case", CASES)
def test_planted_candidate_is_caught(case: str, candidate: Callable[[Damage], Candidate]) -> None:
    damage, gate, reason = CASES[case]
    made = candidate(damage)
    if case == "an import without end":
        made = replace(made, room=replace(made.room, bounds=replace(made.room.bounds, seconds=10.0)))
    verdict, reports = judge_by_policy(made)
    assert (verdict.decision, verdict.gate) == (("refuse", gate) if gate else ("pass", "")), reports[-1]
    if gate:
        assert reason in verdict.decided_by(reports).reason


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: gate.name)
def test_earlier_gates_let_its_case_pass(gate: Gate, candidate: Callable[[Damage], Candidate]) -> None:
    """Proves that each gate decides something: its first planted case is not refused by the gates before it."""
    caught = next((damage for damage, name, _ in CASES.values() if name == gate.name), None)
    if caught is None:
        pytest.skip("its planted cases have a file of their own")
    before = GATES[: GATES.index(gate)]
    assert judge(candidate(caught), before)[0].decision == "pass"


def test_foreign_commit_is_refused(candidate: Callable[[Damage], Candidate]) -> None:
    made = candidate(write("agent/more.py", ""))
    orphan = made.lineage.store.run(
        "commit-tree",
        f"{made.commit}^{{tree}}",
        text="Orphan",
        environment={
            "GIT_AUTHOR_NAME": "x",
            "GIT_AUTHOR_EMAIL": "x",
            "GIT_COMMITTER_NAME": "x",
            "GIT_COMMITTER_EMAIL": "x",
        },
    )
    verdict, reports = judge_by_policy(replace(made, commit=orphan.strip()))
    assert (verdict.gate, "descend" in reports[0].reason) == ("shape", True)
