"""What a life is told before it begins: its purpose, what came before it, and the map of its own code."""

from collections.abc import Sequence
from pathlib import Path

from agent.text import bullets, clip, fence, first_sentence, marker_of
from controller.contract import AgentContext, Birth, Entry, one_line

SHOWN = 3000  # characters of each part that past lives wrote


def entry_text(entry: Entry) -> str:
    """One life of the history: what it claimed beside what the controller saw."""
    lines = [f"generation {entry.generation}, goal: {entry.goal}"]
    if entry.claim is None:
        lines.append("it claimed nothing")
    else:
        claim = entry.claim
        lines.append(f"claimed: {claim.outcome}: {claim.summary}")
        lines += [f"{name}: {text}" for name, text in (("expected", claim.expected), ("lesson", claim.lesson)) if text]
    if entry.seen:
        lines.append(f"saw of what its parent expected: {entry.seen}")
    if entry.facts is not None:
        reasons = "; ".join(one_line(reason, 300) for reason in entry.facts.reasons)
        lines.append(f"fact: {entry.facts.outcome}" + (f" ({reasons})" if reasons else ""))
    return "\n".join(lines)


def map_line(path: str, source: str) -> str:
    """One file in the map: its path, its size, what it is for."""
    return f"{path} {len(source.encode())} {one_line(first_sentence(source), 110)}".rstrip()


def genome_map(root: Path, paths: Sequence[str]) -> str:
    """A line for each file."""
    return "\n".join(map_line(path, (root / path).read_text(errors="replace")) for path in paths)


def briefing(context: AgentContext, birth: Birth, files: str) -> dict[str, str]:
    """The values for the prompts. What past lives wrote is fenced: it is data."""
    marker = marker_of(birth.run, birth.generation)
    newest = entry_text(context.history[-1]) if context.history else "(no life came before this one)"
    limits = birth.limits
    budget = [f"{limits.seconds:.0f} seconds"]
    budget += [f"{limits.tokens:,} tokens"] if limits.tokens is not None else []
    budget += [f"{limits.calls} calls of the model"] if limits.calls is not None else []
    return {
        "generation": str(birth.generation),
        "purpose": context.purpose,
        "marker": marker,
        "recent": fence(clip(bullets(birth.recent), SHOWN), marker),
        "newest": fence(clip(newest, SHOWN), marker),
        "lessons": fence(clip(bullets(context.lessons), 2 * SHOWN), marker),
        "map": clip(files, 4 * SHOWN),
        "budget": ", ".join(budget),
    }
