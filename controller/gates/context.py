"""The gate context: agent_context.json is its parent's plus exactly one new entry, within its caps."""

import unicodedata

from pydantic import ValidationError

from controller.contract import CONTEXT_BYTES, CONTEXT_FILE, ENTRY_BYTES, LEFT_GOAL, AgentContext
from controller.gates.candidate import Candidate
from controller.ledger.report import Report
from controller.memory import left_goal, proposal

NAME = "context"
BIDIRECTIONAL = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
STEERING = ("Cc", "Cs", "Zl", "Zp")  # categories of control characters, lone surrogates, and ends of lines


def context(candidate: Candidate) -> Report:
    """Refuses a memory that is broken, too large, rewritten, or that claims what only the controller can know."""
    text = candidate.lineage.read(candidate.commit, CONTEXT_FILE, CONTEXT_BYTES)
    if text is None:
        return Report(NAME, "refuse", f"{CONTEXT_FILE} is missing or larger than {CONTEXT_BYTES:,} bytes")
    try:
        after = AgentContext.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        return Report(NAME, "refuse", f"{CONTEXT_FILE}: {place}: {first['msg']}")
    problem = problem_of_history(candidate, after) or problem_of_texts(candidate, after)
    if problem:
        return Report(NAME, "refuse", f"{CONTEXT_FILE}: {problem}")
    return Report(NAME, "pass")


def problem_of_history(candidate: Candidate, after: AgentContext) -> str:
    """What is wrong where the memory is not the parent's and one new entry more."""
    before = candidate.before
    if after.purpose != before.purpose:
        return "the purpose is the operator's and may not be changed"
    more = len(after.history) - len(before.history)
    if more != 1:
        return f"exactly one new history entry is needed, {more} were found"
    if after.history[:-1] != before.history:
        return "an older history entry was changed"
    if after.history[-1].facts is not None:
        return "the new entry claims facts; those are the controller's to write"
    if proposal(before, after, candidate.generation) is None:
        return f"the new entry must be of generation {candidate.generation} and hold a claim"
    return ""


def problem_of_texts(candidate: Candidate, after: AgentContext) -> str:
    """What is wrong with the new entry's size, with a text of the life's, or with the open goal."""
    if len(after.history[-1].model_dump_json().encode()) > ENTRY_BYTES:
        return f"the new entry is larger than {ENTRY_BYTES:,} bytes"
    for name, text in texts(after).items():
        if any(steers(char) for char in text):
            return f"{name} holds a control character or a line break; its texts are single printable lines"
    open_goal = candidate.before.goal
    is_open = candidate.goal is None and open_goal is not None and open_goal.status == "open"
    if is_open and after.goal != open_goal and not left_goal(candidate.before, after):
        return (
            "the open goal was changed; a goal's text, checks, status and attempts are fixed once it is open; a life "
            f"may leave it for another, where `seen` says why, beginning with {LEFT_GOAL!r}"
        )
    return ""


def texts(after: AgentContext) -> dict[str, str]:
    """The texts of a life's that are shown on one line, by where they stand; a diff and commands are none."""
    entry = after.history[-1]
    said = {"goal": entry.goal, "seen": entry.seen}
    if entry.claim:
        said |= entry.claim.model_dump(exclude={"mutant"})
    found = {f"history.{len(after.history) - 1}.{name}": text for name, text in said.items()}
    if after.goal:
        found |= {"goal.title": after.goal.title, "goal.why": after.goal.why}
    for number, lesson in enumerate(after.lessons):
        found[f"lessons.{number}"] = lesson
    return found


def steers(char: str) -> bool:
    """Whether a character is an order to whoever shows it: it steers a terminal, ends a line, or turns the reading."""
    return unicodedata.category(char) in STEERING or unicodedata.bidirectional(char) in BIDIRECTIONAL
