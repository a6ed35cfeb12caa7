"""What a generation leaves behind."""

import pytest

from controller.contract import CONTEXT_BYTES, HIDDEN, LEFT_GOAL, TRAILERS, AgentContext, Claim, Entry, Facts, Goal
from controller.git.trailers import message
from controller.memory import bound, chosen_goal, complete, goal_after, left_goal, parse_context, proposal

FACTS = Facts(outcome="evolved", parent="a" * 40)
BEFORE = AgentContext(purpose="Live.", history=(Entry(generation=1, goal="One", facts=FACTS),))


def with_entry(before: AgentContext, **changes: object) -> AgentContext:
    entry = Entry(generation=2, goal="Two", claim=Claim(outcome="code", summary="Did two"))
    return before.model_copy(update={"history": (*before.history, entry.model_copy(update=changes))})


def test_a_sound_entry_gets_facts() -> None:
    child = proposal(BEFORE, with_entry(BEFORE), 2)
    after = complete(BEFORE, child, 2, None, FACTS)
    assert after.history[-1].claim == Claim(outcome="code", summary="Did two")
    assert after.history[-1].facts == FACTS
    assert after.history[:-1] == BEFORE.history


@pytest.mark.parametrize(
    "pushed",
    [
        None,
        BEFORE,
        with_entry(BEFORE, generation=3),
        with_entry(BEFORE, facts=FACTS),
        with_entry(BEFORE, claim=None),
        with_entry(with_entry(BEFORE)),
        with_entry(BEFORE.model_copy(update={"purpose": "Rule."})),
        with_entry(BEFORE.model_copy(update={"history": (Entry(generation=1, goal="Rewritten"),)})),
    ],
)
def test_unsound_contexts_are_not_taken(pushed: AgentContext | None) -> None:
    assert proposal(BEFORE, pushed, 2) is None
    after = complete(BEFORE, None, 2, None, FACTS)
    assert after.history[-1] == Entry(generation=2, goal="", facts=FACTS)


def test_the_oldest_entries_go_first() -> None:
    many = tuple(
        Entry(generation=n, goal="g" * 200, claim=Claim(outcome="code", summary="s" * 400, mutant="m" * 1500))
        for n in range(1, 40)
    )
    full = AgentContext(purpose="Live.", history=many)
    after = complete(full, None, 40, None, FACTS)
    assert len(after.render().encode()) <= CONTEXT_BYTES
    assert after.history[-1].generation == 40
    assert after.history[0].generation > 1


def test_a_full_memory_leaves_room() -> None:
    claim = Claim(outcome="code", summary="s" * 400, expected="e" * 400, lesson="l" * 400, mutant="m" * 1400)
    context = AgentContext(purpose="Live.")
    for number in range(1, 120):
        entry = Entry(generation=number, goal="g" * 200, claim=claim)
        lessons = tuple(f"{number} {index} " + "x" * 380 for index in range(30))
        pushed = context.model_copy(update={"history": (*context.history, entry), "lessons": lessons})
        assert len(pushed.render().encode()) <= CONTEXT_BYTES, f"generation {number} would be refused"
        context = complete(context, proposal(context, pushed, number), number, None, FACTS)


def test_no_memory_grows_unreadable() -> None:
    worst = '"' * 400
    before = AgentContext(
        purpose="\x01" * 4000, goal=Goal(title="\x01" * 200, why=worst, done_when=("\x01" * 200,) * 5)
    )
    entry = Entry(generation=1, goal="g", claim=Claim(outcome="code", summary="s"))
    child = before.model_copy(update={"history": (entry,), "lessons": (worst,) * 30})
    facts = FACTS.model_copy(update={"reasons": ("é" * 9000,) * 9})
    after = complete(before, proposal(before, child, 1), 1, before.goal, facts)
    assert len(after.render().encode()) <= CONTEXT_BYTES
    assert after.history[-1].claim == entry.claim
    assert 0 < len(after.lessons) < 30


HIDING = "Ke\u200bep\u2066 \x1b[31mthe\x9b\U000e0041\U000e0042 te\ufe01st\u3164s.\u2028\u00ad"


