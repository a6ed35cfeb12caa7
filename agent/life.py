"""One life, from top to bottom: choose a goal, work, hand on; of a task, solve it. A file of `steps/` for each."""

from dataclasses import replace

from agent.brief import Brief, situation
from agent.conversation import Conversations
from agent.errors import LifeError
from agent.models.messages import Model
from agent.prompts import prompt
from agent.steps.choose_goal import choose_goal
from agent.steps.solve import solve
from agent.steps.work import work
from agent.tools.done import Done
from agent.workspace import Workspace
from controller.contract import ExitCode


def live(workspace: Workspace, model: Model) -> ExitCode:
    """Live one life, and say what was pushed; of a task, whether it is done.

    Whatever ends it early, what stands goes along: the controller keeps it as the attempt, beside the history.
    """
    if task := workspace.birth.task:
        return solve(Conversations(model, workspace, "task_system"), workspace, task)
    brief = Brief(situation(workspace.memory, workspace.birth, workspace.sources()), prompt("plan"))
    conversations = Conversations(model, workspace)
    try:
        workspace.goal, plan = choose_goal(conversations, workspace, brief)
        goal = workspace.goal.model_dump_json(exclude_defaults=True)
        done = work(conversations, workspace, replace(brief, goal=goal, plan=plan))
    except LifeError as end:
        done = Done(outcome="history", summary=f"ended early: {end}")
    workspace.push(done.claim(), done.seen, done.dropped)
    return ExitCode[done.outcome.upper()]
