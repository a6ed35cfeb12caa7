"""Whole lives, with a model that follows a script and everything else real."""

import json
from pathlib import Path

from agent.errors import NoAnswer
from agent.life import live
from controller.contract import AgentContext, Claim, Entry, ExitCode, Facts, Goal
from tests.agent.fakes import Scripted, Sound, calls, git, memory, pushed, says, texts, workspace

PLAN = {"steps": ["add triple to agent/sums.py", "a test of triple"]}
GOAL = calls(("choose_goal", {"title": "Triple too", "why": "Twice is not enough.", **PLAN}))
TRIPLE = "\n\ndef triple(number: int) -> int:\n    return number * 3\n"
EDIT = calls(
    ("bash", {"command": "cat >> agent/sums.py <<'X'" + TRIPLE + "X\necho x > stray.txt"}),
    (
        "str_replace_based_edit_tool",
        {
            "command": "create",
            "path": "tests/agent/test_triple.py",
            "file_text": "from agent.sums import triple\n\n\ndef test_it() -> None:\n    assert triple(2) == 6\n",
        },
    ),
)
DONE = calls(("done", {"outcome": "code", "summary": "It triples.", "lesson": "Three is easy.", "seen": "nothing"}))
GIVE_UP = calls(("done", {"outcome": "history", "summary": "Too hard."}))


