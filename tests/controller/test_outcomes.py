"""OUTCOMES: an outcome is one row, asked by all."""

import ast
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from controller.contract import OUTCOMES, Outcome, OutcomeKind
from controller.git.lineage import Lineage
from controller.git.log import generations
from controller.git.repository import Repository
from controller.operations.operator_commit import commit
from controller.operations.rollback import memory
from controller.run.pause_rules import PauseRules, reason_to_pause
from controller.views.log import show as show_log
from controller.views.show import diff_of
from tests.controller.conftest import ROOT, git

FORKED = OutcomeKind("forked", lived=False, changed=True)


@pytest.fixture
def forked() -> Iterator[None]:
    """One row more."""
    OUTCOMES[FORKED.name] = FORKED
    yield
    del OUTCOMES[FORKED.name]


@pytest.mark.parametrize("text", ["evolved", "refused(tests)", "killed(wall)", "rolled-back", "forked(main)"])
def test_words_are_parsed_back(text: str) -> None:
    assert str(Outcome.parse(text)) == text


def test_a_death_is_lived() -> None:
    for kind in OUTCOMES.values():
        assert kind.lived or not kind.death


def test_an_unknown_outcome_makes_a_generation() -> None:
    assert Outcome("forked").kind == OutcomeKind("forked")


def test_no_module_compares_names() -> None:
    found = []
    for path in sorted((ROOT / "controller").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare) and "outcome" in ast.unparse(node):
                words = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}
                if words & set(OUTCOMES):
                    found.append(f"{path}:{node.lineno}: {ast.unparse(node)}")
    assert found == []


@pytest.mark.usefixtures("forked")
def test_a_row_more_is_shown(operator: Path, tmp_path: Path) -> None:
    lineage = Lineage(Repository(operator), Repository(tmp_path / "store.git", own=True), "lineage/main")
    lineage.open(git(operator, "rev-parse", "main"))
    parent = lineage.head()
    (operator / "agent" / "more.py").write_text('"""More."""\n')
    git(operator, "add", "-A")
    git(operator, "commit", "--quiet", "-m", "More")
    Repository(lineage.store.path).run("fetch", "--quiet", str(operator), "main")
    tree = lineage.tree(git(operator, "rev-parse", "main"))
    made = commit(lineage, 1, "forked(main)", "taken from main", tree, memory(lineage, parent), 1.7e9, "none")
    lineage.advance(made, parent, 1)
    out = io.StringIO()
    show_log(Repository(operator), "lineage/main", Console(file=out), True)
    assert json.loads(out.getvalue())["outcome"] == "forked(main)"
    (one,) = generations(Repository(operator), "lineage/main")
    assert one.changed and "agent/more.py" in diff_of(Repository(operator), one)
    assert reason_to_pause(PauseRules(deaths=1), [one]) is None
