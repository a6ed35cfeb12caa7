"""`heirloom gate COMMIT`: the gates by hand."""

import json
from pathlib import Path

import pytest

from tests.controller.cli.test_bad_input import heirloom
from tests.controller.conftest import git
from tests.controller.gates.judging import commit, write
from tests.controller.lives import END, GOAL, bash, live

ALL = ["shape", "context", "substance", "goal", "builds", "tests", "evidence", "reproduction"]


@pytest.mark.slow
def test_generation_is_judged_by_its_push(operator: Path) -> None:
    live(operator, [GOAL, bash("echo 'changed = 1' >> agent/__init__.py"), END])
    refs = git(operator, "for-each-ref")
    done = heirloom("gate", "lineage/main", "--json", "--repository", str(operator))
    told = json.loads(done.stdout)
    assert (done.returncode, told["verdict"], [one["name"] for one in told["gates"]]) == (0, "pass", ALL), done
    assert told["commit"] == git(operator, "rev-parse", "refs/heirloom/lineage/main/1.1")
    assert told["against"] == git(operator, "rev-parse", "main")
    assert git(operator, "for-each-ref") == refs


def test_refusal_names_gate_and_reason(operator: Path) -> None:
    write(operator, {"agent/more.py": "import nowhere\n"})
    commit(operator, "By hand")
    first = heirloom("gate", "HEAD", "--repository", str(operator))
    assert first.returncode == 3
    assert first.stdout.rstrip().endswith("verdict: refuse (context)")
    every = heirloom("gate", "HEAD", "--all", "--against", "HEAD~1", "--json", "--repository", str(operator))
    told = json.loads(every.stdout)
    results = {one["name"]: one["result"] for one in told["gates"]}
    assert [*results] == ALL
    assert (results["context"], results["substance"], results["builds"]) == ("refuse", "pass", "refuse")
    assert (told["verdict"], told["gate"], every.returncode) == ("refuse", "context", 3)


def test_unsound_tree_is_never_unpacked(operator: Path) -> None:
    (operator / "agent" / "link.py").symlink_to("/etc/passwd")
    commit(operator, "A link")
    told = json.loads(heirloom("gate", "HEAD", "--all", "--json", "--repository", str(operator)).stdout)
    assert [one["name"] for one in told["gates"]] == ALL[:4]  # goal runs on accepted trees alone


def test_unjudgeable_commit_gets_one_line(operator: Path) -> None:
    for words, said in ((["nowhere"], "there is no commit 'nowhere'"), (["HEAD"], "name the parent with --against")):
        done = heirloom("gate", *words, "--repository", str(operator))
        assert (done.returncode, said in done.stderr, done.stderr.count("\n")) == (2, True, 1), done
