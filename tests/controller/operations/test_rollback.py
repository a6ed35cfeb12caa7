"""Going back to an earlier generation: by a new commit, nothing erased, crash or no crash."""

import json
from pathlib import Path

import pytest

from controller.contract import CONTEXT_FILE, ROLLED_BACK
from controller.events.kinds import Event
from controller.gates.goal.gate import lives_before
from controller.git.lineage import Lineage
from controller.git.repository import Repository
from controller.ledger.database import Database
from controller.ledger.wishes import Wishes
from controller.memory import parse_context
from controller.operations.rollback import carry_out
from controller.settings.settings import Settings
from controller.state.place import locate
from tests.controller.commands import first_event, heirloom, living
from tests.controller.conftest import git
from tests.controller.lives import END, GOAL, HOLD, Reply, bash, history, live, release
from tests.waiting import PATIENCE

GENOME = Settings().genome


def adding(name: str) -> list[Reply]:
    return [GOAL, bash(f"echo {name}=1 > agent/{name}.py"), END]


@pytest.fixture
def grown(operator: Path) -> Path:
    """A lineage of two generations, each with a file more."""
    assert live(operator, adding("one"), adding("two")).outcomes == ["evolved"] * 2
    return operator


def files(operator: Path) -> set[str]:
    """What was added and is there."""
    listed = git(operator, "ls-tree", "-r", "--name-only", "lineage/main", "agent/").split()
    return {Path(path).stem for path in listed} & {"one", "two", "three"}


def test_rollback_keeps_every_commit(grown: Path) -> None:
    before = history(grown)
    said = heirloom(grown, "rollback", "1")
    assert said.stdout == "lineage/main: goes on from generation 1, as generation 3\n", said.stderr
    after = history(grown)
    assert [one.commit for one in after[:2]] == [one.commit for one in before]
    assert ([one.outcome for one in after][2:], files(grown)) == ([ROLLED_BACK], {"one"})
    told = parse_context(Repository(grown).read("lineage/main", CONTEXT_FILE, 2**16))
    assert told is not None
    assert [one.generation for one in told.history] == [1, 2, 3]
    assert "back to the genome of generation 1" in str(told.history[-1].facts)
    assert (said := heirloom(grown, "verify")).returncode == 0, said.stdout
    # a goal that was opened in generation 1 was opened on what that one followed, by whatever way the lineage went on
    assert lives_before(Repository(grown), after[2].commit, 1) == before[0].parent
    assert lives_before(Repository(grown), after[2].commit, 2) is None
    assert "back to generation 1" in heirloom(grown, "show", "3").stdout
    assert live(grown, *[adding("three")] * 4, generations_=1).outcomes[-1] == "evolved"
    assert files(grown) == {"one", "three"}


@pytest.mark.slow
def test_rollback_reaches_the_beginning(grown: Path) -> None:
    assert json.loads(heirloom(grown, "rollback", "0", "--json").stdout)["generation"] == 3
    assert files(grown) == set()


@pytest.mark.slow
@pytest.mark.parametrize(("asked", "said"), [("2", "stands at generation 2 already"), ("7", "has no generation 7")])
def test_rollback_to_nowhere_changes_nothing(grown: Path, asked: str, said: str) -> None:
    before = git(grown, "for-each-ref")
    told = heirloom(grown, "rollback", asked)
    assert (told.returncode, said in told.stderr, git(grown, "for-each-ref")) == (2, True, before)


@pytest.mark.slow
def test_living_run_rolls_back_after_life(operator: Path) -> None:
    live(operator, adding("one"), adding("two"))
    with living(operator, [[GOAL, END], [GOAL, END], [GOAL, HOLD, END], [GOAL, END], [GOAL, END]]) as process:
        told = heirloom(operator, "rollback", "1")
        assert told.stdout == "lineage/main: goes on from generation 1, when this life has ended\n", told.stderr
        release(operator)
        event = first_event(process, ROLLED_BACK)
        assert (event["generation"], event["to"]) == (4, 1)
        process.communicate(timeout=PATIENCE)
    assert [one.outcome for one in history(operator)][2:] == ["history", ROLLED_BACK, "history"]
    assert files(operator) == {"one"}


@pytest.mark.slow
@pytest.mark.parametrize("reached", ["nothing", "made", "operator", "store"])
def test_begun_rollback_is_completed_once(grown: Path, reached: str) -> None:
    place = locate(grown, "lineage/main")
    lineage = Lineage(place.repository, Repository(place.lineage / "store.git", own=True), place.branch)
    database = Database(place.ledger)
    wishes = Wishes(database, place.branch)
    wishes.ask(1)
    events: list[Event] = []
    old = lineage.head()
    if reached != "nothing":
        carry_out(lineage, wishes, GENOME, events.append)  # to its end; then its last steps are taken back
        with database.transaction() as db:
            db.execute("UPDATE wishes SET done = NULL")
        new = lineage.head()
        if reached != "store":
            lineage.store.move(lineage.ref, old, new)
        if reached == "made":
            lineage.operator.move(lineage.ref, old, new)
    carry_out(lineage, wishes, GENOME, events.append)
    carry_out(lineage, wishes, GENOME, events.append)
    assert wishes.open() is None
    database.close()
    assert [one.outcome for one in history(grown)] == ["evolved", "evolved", ROLLED_BACK]
    assert lineage.head() == history(grown)[-1].commit
