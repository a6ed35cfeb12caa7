"""What a life is told first: its purpose, what came before it, and the map of its own code."""

from agent.prompts import prompt
from agent.text import bullets, clip, fence, fence_marker, first_line, record
from controller.contract import AgentContext, Birth, Limits, one_line

SHOWN = 4000  # characters of each part that past lives wrote


def map_line(path: str, source: str) -> str:
    """One file in the map: its path, its bytes, what it is for."""
    return f"{path} {len(source.encode())} {one_line(first_line(path, source))}".rstrip()


def budget(limits: Limits) -> str:
    """What a life may use, in one line."""
    given = {"seconds": limits.seconds, "tokens": limits.tokens, "calls of the model": limits.calls}
    return ", ".join(f"{amount:,.0f} {name}" for name, amount in given.items() if amount is not None)


def situation(context: AgentContext, birth: Birth, sources: dict[str, str]) -> str:
    """What every prompt begins with. What past lives wrote is fenced: it is data."""
    marker = fence_marker(birth.run, birth.generation)
    newest = record(context.history[-1]) if context.history else ""
    past = {"newest": newest, "recent": bullets(birth.recent), "lessons": bullets(context.lessons)}
    values = {
        "generation": str(birth.generation),
        "purpose": context.purpose,
        "map": clip("\n".join(map_line(path, text) for path, text in sources.items()), 3 * SHOWN),
        "budget": budget(birth.limits),
        **{name: fence(clip(text, SHOWN), marker) for name, text in past.items()},
    }
    return prompt("situation", values)
