"""A change that was tried already, and when it may be tried again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from controller.gates.candidate import Candidate
from controller.gates.substance.gate import substance
from controller.gates.substance.repeats import change_fingerprint, keep
from controller.gates.verdict import Verdict
from controller.ledger.report import Report
from nursery.ledgers import Ledger
from tests.controller.conftest import git
from tests.controller.gates.judging import Files, candidate, commit, write

CODE = '"""Sums."""\n\n\ndef double(number: int) -> int:\n    return number * 2\n\n\ndef half(number: int) -> int:\n'
CODE += "    return number // 2\n"
THRICE: Files = {"agent/sums.py": CODE.replace("number * 2", "number * 3")}
REFUSED = Verdict("refuse", "tests")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def once(operator: Path) -> Candidate:
    return candidate(operator, {"agent/sums.py": CODE}, THRICE)


def judge(made: Candidate, ledger: Ledger, verdict: Verdict = REFUSED, words: bool = False, **told: str) -> Candidate:
    """The candidate of a new try, judged and kept."""
    number = 1 + len(ledger.database.rows("SELECT * FROM judgements"))
    one = replace(made, judgements=ledger.judgements(number, **{"commit": made.parent, **told}))
    keep(one, verdict, (Report(verdict.gate, "refuse", of_words=words),))
    return one


def elsewhere(operator: Path, files: Files) -> Candidate:
    """The same change, on a parent that is another one elsewhere."""
    write(operator, {"agent/sums.py": CODE})
    return candidate(operator, files, THRICE)


def test_same_change_same_tree_is_refused(once: Candidate, ledger: Ledger) -> None:
    judge(once, ledger)
    report = substance(replace(once, judgements=ledger.judgements(2)))
    assert (report.result, "tried in generation 1 and refused (tests)" in report.reason) == ("refuse", True), report


def test_no_try_is_its_own_precedent(once: Candidate, ledger: Ledger) -> None:
    assert substance(judge(once, ledger)).result == "pass"


@pytest.mark.parametrize(
    ("verdict", "words", "told"),
    [
        (Verdict("unknown", "tests"), False, {}), (Verdict("refuse", "context"), False, {}),
        (Verdict("refuse", "evidence"), False, {}), (REFUSED, True, {}), (REFUSED, False, {"configuration": "others"}),
    ],
    ids=["not checked", "its memory", "its evidence", "its words", "by other gates"],
)  # fmt: skip
def test_refused_for_words_may_come_again(
    verdict: Verdict, words: bool, told: dict[str, str], once: Candidate, ledger: Ledger
) -> None:
    judge(once, ledger, verdict, words, **told)
    assert substance(replace(once, judgements=ledger.judgements(2))).result == "pass"


def test_another_tree_gives_one_more_chance(operator: Path, once: Candidate, ledger: Ledger) -> None:
    judge(once, ledger)
    second = elsewhere(operator, {"agent/more.py": "MORE = 1\n"})
    assert change_fingerprint(second) == change_fingerprint(once)
    assert substance(replace(second, judgements=ledger.judgements(2))).result == "pass"
    judge(second, ledger)
    third = elsewhere(operator, {"agent/more.py": "MORE = 2\n"})
    assert "tried" in substance(replace(third, judgements=ledger.judgements(3))).reason


def test_undone_change_is_not_made_again(operator: Path, once: Candidate, ledger: Ledger) -> None:
    judge(once, ledger, Verdict("pass"))
    later = elsewhere(operator, {"agent/more.py": "MORE = 1\n"})
    report = substance(replace(later, judgements=ledger.judgements(7, "newer gates")))
    assert "generation 1 made this very change, and it was undone" in report.reason


def test_deleted_namesake_is_no_precedent(operator: Path, once: Candidate, ledger: Ledger) -> None:
    elsewhere_made = git(operator, "commit-tree", "HEAD^{tree}", "-m", "Another beginning")
    once.lineage.store.run("fetch", "--quiet", str(operator), elsewhere_made)
    judge(once, ledger, commit=elsewhere_made)
    judge(once, ledger, Verdict("pass"), commit="0" * 40)
    assert substance(replace(once, judgements=ledger.judgements(3))).result == "pass"


def test_another_lineage_is_no_precedent(once: Candidate, ledger: Ledger, tmp_path: Path) -> None:
    judge(once, ledger)
    other = Ledger(tmp_path, "lineage/other")
    assert substance(replace(once, judgements=other.judgements(1))).result == "pass"
    other.database.close()


def test_a_print_forgets_words_and_knows_places(operator: Path, once: Candidate) -> None:
    def same(text: str) -> bool:
        write(operator, {"agent/sums.py": CODE})
        commit(operator, "Back")
        again = candidate(operator, {"agent/sums.py": CODE}, {"agent/sums.py": text})
        return change_fingerprint(again) == change_fingerprint(once)

    change = str(THRICE["agent/sums.py"])
    assert same(change.replace("    return number * 3", '    """Thrice."""\n    return (number * 3)  # or so'))
    assert not same(CODE.replace("number // 2", "number * 3"))
    assert not same(change.replace("* 3", "* 4"))
