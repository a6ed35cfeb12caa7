"""Ledger, branch, copies and trees held against each other: what was lost is noticed, and booked again."""

import io
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from rich.console import Console

from controller.audit.backups import back_up
from controller.audit.open_ledger import check
from controller.audit.verify import compare, look_before, on_branch, other_rows
from controller.audit.witnesses import Witness
from controller.errors import HeirloomError, LedgerBehind, RequestError
from controller.ledger.calls import Calls
from controller.ledger.chain import Chain
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run
from controller.ledger.queries import lineages_of_runs, recorded_generations
from controller.ledger.total import Total
from controller.ledger.usage import Usage
from controller.settings.load import load
from controller.state.place import Place, locate, make_state, sole_controller
from controller.views import budget, status
from controller.views.verify import show
from tests.controller.commands import command, start
from tests.controller.conftest import git, operator_in
from tests.controller.ledger.altered import RUN, alter
from tests.controller.lives import END, GOAL, history, live

BRANCH = "lineage/main"


def place_of(operator: Path) -> Place:
    return locate(operator, BRANCH)


def ledger_of(operator: Path) -> Path:
    return operator / ".git" / "heirloom" / "ledger.sqlite"


def verified(operator: Path, mend: bool = False) -> dict[str, object]:
    """What `heirloom verify --json` prints."""
    console = Console(width=10_000, soft_wrap=True, file=io.StringIO())
    agreed = show(place_of(operator), console, as_json=True, mend=mend)
    found: dict[str, object] = json.loads(console.file.getvalue())  # type: ignore[attr-defined]
    assert found["agree"] == agreed
    return found


def wrong(found: dict[str, object]) -> dict[str, list[str]]:
    """The comparisons that disagree."""
    checks: list[dict[str, list[str]]] = found["checks"]  # type: ignore[assignment]
    return {str(one["name"]): one["wrong"] for one in checks if one["wrong"]}


def spent(operator: Path) -> Total:
    with closing(Database(ledger_of(operator))) as database:
        totals = Chain(database).spent().values()
        return Total(sum(one.tokens for one in totals), sum(one.calls for one in totals))


@pytest.fixture(scope="module")
def lived_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lived")
    repository = operator_in(folder)
    live(repository, [GOAL, END])
    shutil.copy(ledger_of(repository), folder / "old.sqlite")
    live(repository, [END], [END])
    return folder


