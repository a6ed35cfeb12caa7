"""Plan the work on a goal."""

from collections.abc import Mapping

from pydantic import BaseModel

from agent.mind import Mind
from agent.prompts import prompt
from agent.text import clip

SHOWN = 4000  # characters


class MakePlan(BaseModel):
    """The plan of this life."""

    steps: list[str]
    checked_by: str


def make_plan(mind: Mind, told: Mapping[str, str]) -> str:
    """The plan as text. Raises NoAnswer."""
    return plan_text(mind.ask(prompt("plan", told), MakePlan))


def plan_text(plan: MakePlan) -> str:
    """A plan as the model reads it."""
    steps = [f"{number}. {step.strip()}" for number, step in enumerate(plan.steps, 1)]
    return clip("\n".join([*steps, f"Checked by: {plan.checked_by.strip()}"]), SHOWN)
