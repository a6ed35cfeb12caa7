"""Do the work: a conversation with tools that ends with what the life claims."""

from collections.abc import Mapping

from agent.context import sentence
from agent.mind import Mind
from agent.place import Place
from agent.prompts import prompt
from agent.text import bullets
from agent.tools import Toolbox
from controller.contract import Claim


def edit(mind: Mind, place: Place, told: Mapping[str, str]) -> Claim:
    """Work until `done`, or until the model only talks; then its words are the summary. Raises NoAnswer."""
    tools = Toolbox(place)
    broken = [f"the tool {name} is broken and left out: {why}" for name, why in tools.broken.items()]
    words = mind.work(prompt("edit", {**told, "broken": bullets(broken, none="")}), tools)
    return place.claim or Claim(outcome="code", summary=sentence(words) or "The model ended without a word.")
