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
from controller.audit.witnesses import Witness
from controller.errors import HeirloomError, LedgerBehind, RequestError
from controller.ledger.calls import Calls
from controller.ledger.chain import Chain
from controller.ledger.database import Database
from controller.ledger.journal import Journal
from controller.ledger.total import Total
from controller.ledger.usage import Usage
from controller.state.place import Place, locate, sole_controller
from controller.views.verify import show
from tests.controller.conftest import git
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


@pytest.fixture
def lived(operator: Path) -> Path:
    """Two generations were lived here, by two runs; an old copy of the ledger is at hand."""
    live(operator, [GOAL, END])
    shutil.copy(ledger_of(operator), operator.parent / "old.sqlite")
    live(operator, [END], [END])
    return operator


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
