"""Bombs through a real inbox: the life that pushes one crashes, and the next generation lives."""

from pathlib import Path

import pytest

from controller.gates.registry import GATES
from controller.generation.judge import changes_of
from controller.git.lineage import Lineage
from controller.git.repository import Repository
from controller.ledger.life import Life, Try
from controller.ledger.phases import Push
from controller.settings.gate_policy import GatePolicy
from controller.views.show import diff_of
from nursery.bombs import BOMBS, Pack, plant
from tests.controller.conftest import git
from tests.controller.generation.test_gate_requests import PROGRAM, says
from tests.controller.lives import END, GOAL, bash, context, leftovers, live, patch

PUSH = '    git("push", "--quiet", BIRTH["inbox"], f"HEAD:{BIRTH[\'ref\']}")'
THROW = """
    if outcome == "code" and Path("agent/bomb").exists():
        inbox = ["git", "-C", BIRTH["inbox"]]
        subprocess.run([*inbox, "index-pack", "--stdin"], stdin=open("agent/bomb", "rb"), check=True)
        subprocess.run([*inbox, "update-ref", BIRTH["ref"], "{commit}"], check=True)"""
CHANGE = bash("echo 'x = 1' >> agent/__init__.py")


def arm(operator: Path, name: str) -> None:
    """Let the operator's genome push this bomb where its life has changed code."""
    pack = Pack()
    commit = BOMBS[name](pack, git(operator, "rev-parse", "HEAD"))
    (operator / "agent" / "bomb").write_bytes(pack.data)
    git(operator, "add", "-A")
    patch(operator, "agent/__main__.py", PUSH, PUSH + THROW.replace("{commit}", commit))


def test_the_next_generation_lives(operator: Path) -> None:
    arm(operator, "10**8 paths in ten trees")
    told = live(operator, [GOAL, CHANGE, END], [GOAL, END])
    assert (told.outcomes, leftovers(operator)) == (["crashed", "history"], [])
    facts = context(operator, 1)["history"][-1]["facts"]
    assert (facts["exit"], facts["attempt"]) == ("exit 10", "")
    assert facts["reasons"][0].startswith("what it pushed is not kept: git diff-tree was stopped")
    assert diff_of(Repository(operator), told.generations[0]) == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BOMBS if not name.startswith("10**8")])
def test_every_bomb_is_a_crash(operator: Path, name: str) -> None:
    arm(operator, name)
    told = live(operator, [GOAL, CHANGE, END], [GOAL, END])
    assert (told.outcomes, leftovers(operator)) == (["crashed", "history"], [])


@pytest.mark.slow
def test_deep_code_is_refused(operator: Path) -> None:
    deep = bash("python3 -c \"print('A' + '.b' * 500)\" > agent/deep.py")
    told = live(operator, [GOAL, deep, END], [CHANGE, END])
    assert told.outcomes == ["refused(shape)", "evolved"]


@pytest.mark.slow
def test_a_schema_without_end_is_refused(operator: Path) -> None:
    defs = '{"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}] * 9}}, "type": "object", "properties": {"title": '
    schema = f'SHAPE = {defs}{{"$ref": "#/$defs/a"}}}}, "required": ["title"]}}'
    swap = bash(f"sed -i 's|^SHAPE = .*|{schema}|' agent/__main__.py")
    policy = GatePolicy(off=tuple(gate.name for gate in GATES if gate.name not in ("shape", "context", "reproduction")))
    told = live(operator, [GOAL, swap, END], [END], gates=policy)
    assert told.outcomes == ["refused(reproduction)", "history"]
    assert "steps" in context(operator, 1)["history"][-1]["facts"]["reasons"][0]


@pytest.mark.slow
def test_a_life_that_asks_is_told(operator: Path) -> None:
    pack = Pack()
    commit = BOMBS["10**8 paths in ten trees"](pack, git(operator, "rev-parse", "HEAD"))
    (operator / "agent" / "bomb").write_bytes(pack.data)
    git(operator, "add", "-A")
    git(operator, "commit", "--quiet", "-m", "A bomb")
    inbox, ref = "git -C /life/inbox.git", "refs/heads/gen/1.1"
    throw = f"{inbox} index-pack --stdin <agent/bomb && {inbox} update-ref {ref} {commit}\n"
    ask = bash(f"{throw}{PROGRAM}python $TMPDIR/gate.py ask; {inbox} update-ref -d {ref}")
    told = live(operator, [GOAL, ask, says("what it pushed is not kept")])
    assert told.outcomes == ["history"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["10**8 paths in ten trees", "trees nested 25,000 deep"])
def test_a_bomb_kept_before_is_dropped(operator: Path, name: str) -> None:
    lineage = Lineage(Repository(operator), Repository(operator.parent / "store.git", own=True), "lineage/main")
    head = git(operator, "rev-parse", "HEAD")
    lineage.open(head)
    commit = plant(lineage.store.path, name, head)
    lineage.store.run("update-ref", lineage.attempt_ref(1, 1), commit)
    life = Life(Try(1, "a run", 1, 1, head, 0.0), push=Push(commit))
    assert changes_of(lineage, life) == (None, [])
    assert lineage.store.tip(lineage.attempt_ref(1, 1)) is None