@pytest.fixture
def lived(lived_once: Path, tmp_path: Path) -> Path:
    """Three generations were lived here, by two runs; an old copy of the ledger is at hand."""
    shutil.copytree(lived_once, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path / "operator"


def test_all_comparisons_agree_after_a_run(lived: Path) -> None:
    found = verified(lived)
    assert wrong(found) == {}
    names = [one["name"] for one in found["checks"]]  # type: ignore[attr-defined]
    assert names == [
        "branch",
        "trees",
        "attempts",
        "store",
        "file",
        "chain",
        "totals",
        "recordings",
        "reservations",
        "generations",
    ]


def test_generation_says_what_its_run_spent(lived: Path) -> None:
    last = history(lived)[-1]
    with closing(Database(ledger_of(lived))) as database:
        assert Total.parse(last.trailers["Spent"]) == Chain(database).spent()[last.trailers["Run"]]


def older(operator: Path) -> None:
    """The ledger is put back to what it was a run ago, its copies too."""
    shutil.rmtree(operator / ".git" / "heirloom" / "backups")
    shutil.copy(operator.parent / "old.sqlite", ledger_of(operator))


def emptied(operator: Path) -> None:
    shutil.rmtree(operator / ".git" / "heirloom" / "backups")
    ledger_of(operator).unlink()


def without_its_last_calls(operator: Path) -> None:
    alter(ledger_of(operator), "DELETE FROM chain WHERE id >= 3", "DELETE FROM calls WHERE id >= 3",
          "UPDATE totals SET calls = 0, output = 0, input = 0, cached = 0, written = 0")  # fmt: skip
    shutil.rmtree(operator / ".git" / "heirloom" / "backups")


def with_a_smaller_total(operator: Path) -> None:
    alter(ledger_of(operator), "UPDATE totals SET output = 0, input = 0")


def with_an_altered_call(operator: Path) -> None:
    alter(ledger_of(operator), "UPDATE calls SET output = 0, input = 0, cached = 0, written = 0 WHERE id = 2")


def behind_its_copy(operator: Path) -> None:
    """Only the copy knows of the last run's calls: the branch says nothing."""
    alter(ledger_of(operator), "DELETE FROM chain WHERE id >= 2", "DELETE FROM calls WHERE id >= 2",
          "UPDATE totals SET calls = 1, output = 0, input = 0, cached = 0, written = 0")  # fmt: skip


LOSSES: list[Callable[[Path], None]] = [
    older, emptied, without_its_last_calls, with_a_smaller_total, with_an_altered_call, behind_its_copy,
]  # fmt: skip


@pytest.mark.quick(1)
@pytest.mark.parametrize("lose", LOSSES, ids=lambda one: one.__name__)
def test_lost_spending_stops_runs_until_repaired(lived: Path, lose: Callable[[Path], None]) -> None:
    before = spent(lived)
    lose(lived)
    with pytest.raises(LedgerBehind, match="heirloom verify --repair"):
        live(lived, [END])
    assert wrong(verified(lived))
    found = verified(lived, mend=True)
    assert found["repaired"]
    assert {"chain", "totals", "file"} & set(wrong(found)) == set()
    assert spent(lived) == before
    assert live(lived, [END]).outcomes[-1] == "history"


def test_damaged_ledger_is_replaced_by_a_copy(lived: Path) -> None:
    before = spent(lived)
    ledger_of(lived).write_bytes(b"not a database, though long enough" * 100)
    with pytest.raises(HeirloomError, match="verify --repair"):
        live(lived, [END])
    assert "moved aside, the copy" in str(verified(lived, mend=True)["repaired"])
    assert spent(lived) == before
    assert list(ledger_of(lived).parent.glob("ledger.sqlite.damaged-*"))
    assert live(lived, [END]).outcomes[-1] == "history"


def older_than_its_copies(operator: Path) -> None:
    shutil.copy(operator.parent / "old.sqlite", ledger_of(operator))


def spend_nothing(operator: Path, branch: str, run: str) -> None:
    """A run that ended before its first call, as an interrupt at the making of its workspace leaves it."""
    with closing(Database(ledger_of(operator))) as database:
        journal = Journal(database)
        journal.begin_run(Run(run, branch, 1, {}))
        journal.end_run(run, "interrupted")
        back_up(database, place_of(operator).backups, 0)


def without_ledger(operator: Path) -> None:
    ledger_of(operator).unlink()


def with_a_new_ledger(operator: Path) -> None:
    """As an older Heirloom left it that was started without one."""
    ledger_of(operator).unlink()
    Database(ledger_of(operator)).close()


@pytest.mark.quick(3)
@pytest.mark.parametrize("run", ["20260101-000000-0000", "lost-7"])
@pytest.mark.parametrize("branch", [BRANCH, "lineage/other"])
@pytest.mark.parametrize("lose", [without_ledger, with_a_new_ledger, older_than_its_copies])
def test_run_without_spending_is_mended(lived: Path, lose: Callable[[Path], None], branch: str, run: str) -> None:
    before = spent(lived)
    spend_nothing(lived, branch, run)
    lose(lived)
    assert "does not know it" in str(wrong(verified(lived))) or "is missing" in str(wrong(verified(lived)))
    assert verified(lived, mend=True)["repaired"]
    assert wrong(verified(lived)) == {}
    assert spent(lived) == before
    with closing(Database(ledger_of(lived))) as database:
        assert lineages_of_runs(database)[run] == branch
    assert live(lived, [END]).outcomes[-1] == "history"


def test_missing_ledger_names_its_copies(lived: Path) -> None:
    ledger_of(lived).unlink()
    with pytest.raises(LedgerBehind, match=r"is missing.*verify --repair.*ledger-\d+-\d+\.sqlite"):
        live(lived, [END])
    assert not ledger_of(lived).exists()
    assert "is missing" in str(wrong(verified(lived))["ledger"])
    with pytest.raises(RequestError, match="is missing"):
        budget.collect(place_of(lived), load({}, {}, None)[0])
    assert "is missing" in status.collect(place_of(lived)).missing
    assert "was missing: the copy ledger-" in str(verified(lived, mend=True)["repaired"])
    assert [one.number for one in history(lived)] == [1, 2, 3]
    assert set(verified(lived)["unchecked"]) == set()  # type: ignore[call-overload]


def test_run_beside_it_raises_no_alarm(lived: Path) -> None:
    before = look_before(place_of(lived))
    with closing(Database(ledger_of(lived))) as database:
        recorded = recorded_generations(database, BRANCH)
    live(lived, [GOAL, END])
    assert [one for one in compare(place_of(lived), before) if one.wrong] == []
    assert list(other_rows(recorded, on_branch(place_of(lived)))) == []


@pytest.mark.slow
def test_verify_agrees_through_a_run(lived: Path) -> None:
    words = command(lived, [[GOAL, END]] * 12, "--generations", "12")
    asked = 0
    with start(words) as process:
        while process.poll() is None:
            assert wrong(verified(lived)) == {}
            asked += 1
    assert (process.returncode, asked > 20, len(history(lived))) == (0, True, 15)


def test_living_lineage_keeps_its_runs(lived: Path) -> None:
    spend_nothing(lived, "lineage/other", "idle")
    other = locate(lived, "lineage/other")
    make_state(other)
    with_a_new_ledger(lived)
    with sole_controller(other):
        assert "idle is left as it is" in str(verified(lived, mend=True)["repaired"])


@pytest.mark.slow
def test_flipped_bytes_never_lower_the_spending(lived: Path) -> None:
    whole, before = ledger_of(lived).read_bytes(), spent(lived)
    for position in range(4096 + 50, len(whole), 1511):
        ledger_of(lived).write_bytes(whole[:position] + bytes([whole[position] ^ 0x41]) + whole[position + 1 :])
        try:
            sound = not wrong(verified(lived))
        except HeirloomError:
            continue
        if sound:
            assert spent(lived).tokens >= before.tokens, position


@pytest.mark.slow
def test_foreign_lineage_keeps_its_spending(lived: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--branch", BRANCH, str(lived), str(clone))
    git(clone, "checkout", "--quiet", "--detach")
    assert wrong(verified(clone)) == {}
    assert live(clone, [END]).outcomes[-1] == "history"
    assert wrong(verified(clone)) == {}
    runs = {one.trailers["Run"]: Total.parse(one.trailers["Spent"]) for one in history(clone)}
    with closing(Database(ledger_of(clone))) as database:
        assert {run: total for run, total in Chain(database).spent().items() if run in runs} == runs
    assert live(clone, [END]).outcomes[-1] == "history"


def test_forged_commit_missing_attempt_are_shown(lived: Path) -> None:
    git(lived, "update-ref", "-d", f"refs/heirloom/{BRANCH}/2.1")
    message = git(lived, "log", "-1", "--format=%B", BRANCH)
    tree = git(lived, "rev-parse", "HEAD^{tree}")
    (lived / "stray.txt").write_text("not of this tree")
    git(lived, "add", "-A")
    tree = git(lived, "write-tree")
    forged = git(lived, "commit-tree", tree, "-p", f"{BRANCH}~1", "-m", message)
    git(lived, "update-ref", f"refs/heads/{BRANCH}", forged)
    found = wrong(verified(lived))
    assert "is not at refs/heirloom" in str(found["attempts"])
    assert "stray.txt" in str(found["trees"])
    assert "our store stands at" in str(found["store"])
    assert "on the branch" in str(found["generations"])


@pytest.mark.slow
def test_living_lineage_is_not_repaired(lived: Path) -> None:
    with sole_controller(place_of(lived)), pytest.raises(RequestError, match="being lived"):
        verified(lived, mend=True)


def test_copy_claims_nothing_of_open_calls(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "ledger.sqlite")) as database:
        Journal(database).begin_run(RUN)
        tried, calls = Journal(database).begin_try(RUN, 1, "0" * 40), Calls(database)
        calls.settle(calls.reserve(tried.id, "m", 500), Usage(input=60), 200)
        waiting = calls.reserve(tried.id, "m", 500)
        back_up(database, tmp_path / "backups", 0)
        calls.settle(waiting, Usage(input=60), 200)
        nobody = Witness("the branch", {})
        check(database, tmp_path / "backups", nobody)
    with closing(Database(tmp_path / "new.sqlite")) as database, pytest.raises(LedgerBehind, match="60 tokens in 2"):
        check(database, tmp_path / "backups", nobody)


@pytest.mark.slow
def test_only_the_newest_copies_are_kept(operator: Path) -> None:
    live(operator, [GOAL, END], [END], [END], [END], [END], backup_minutes=0)
    copies = list((operator / ".git" / "heirloom" / "backups").iterdir())
    assert 1 <= len(copies) <= 3
    with sqlite3.connect(copies[0]) as database:
        assert database.execute("SELECT count(*) FROM calls").fetchone()[0]
    database.close()
