"""What a gate raises on a candidate is an answer: the same twice is its refusal; what is the world's goes on out."""

import errno
from pathlib import Path

import pytest

from controller.errors import GitError, IsolationError, LedgerError
from controller.gates.candidate import Candidate, Stopped, last_json
from controller.gates.gate import Gate
from controller.gates.judging import REASON, judge
from controller.ledger.report import Report
from tests.controller.gates.judging import candidate as made

OWN = [RecursionError("too deep"), GitError("it broke"), MemoryError(), ValueError("\x1b" * 9_999), OSError(36, "long")]
WORLDS = [IsolationError("none"), LedgerError("away"), Stopped("gone"), OSError(errno.ENOSPC, "full")]


@pytest.fixture
def candidate(operator: Path) -> Candidate:
    """Any candidate."""
    return made(operator, {}, {"agent/more.py": "MORE = 1\n"})


def raising(*errors: Exception | None) -> tuple[Gate, ...]:
    """A gate that raises these one after the other; where None stands it passes."""
    left = list(errors)

    def check(_: Candidate) -> Report:
        error = left.pop(0)
        if error is not None:
            raise error
        return Report("", "pass")

    return (Gate("odd", check, reads_only=True),)


def test_failing_twice_alike_is_refused(candidate: Candidate) -> None:
    for error in OWN:
        verdict, (report,) = judge(candidate, raising(error, error))
        assert (verdict.decision, verdict.gate) == ("refuse", "odd")
        assert type(error).__name__ in report.reason and len(report.reason) < 300 and "\x1b" not in report.reason


def test_long_reasons_are_cut(candidate: Candidate) -> None:
    gate = Gate("odd", lambda _: Report("", "refuse", "a name of 4 MB " * 300_000), reads_only=True)
    _, (report,) = judge(candidate, (gate,))
    assert len(report.reason) == REASON


@pytest.mark.parametrize("line", ["[" * 30_000, '{"a":' * 30_000, "[]", "9" * 5_000, "no JSON", '{"a": \x00}', ""])
def test_a_last_line_that_lies_is_none(line: str) -> None:
    assert last_json(f'{{"problem": ""}}\n{line or "null"}\n') is None


def test_failing_once_is_forgiven(candidate: Candidate) -> None:
    verdict, _ = judge(candidate, raising(ValueError(), None))
    assert verdict.decision == "pass"


def test_failing_in_two_ways_is_unknown(candidate: Candidate) -> None:
    verdict, _ = judge(candidate, raising(ValueError(), TypeError()))
    assert verdict.decision == "unknown"


@pytest.mark.parametrize("error", WORLDS, ids=lambda error: type(error).__name__)
def test_faults_of_the_world_are_raised(candidate: Candidate, error: Exception) -> None:
    with pytest.raises(type(error)):
        judge(candidate, raising(error, error))


def test_a_broken_store_is_the_worlds(candidate: Candidate, operator: Path) -> None:
    (operator.parent / "store.git" / "objects").rename(operator.parent / "away")
    with pytest.raises(GitError, match="git"):
        judge(candidate, raising(GitError("it broke"), GitError("it broke")))


def asked(candidate: Candidate, gates: str, everything: bool = False) -> tuple[str, str]:
    """Who decided, and who was asked: of gates a word each, its name and what it answers; "!" costs much."""
    rows = []
    for word in gates.split():
        name, _, result = word.partition("=")
        answer = Report("", "refuse" if result == "no" else "unknown" if result == "?" else "pass")
        rows.append(
            Gate(
                name,
                lambda _, answer=answer: answer,  # type: ignore[misc]
                reads_only=not name.startswith("run"),
                always="it is" if name == "always" else "",
                costs_little=not name.endswith("!"),
            )
        )
    verdict, reports = judge(candidate, tuple(rows), everything=everything)
    return f"{verdict.decision} {verdict.gate}".strip(), " ".join(report.name for report in reports)


@pytest.mark.parametrize(
    ("gates", "decided", "told"),
    [
        ("a b! c", "pass", "a b! c"),
        ("a=no b=no c!=no d=no", "refuse a", "a b d"),
        ("a b!=no c d!=no e=no", "refuse b!", "a b! c e"),
        ("a=no b=? c", "refuse a", "a b"),
        ("a=? b=no", "unknown a", "a"),
        ("always=no b=no run=no c=no", "refuse always", "always b c"),
    ],
)
def test_cheap_refusals_come_at_once(candidate: Candidate, gates: str, decided: str, told: str) -> None:
    assert asked(candidate, gates) == (decided, told)


def test_costly_refusals_come_when_asked(candidate: Candidate) -> None:
    assert asked(candidate, "a=no b!=no c=? d!=no", everything=True) == ("refuse a", "a b! c d!")
    assert asked(candidate, "always=no b!=no run!=no", everything=True) == ("refuse always", "always b!")
