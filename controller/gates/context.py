"""Gate 2: agent_context.json is its parent's plus exactly one new entry, within its caps."""

from pydantic import ValidationError

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, ENTRY_BYTES, AgentContext
from controller.gates.candidate import Candidate, Report
from controller.record import proposal

NAME = "context"


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
    elif candidate.goal is None and before.goal and before.goal.status == "open" and after.goal != before.goal:
        problem = "the open goal was changed; a goal's text, checks, status and attempts are fixed once it is open"
    return Report(NAME, "refuse", f"{CONTEXT_FILE}: {problem}") if problem else Report(NAME, "pass")
