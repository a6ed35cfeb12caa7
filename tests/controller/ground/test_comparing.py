"""Comparing from the command line: what is refused before anything is spent, and whole comparisons."""

import csv
import fcntl
import io
import json
from pathlib import Path
from typing import Any

import pytest

from controller.errors import RequestError, StoppedEarly
from controller.git.repository import Repository
from controller.ground.comparison import Progress, StageEnded
from controller.ground.genome import genome
from controller.ground.graded_lives import problem_of_budget
from controller.ground.record import NOTES
from controller.ground.task import split_of
from controller.run.comparing import Wanted, compare
from controller.settings.amounts import Amount
from controller.settings.settings import Settings
from controller.state.place import locate, make_state
from tests.controller.commands import heirloom
from tests.controller.conftest import git
from tests.controller.ground.samples import make
from tests.controller.lives import END, GOAL, bash, live


def second(operator: Path) -> str:
    """Another genome of the operator's, that differs in its memory; the first is HEAD^."""
    (operator / "notes.txt").write_text("nothing\n")
    git(operator, "add", "-A")
    git(operator, "commit", "--quiet", "-m", "Another genome")
    return git(operator, "rev-parse", "HEAD")


REFUSED: dict[str, tuple[list[str], str]] = {
    "no such commit": (["compare", "nope", "HEAD"], "nope: there is no such commit, lineage or generation"),
    "no such generation": (["compare", "7", "HEAD"], "7: there is no such commit, lineage or generation"),
    "one commit": (["compare", "HEAD", "main"], "are one commit"),
    "no genome": (["compare", "HEAD", "empty"], "has no agent/__main__.py: it is no genome"),
    "suite": (["compare", "HEAD^", "HEAD", "--suite", "x"], "there is no such suite"),
    "split": (["compare", "HEAD^", "HEAD", "--split", "all"], "choose one of open, select"),
    "sealed": (["compare", "HEAD^", "HEAD", "--split", "sealed"], "heirloom ground verdict"),
    "stage": (["compare", "HEAD^", "HEAD", "--skip", "pairs"], "there is no such stage"),
    "repeats": (["compare", "HEAD^", "HEAD", "--repeats", "0"], "at least 1 round"),
    "no tasks": (["compare", "HEAD^", "HEAD"], "no tasks to compare on"),
    "two forms": (["results", "--csv", "--json"], "two forms of one answer"),
}


@pytest.mark.quick(1)
@pytest.mark.parametrize("name", REFUSED)
def test_wrong_request_is_one_line(operator: Path, name: str) -> None:
    second(operator)
    tree = git(operator, "hash-object", "-t", "tree", "-w", "/dev/null")
    git(operator, "tag", "empty", git(operator, "commit-tree", tree, "-m", "Empty"))
    words, said = REFUSED[name]
    done = heirloom(operator, "ground", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.slow
def test_genome_is_found_by_name(operator: Path) -> None:
    live(operator, [GOAL, END])
    repository, branch = Repository(operator), "lineage/main"
    tip = git(operator, "rev-parse", branch)
    assert (
        genome(repository, branch, "1")
        == genome(repository, branch, branch)
        == genome(repository, branch, tip[:9])
        == tip
    )
    assert genome(repository, branch, "0") == git(operator, "rev-parse", f"{branch}^")


@pytest.mark.parametrize(
    ("budget", "per_life", "said"),
    [
        (None, Amount(tokens=9), ""),
        (Amount(tokens=18), Amount(tokens=9), ""),
        (Amount(tokens=17), Amount(tokens=9), "17 tokens does not pay one pair: two lives of up to 9 each"),
        (Amount(dollars=10**9), Amount(tokens=9), "say what one life on one task may cost"),
        (Amount(dollars=10**9), Amount(dollars=6 * 10**8), "$1.0000 does not pay one pair"),
        (Amount(tokens=18, dollars=10**9), Amount(tokens=9, dollars=5 * 10**8), ""),
    ],
)
def test_budget_pays_one_pair(budget: Amount | None, per_life: Amount, said: str) -> None:
    found = problem_of_budget(budget, per_life)
    assert said in found and bool(said) == bool(found)


def wanted(**more: Any) -> Wanted:
    """The first genome against the second."""
    return Wanted("HEAD^", "HEAD", **more)


def test_two_comparisons_are_refused(operator: Path) -> None:
    second(operator)
    place = locate(operator, "lineage/main")
    make_state(place)
    with (place.lineage / "ground.lock").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write("4711")
        file.flush()
        with pytest.raises(RequestError, match=r"another comparison works on lineage/main .process 4711."):
            compare(Settings(), operator, wanted(), lambda _: None, lambda _: None)


def tasks(operator: Path, count: int = 3) -> list[str]:
    """So many tasks of the split "select", with proofs; their names."""
    found = [name for name in (f"total-of-{number}" for number in range(200)) if split_of(name) == "select"][:count]
    for name in found:
        make(operator / "tasks" / name)
    return found


SOLVED = "printf 'def total(lines):\\n    if any(n < 0 for n in lines):\\n        raise ValueError\\n"
SOLVED += "    return min(sum(lines), 100)\\n' >shop/orders.py"


@pytest.mark.slow
def test_whole_comparison_goes_on_and_rebuilds(operator: Path, tmp_path: Path) -> None:
    second(operator)
    names = tasks(operator)
    assert heirloom(operator, "ground", "check").returncode == 0
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"lives": [[bash(SOLVED), {"text": "Done."}]] * 40}))
    settings = Settings(
        model=f"script:{script}", isolation="bubblewrap", budget=Amount(tokens=10**6), per_life=Amount(tokens=5 * 10**5)
    )
    seen: list[Progress | StageEnded] = []
    with pytest.raises(StoppedEarly, match=r"a larger --budget goes on"):
        compare(settings, operator, wanted(repeats=1), lambda _: None, seen.append)
    more = settings.model_copy(update={"budget": Amount(tokens=10**8)})
    found, _ = compare(more, operator, wanted(repeats=1), lambda _: None, seen.append)
    assert (found.verdict, found.tally.both, found.a.rate.value) == ("undecided", len(names), 1.0)
    table = heirloom(operator, "ground", "results", "--csv").stdout
    assert len(list(csv.DictReader(io.StringIO(table)))) == 2 * len(names)
    git(tmp_path, "clone", "--quiet", str(operator), "clone")
    git(tmp_path / "clone", "fetch", "--quiet", "origin", f"{NOTES}:{NOTES}")
    (tmp_path / "clone" / "tasks").symlink_to(operator / "tasks")
    assert heirloom(tmp_path / "clone", "ground", "results", "--csv").stdout == table
    (operator / "tasks" / names[0] / "instruction.md").write_text("Another task.\n")
    assert "of tasks that were changed since" in heirloom(operator, "ground", "results").stdout