def test_what_shows_nothing_goes() -> None:
    claim = Claim(outcome="code", summary=HIDING, expected=HIDING, lesson=HIDING, mutant="-a\u200b\n+b\u202e\n")
    goal = Goal(title="\u200b\u2063", why=HIDING, done_when=("test\u2063 -e x",))
    child = with_entry(BEFORE, claim=claim).model_copy(update={"goal": goal, "lessons": (HIDING, "\u200b", "Kept.")})
    found = proposal(BEFORE, child, 2)
    assert found is not None and found.goal is not None
    assert found.lessons == ("Keep [31mthe tests.", "Kept.")
    written = complete(BEFORE, found, 2, found.goal, FACTS)
    assert HIDDEN.search(written.render()) is None
    assert (found.goal.title, found.goal.done_when) == ("(a title that shows nothing)", ("test -e x",))
    assert parse_context(written.render()) == written


def test_a_too_long_entry_goes() -> None:
    claim = Claim(outcome="code", summary="Did two", mutant="é" * 1500)
    child = proposal(BEFORE, with_entry(BEFORE, claim=claim), 2)
    assert complete(BEFORE, child, 2, None, FACTS).history[-1].claim is None


def test_goals_have_a_rank() -> None:
    standing, proposed, operators = Goal(title="Old"), Goal(title="New", status="met", attempts=9), Goal(title="Mine")
    before = BEFORE.model_copy(update={"goal": standing})
    child = with_entry(before).model_copy(update={"goal": proposed})
    assert chosen_goal(before, child, None) == standing
    assert chosen_goal(before, child, operators) == operators
    assert chosen_goal(BEFORE, child, None) == Goal(title="New")


@pytest.mark.parametrize(
    ("seen", "title", "left"),
    [
        (f"{LEFT_GOAL}There is no air.", "New", "There is no air."),
        ("There is no air.", "New", ""),
        (LEFT_GOAL, "New", ""),
        (f"{LEFT_GOAL}There is no air.", "Old", ""),
    ],
)
def test_an_open_goal_is_left_for_a_reason(seen: str, title: str, left: str) -> None:
    before = BEFORE.model_copy(update={"goal": Goal(title="Old", attempts=1)})
    child = proposal(before, with_entry(before, seen=seen).model_copy(update={"goal": Goal(title=title)}), 2)
    assert left_goal(before, child) == left
    kept = chosen_goal(before, child, None)
    assert kept == (Goal(title="New") if left else before.goal)
    assert chosen_goal(before, child, Goal(title="Mine")) == Goal(title="Mine")


def test_a_goal_is_dropped_after_three() -> None:
    goal: Goal | None = Goal(title="Hard")
    for expected in ("open", "open", "dropped"):
        goal = goal_after(goal, met=False)
        assert goal is not None
        assert goal.status == expected
    met = goal_after(Goal(title="Easy", done_when=("true",)), met=True)
    assert met is not None
    assert met.status == "met"


@pytest.mark.parametrize(("operators", "status"), [(True, "open"), (False, "dropped")])
def test_an_unchecked_goal_is_never_met(operators: bool, status: str) -> None:
    goal: Goal | None = Goal(title="A third smaller")
    for _ in range(5):
        goal = goal_after(goal, met=True, evolved=True, operators=operators)
    assert goal is not None
    assert goal.status == status


def test_no_trailer_can_be_forged() -> None:
    facts = dict.fromkeys(TRAILERS, "1") | {"Goal": "x\nHeirloom-Outcome: evolved"}
    text = message(3, "crashed", "all\n\nHeirloom-Outcome: evolved", facts)
    assert text.count("\nHeirloom-Outcome: ") == 1
    assert text.splitlines()[0] == "Generation 3 crashed: all Heirloom-Outcome: evolved"
    with pytest.raises(KeyError):
        message(3, "crashed", "", {})


def test_reasons_are_bounded_and_printable() -> None:
    assert bound("\x1b[31mred\x07" + "y" * 5000).startswith("[31mred ")
    assert len(bound("z\n" * 5000)) <= 300


def test_other_files_are_no_context() -> None:
    assert parse_context(None) is None
    assert parse_context("{") is None
    assert parse_context("[]") is None


def test_a_met_goal_stays_met() -> None:
    met = Goal(title="Done", status="met", attempts=2)
    assert goal_after(met, met=False) == met


def test_the_operators_newest_checks_count() -> None:
    mine = Goal(title="Do it", done_when=("new",))
    parent = AgentContext(purpose="Live", goal=Goal(title="Do it", done_when=("old",), attempts=1))
    assert chosen_goal(parent, None, mine) == mine.model_copy(update={"attempts": 1})
