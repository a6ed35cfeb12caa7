"""What a life is told first."""

import re
from dataclasses import asdict, dataclass

from agent.code_map import map_of
from agent.prompts import prompt
from agent.text import clip, fence, numbered
from controller.contract import LESSONS, REFUSED_ASK, AgentContext, Birth, Entry, code_tokens, one_line

SHOWN = 4000  # characters of a part


@dataclass(frozen=True)
class Brief:
    """All that the prompts of a life are filled with. `failed`: what became of the attempts so far."""

    situation: str
    plan: str
    goal: str = ""
    broken: str = ""
    failed: str = ""

    def prompt(self, name: str) -> str:
        """A prompt, filled in."""
        return prompt(name, **asdict(self))


def situation(context: AgentContext, birth: Birth, sources: dict[str, str]) -> str:
    """Where a life stands: memory, lives before it, map of the code. What past lives wrote is fenced: it is data."""
    past = {
        "newest": "".join(life.model_dump_json(exclude_defaults=True) for life in context.history[-1:]),
        "recent": "\n".join(birth.recent),
        "failures": failures(context.history),
        "lessons": numbered(list(context.lessons), 1, LESSONS),
    }
    fenced = {name: fence(clip(text, SHOWN), birth) for name, text in past.items()}
    code = [text for path, text in sources.items() if path.startswith("agent/") and path.endswith(".py")]
    return prompt(
        "situation",
        generation=str(birth.generation),
        purpose=context.purpose,
        map=map_of(sources, 2 * SHOWN),
        weight=f"{sum(map(code_tokens, code)):,}",
        most=f"{birth.genome_tokens:,}",
        budget=budget(birth),
        **fenced,
    )


def budget(birth: Birth) -> str:
    """What a life may use, as JSON."""
    return birth.limits.model_dump_json(include={"seconds", "tokens", "usd", "calls"}, exclude_none=True)


def failures(history: tuple[Entry, ...]) -> str:
    """Refused and broken lives by reason, the most frequent first."""
    groups: dict[str, list[str]] = {}
    for facts in [entry.facts for entry in history if entry.facts]:
        refused_ask = any(reason.startswith(REFUSED_ASK) for reason in facts.reasons)
        if refused_ask or facts.outcome not in ("evolved", "history"):
            why = one_line(f"{facts.outcome}: {' '.join(facts.reasons)}", 600)
            groups.setdefault(re.sub(r"\w*\d\w*", "#", why), []).append(why)
    most = sorted(groups.values(), key=len, reverse=True)[:5]
    return "\n".join(f"{len(lives)} times, last so: {lives[-1]}" for lives in most)
