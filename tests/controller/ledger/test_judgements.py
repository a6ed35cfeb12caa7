"""What judging leaves in the ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.gates.judging import furnish
from controller.gates.tests.gate import tests as gate
from controller.gates.tests.runs import Runs
from controller.ledger import judgements as kept
from nursery.ledgers import Ledger
from tests.controller.gates.judging import candidate
from tests.controller.gates.test_tests import BEFORE, CODE, NEW, QUARTER


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(tmp_path)
    yield made
    made.database.close()


@pytest.mark.slow
def test_ends_and_green_suites_are_kept(operator: Path, ledger: Ledger) -> None:
    one = candidate(
        operator, BEFORE, {CODE: QUARTER, "tests/agent/test_quarter.py": NEW}, judgements=ledger.judgements(1)
    )
    furnish(one)
    assert gate(one).result == "pass"
    rows = ledger.database.rows("SELECT suite, test, result FROM test_results ORDER BY suite, test")
    kept_ends = [(row["suite"], row["test"].partition("::")[2], row["result"]) for row in rows]
    assert ("child", "test_quarter", "passed") in kept_ends
    assert ("backward", "test_quarter", "failed") in kept_ends
    assert ("crossed", "test_half_is_half_as_much", "passed") in kept_ends
    assert not [name for _, name, _ in kept_ends if name not in {"test_quarter", "test_half_is_half_as_much",
                "test_double_is_twice_as_much", "test_the_genome_says_what_it_is"}]  # fmt: skip
    known = Runs(one).known(one.commit)
    assert known is not None and known.count == 4
    parents = Runs(one).known(one.parent)  # by which the faults are drawn that its tests must go on to notice
    assert parents is not None and parents.count == 3


def test_only_other_tries_know_flaky_tests(ledger: Ledger) -> None:
    first, second = ledger.judgements(1), ledger.judgements(2)
    first.keep_ends("child", {"a::test_b": "flaky", "a::test_c": "passed"})
    assert (second.was_flaky("a::test_b"), second.was_flaky("a::test_c"), first.was_flaky("a::test_b")) == (
        True, False, False)  # fmt: skip
    first.keep_ends("child", {"a::test_c": "passed"})
    assert not second.was_flaky("a::test_b")


def test_oldest_known_suites_go(ledger: Ledger) -> None:
    judgements = ledger.judgements(1)
    for number in range(kept.SUITES + 3):
        judgements.keep_suite(str(number), "{}")
    assert (judgements.suite("2"), judgements.suite("3")) == (None, "{}")
    assert ledger.judgements(2, "other gates").suite("3") is None
