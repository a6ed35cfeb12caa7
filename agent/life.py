"""One life, from top to bottom."""

from agent.brief import briefing, genome_map
from agent.context import read_context, sentence, with_entry
from agent.errors import NoAnswer, WindDown
from agent.mind import Mind
from agent.model import Model
from agent.place import Place
from agent.prompts import prompt
from agent.steps.edit import edit
from agent.steps.goal import choose_goal, goal_text
from agent.steps.hand_off import hand_off
from agent.steps.plan import make_plan
from controller.contract import Birth, Claim, ExitCode, Goal


def live(place: Place, birth: Birth, model: Model) -> ExitCode:
    """Read the memory, choose a goal, plan, edit, check, publish. Without a model, what was lived is still recorded."""
    context = read_context(place.root)
    told = briefing(context, birth, genome_map(place.root, place.files()))
    mind = Mind(model, prompt("system"), birth.models[0].dialect == "anthropic")
    goal: Goal | None = None
    expected = ""
    try:
        goal, expected = choose_goal(mind, context, birth, told)
        told["goal"] = goal_text(goal, expected)
        told["plan"] = make_plan(mind, told)
        claim = edit(mind, place, told)
    except WindDown as end:  # what stands may be whole: the check decides
        claim = Claim(outcome="code", summary=sentence(f"ended early: {end}"))
    except NoAnswer as end:
        claim = Claim(outcome="history", summary=sentence(f"ended early: {end}"))
    if not claim.expected:
        claim = claim.model_copy(update={"expected": expected})
    return hand_off(claim, place, birth, lambda held: with_entry(context, birth, goal, held, place.seen))
