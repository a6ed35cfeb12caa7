"""A life reads before it chooses, and says why where it leaves the goal that it found."""

from pathlib import Path
from typing import Any

import pytest

from agent.life import live
from agent.models.messages import Call
from agent.steps.choose_goal import LOOKS, Change, Choice, Choosing, Keep
from agent.toolbox import Toolbox
from agent.workspace import Workspace
from controller.contract import LEFT_GOAL, AgentContext, Claim, Entry, ExitCode, Goal
from controller.memory import chosen_goal, left_goal, proposal
from tests.agent.fakes import Scripted, Sound, calls, git, memory, results, texts, workspace

EDITOR = "str_replace_based_edit_tool"
NEW = {"title": "Triple", "why": "It lacks.", "steps": ["write it"]}
GIVE_UP = calls(("done", {"outcome": "history", "summary": "Too hard."}))
OPEN = Goal(title="Fly", done_when=("test -e agent/wings.py",), attempts=1)


@pytest.fixture
def heir(tmp_path: Path) -> Workspace:
    """The heir of an open goal, at which a life before worked."""
    there = workspace(tmp_path, check=Sound, generation=2)
    entry = Entry(generation=1, goal="Fly", claim=Claim(outcome="history", summary="It fell."))
    context = AgentContext(purpose="Grow.", goal=OPEN, history=(entry,))
    (there.root / "agent_context.json").write_text(context.render())
    git(there.root, "checkout", "-q", "-b", "attempt")
    (there.root / "agent/wax.py").write_text("WAX = 1\n")
    git(there.root, "add", "agent/wax.py")
    git(there.root, "commit", "-qm", "Generation 1: It fell.\n\nThe plan: wings of wax.")
    git(there.root, "update-ref", "refs/attempts/1.1", "HEAD")
    git(there.root, "checkout", "-q", there.birth.parent)
    return there


def test_what_a_goal_is_about_is_read_before_it_is_chosen(tmp_path: Path) -> None:
    there = workspace(tmp_path, check=Sound)
    looks = calls(
        ("outline", {"path": "agent"}),
        ("outline", {"path": "agent/sums.py"}),
        (EDITOR, {"command": "view", "path": "agent/sums.py", "view_range": [4, 4]}),
        ("search", {"pattern": "number", "path": "agent"}),
    )
    model = Scripted(looks, calls(("choose_goal", NEW)), GIVE_UP)
    assert live(there, model) == ExitCode.HISTORY
    assert model.asked[0].tools[0]["name"] == "choose_goal"
    assert "bash" not in [tool["name"] for tool in model.asked[0].tools]
    folder, file, line, found = [one["content"] for one in results(model.asked[1])]
    assert "agent/sums.py 68 Sums." in folder
    assert file == line == "  4 def double(number: int) -> int:"
    assert found.startswith("agent/sums.py:4:def")


@pytest.mark.parametrize("given", [{"command": "create", "file_text": "x"}, {"command": "insert"}])
def test_nothing_is_written_before_the_choice(tmp_path: Path, given: dict[str, Any]) -> None:
    there = workspace(tmp_path)
    told = Choosing(there, {"choose_goal": Choice}).run(Call("1", EDITOR, {"path": "agent/sums.py", **given}))
    assert (told.error, told.text) == (True, "view only: choose first")


def test_looks_have_an_end(tmp_path: Path) -> None:
    box = Choosing(workspace(tmp_path), {"choose_goal": Choice})
    look = Call("1", "outline", {"path": "agent"})
    assert not any(box.run(look).error for _ in range(LOOKS))
    assert box.run(look).text == "no looks are left: choose now"
    assert box.run(Call("2", "choose_goal", NEW)).answer == Choice(title="Triple", why="It lacks.", steps=("write it",))


def test_an_open_goal_comes_with_what_was_left_of_it(heir: Workspace) -> None:
    model = Scripted(calls(("keep_goal", {"steps": ["feathers"]})), GIVE_UP)
    assert live(heir, model) == ExitCode.HISTORY
    for request in model.asked:
        told = texts(request)
        assert '"title":"Fly"' in told and "It fell." in told
        assert "wings of wax" in told and "agent/wax.py | 1 +" in told
    assert "feathers" in texts(model.asked[1])
    assert memory(heir).goal == OPEN
    assert memory(heir).history[-1].seen == ""


def test_an_open_goal_is_left_for_a_reason(heir: Workspace) -> None:
    without = calls(("choose_goal", NEW))
    given = calls(("choose_goal", {**NEW, "leaves": "There is no air here."}))
    model = Scripted(without, given, GIVE_UP)
    assert live(heir, model) == ExitCode.HISTORY
    assert "leaves: Field required" in texts(model.asked[1])
    before, after = heir.memory, proposal(heir.memory, memory(heir), 2)
    assert after is not None and after.history[-1].seen.startswith(LEFT_GOAL)
    assert left_goal(before, after) == "There is no air here."
    assert chosen_goal(before, after, None) == Goal(title="Triple", why="It lacks.")
    assert "Triple" in texts(model.asked[2])


def test_the_goal_of_the_operator_is_not_left(heir: Workspace) -> None:
    there = Workspace(heir.root, heir.birth.model_copy(update={"goal": Goal(title="Theirs")}), {})
    model = Scripted(GIVE_UP)
    assert live(there, model) == ExitCode.HISTORY
    assert '"title":"Theirs"' in texts(model.asked[0])


def test_what_a_model_calls_that_knows_nothing_keeps_the_goal(heir: Workspace) -> None:
    box: Toolbox = Choosing(heir, {"keep_goal": Keep, "choose_goal": Change})
    assert box.offers()[0]["name"] == "keep_goal"
    assert box.offers()[0]["input_schema"]["required"] == ["steps"]


def test_the_plan_goes_along_with_what_is_left(tmp_path: Path) -> None:
    there = workspace(tmp_path, check=Sound)
    edit = {"command": "create", "path": "agent/new.py", "file_text": "A = 1\n"}
    work = calls((EDITOR, edit), ("plan", {"text": "1. wings: done\n2. sky: open"}))
    assert live(there, Scripted(calls(("choose_goal", NEW)), work, GIVE_UP)) == ExitCode.HISTORY
    said = git(Path(there.birth.inbox), "log", "-1", "--format=%B", there.birth.ref)
    assert said == "Generation 1: Too hard.\n\n1. wings: done\n2. sky: open"