def test_a_life_that_changes_and_checks_its_code_pushes_it_with_its_memory(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    model = Scripted(GOAL, EDIT, calls(("check", {})), DONE)
    assert live(there, model) == ExitCode.CODE
    assert "triple" in pushed(there, "agent/sums.py")
    kept = memory(there)
    assert kept.goal == Goal(title="Triple too", why="Twice is not enough.")
    assert kept.history[-1].claim == Claim(outcome="code", summary="It triples.", lesson="Three is easy.")
    assert (kept.history[-1].generation, kept.history[-1].seen, kept.lessons) == (1, "nothing", ("Three is easy.",))
    changed = git(Path(there.birth.inbox), "diff", "--name-only", there.birth.parent, there.birth.ref).split()
    assert changed == ["agent/sums.py", "agent_context.json", "tests/agent/test_triple.py"]
    assert "passed: 2 passed" in texts(model.asked[-1])


def test_the_goal_and_the_newest_summary_stand_before_the_model(tmp_path: Path) -> None:
    facts = Facts(outcome="refused(tests)", parent="p", reasons=("tests: 1 of 2 fail",))
    entry = Entry(generation=6, goal="g", claim=Claim(outcome="code", summary="Said hello twice."), facts=facts)
    context = AgentContext(purpose="Grow.", goal=Goal(title="Say hello", attempts=1), history=(entry,))
    there = workspace(tmp_path, generation=7)
    (there.root / "agent_context.json").write_text(context.render())
    model = Scripted(calls(("keep_goal", {"steps": ["say it"]})), GIVE_UP)
    assert live(there, model) == ExitCode.HISTORY
    told = texts(model.asked[0])
    said = ('"title":"Say hello"', "Said hello twice.", "tests: 1 of 2 fail")
    for text in ("Grow.", *said, "agent/sums.py 68 Sums."):
        assert text in told
    assert memory(there).goal == context.goal
    assert memory(there).history[:-1] == context.history


def test_a_bug_that_earlier_lives_show_is_reported_with_the_code_around_it(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    bug = {"file": "agent/sums.py", "function": "double", "severity": "wrong result", "evidence": "assert 6 == 4"}
    given = {"title": "Mend double", "why": "It triples.", "steps": ["mend it"], "expected": "double(2) is 4", **bug}
    model = Scripted(calls(("choose_goal", given)), GIVE_UP)
    assert live(there, model) == ExitCode.HISTORY
    told = texts(model.asked[1])
    assert '"evidence": "assert 6 == 4"' in told
    assert told.count("double(2) is 4") == 1
    assert "agent/sums.py:4:def double(number: int) -> int:" in told
    assert "agent/sums.py-5-    return number * 2" in told


def test_what_is_unfinished_is_pointed_out_once_before_a_new_goal_is_chosen(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    (there.root / "agent" / "sums.py").write_text("def half() -> int:\n    raise NotImplemented" + "Error\n")
    new = {"title": "Triple", "why": "It lacks.", "steps": ["write it"]}
    for given, asked in ((new, 3), ({**new, "file": "agent/sums.py"}, 2)):
        model = Scripted(*[calls(("choose_goal", given))] * (asked - 1), GIVE_UP)
        assert live(there, model) == ExitCode.HISTORY
        said = "UNFINISHED goes first: agent/sums.py" in texts(model.asked[1])
        assert (len(model.asked), said) == (asked, asked == 3)


def test_checks_that_succeed_already_are_told_while_they_can_be_chosen_anew(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    new = {"title": "Triple", "why": "It lacks.", "steps": ["write it"]}
    there_are_none = "test $(git ls-files agent | wc -l) = 0 && ! test -d .git && git init -q x"
    checks = (["true", there_are_none, "true"], ["true", "echo 'x = 1' >agent/left.py; false", "sleep 99"])
    model = Scripted(*[calls(("choose_goal", {**new, "done_when": one})) for one in checks], GIVE_UP)
    assert live(there, model) == ExitCode.HISTORY
    assert "done_when succeeds already (without .git)" in texts(model.asked[1])
    assert [goal.done_when for goal in [memory(there).goal] if goal] == [tuple(checks[1])]
    assert not (there.root / "agent/left.py").exists()


def test_what_a_life_gives_up_goes_along_as_its_attempt(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    assert live(there, Scripted(GOAL, EDIT, GIVE_UP)) == ExitCode.HISTORY
    assert "triple" in pushed(there, "agent/sums.py")
    assert memory(there).history[-1].claim == Claim(outcome="history", summary="Too hard.")


def test_a_fault_of_the_world_ends_a_life_with_its_history_and_no_further_call(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    model = Scripted(GOAL, EDIT, NoAnswer("529"))
    assert live(there, model) == ExitCode.HISTORY
    assert len(model.asked) == 3
    assert "triple" in pushed(there, "agent/sums.py")  # which the controller keeps as the attempt
    assert memory(there).goal == Goal(title="Triple too", why="Twice is not enough.")


def test_a_budget_that_is_spent_before_the_first_answer_leaves_history(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    assert live(there, Scripted(NoAnswer("nothing left"))) == ExitCode.HISTORY
    entry = json.loads(pushed(there))["history"][0]
    assert (entry["goal"], entry["claim"]["summary"]) == ("none was chosen", "ended early: nothing left")


def test_work_that_wind_down_cuts_short_is_kept_but_not_claimed(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    last = calls(*[(block["name"], block["input"]) for block in EDIT.content], wind_down=True)
    bye = calls(("bash", {"command": "touch agent/late.py"}), ("done", {"outcome": "code", "summary": "Half of it."}))
    model = Scripted(GOAL, last, bye)
    assert live(there, model) == ExitCode.HISTORY
    assert "this is your last answer" in texts(model.asked[-1])
    assert not (there.root / "agent/late.py").exists()
    claim = memory(there).history[-1].claim
    assert claim is not None
    assert (claim.outcome, claim.summary) == ("history", "Half of it.")
    assert "triple" in pushed(there, "agent/sums.py")


def test_a_model_that_only_talks_ends_the_life_with_its_words(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    assert live(there, Scripted(GOAL, says("I would rather not."))) == ExitCode.HISTORY
    claim = memory(there).history[-1].claim
    assert claim == Claim(outcome="history", summary="nothing was changed; I would rather not.")


def test_commits_of_the_models_own_bring_nothing_protected_along(tmp_path: Path) -> None:
    there = workspace(tmp_path, check=Sound)
    command = "echo mine > protected.txt; echo 'ONE = 1' >> agent/sums.py; git add -A; git commit -qm mine"
    assert live(there, Scripted(GOAL, calls(("bash", {"command": command})), DONE)) == ExitCode.CODE
    assert pushed(there, "protected.txt") == "The operator's."
    assert "ONE = 1" in pushed(there, "agent/sums.py")
    assert git(Path(there.birth.inbox), "rev-parse", f"{there.birth.ref}^") == there.birth.parent


def test_a_git_that_was_ended_halfway_does_not_keep_a_life_from_handing_off(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    lock = calls(("bash", {"command": "touch .git/index.lock agent/$'\\xff'; ln -s /nowhere agent/link"}))
    assert live(there, Scripted(GOAL, lock, GIVE_UP)) == ExitCode.HISTORY


def test_the_memory_is_written_by_the_life_alone(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    command = calls(("bash", {"command": "echo '{}' > agent_context.json"}))
    assert live(there, Scripted(GOAL, command, GIVE_UP)) == ExitCode.HISTORY
    assert memory(there).purpose == "Grow, but stay small."
