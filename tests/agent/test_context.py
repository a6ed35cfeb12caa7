"""What crosses generations, and what of it a life may write."""

from pathlib import Path

from agent.context import known_goal, remember, with_entry
from controller.contract import ENTRY_BYTES, LESSONS, AgentContext, Claim, Goal
from tests.agent.fakes import workspace


def test_the_operators_goal_comes_first_then_an_unfinished_one(tmp_path: Path) -> None:
    birth = workspace(tmp_path).birth
    mine, operators = Goal(title="Mine", attempts=2), Goal(title="Theirs")
    context = AgentContext(purpose="p", goal=mine)
    assert known_goal(context, birth) == mine
    assert known_goal(context, birth.model_copy(update={"goal": operators})) == operators
    assert known_goal(context, birth.model_copy(update={"goal": Goal(title="Mine")})) == mine


def test_a_goal_that_is_closed_is_not_taken_up(tmp_path: Path) -> None:
    birth = workspace(tmp_path).birth
    for goal in (None, Goal(title="g", status="met"), Goal(title="g", status="dropped", attempts=3)):
        assert known_goal(AgentContext(purpose="p", goal=goal), birth) is None


def test_a_lesson_is_kept_once_and_the_oldest_goes() -> None:
    assert remember(("a", "b"), "a", []) == ("b", "a")
    assert remember(("a",), "", []) == ("a",)
    full = tuple(str(number) for number in range(LESSONS))
    assert remember(full, "new", []) == (*full[1:], "new")


def test_a_lesson_that_proved_wrong_makes_room_for_the_new_one() -> None:
    full = tuple(str(number) for number in range(1, LESSONS + 1))
    assert remember(full, "new", [7, 99]) == (*full[:6], *full[7:], "new")
    assert remember(("a", "b"), "", [1]) == ("b",)


def test_an_entry_keeps_its_cap_in_any_language() -> None:
    claim = Claim(outcome="code", summary="ü" * 400, expected="字" * 400, lesson="ß" * 400, mutant="-\n" * 700)
    goal = Goal(title="字" * 200)
    entry = with_entry(AgentContext(purpose="p"), 1, goal, claim, seen="字" * 400, dropped=[]).history[-1]
    assert len(entry.model_dump_json().encode()) <= ENTRY_BYTES
    assert entry.claim is not None and entry.claim.summary.startswith("ü" * 79)


def test_a_claim_gives_up_words_before_its_evidence() -> None:
    claim = Claim(outcome="code", summary="s" * 400, lesson="l" * 400, mutant="m" * 1500)
    assert claim.fitted(3000) == claim
    short = claim.fitted(2200)
    assert (short.mutant, len(short.summary)) == (claim.mutant, 200)
