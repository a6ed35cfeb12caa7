"""Gate 2: agent_context.json is its parent's plus exactly one new entry, within its caps."""

import unicodedata

from pydantic import ValidationError

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, ENTRY_BYTES, AgentContext
from controller.gates.candidate import Candidate
from controller.ledger.report import Report
from controller.memory import proposal

NAME = "context"
BIDIRECTIONAL = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def context(candidate: Candidate) -> Report:
    """Refuses a memory that is broken, too large, rewritten, or that claims what only the controller can know."""
    text = candidate.lineage.read(candidate.commit, CONTEXT_FILE, CONTEXT_BYTES)
    if text is None:
        return Report(NAME, "refuse", f"{CONTEXT_FILE} is missing or larger than {CONTEXT_BYTES:,} bytes")
    try:
        after = AgentContext.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return Report(NAME, "refuse", f"{CONTEXT_FILE}: {where or 'the file'}: {first['msg']}")
    before, problem = candidate.before, ""
    if after.purpose != before.purpose:
        problem = "the purpose is the operator's and may not be changed"
    elif len(after.history) != len(before.history) + 1:
        problem = f"exactly one new history entry is needed, {len(after.history) - len(before.history)} were found"
    elif after.history[:-1] != before.history:
        problem = "an older history entry was changed"
    elif after.history[-1].facts is not None:
        problem = "the new entry claims facts; those are the controller's to write"
    elif proposal(before, after, candidate.generation) is None:
        problem = f"the new entry must be of generation {candidate.generation} and hold a claim"
    elif len(after.history[-1].model_dump_json().encode()) > ENTRY_BYTES:
        problem = f"the new entry is larger than {ENTRY_BYTES:,} bytes"
    elif odd := unprintable(after):
        problem = f"{odd} holds a control character or a line break; its texts are single printable lines"
    elif candidate.goal is None and before.goal and before.goal.status == "open" and after.goal != before.goal:
        problem = "the open goal was changed; a goal's text, checks, status and attempts are fixed once it is open"
    return Report(NAME, "refuse", f"{CONTEXT_FILE}: {problem}") if problem else Report(NAME, "pass")


def unprintable(after: AgentContext) -> str:
    """Which text of a life's steers a terminal, breaks a line or turns its reading round; a diff and commands may."""
    entry, goal = after.history[-1], after.goal
    told = {"goal": entry.goal, "seen": entry.seen} | (
        entry.claim.model_dump(exclude={"mutant"}) if entry.claim else {}
    )
    texts = {f"history.{len(after.history) - 1}.{name}": text for name, text in told.items()}
    texts |= {"goal.title": goal.title, "goal.why": goal.why} if goal else {}
    texts |= {f"lessons.{number}": lesson for number, lesson in enumerate(after.lessons)}
    return next((name for name, text in texts.items() if any(map(steers, text))), "")


def steers(char: str) -> bool:
    """Whether a character is no letter, sign or blank, but an order to whoever shows it."""
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(char) in BIDIRECTIONAL
