"""One life on the operator's instruction: what it is told, and who has to agree before the lineage moves. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from controller.contract import CHECKS, SENTENCE_CHARS, TITLE_CHARS, Goal, one_line
from controller.errors import RequestError
from controller.generation.outcome import Outcome
from controller.ledger.report import Report

Consent = Literal["", "ask", "never"]  # ask: a person agrees before the lineage moves; never: it does not move
REFUSED = Report("operator", "refuse", "a person looked at it and said no")


@dataclass(frozen=True)
class Proposal:
    """What a life left, before anything is recorded. `attempt`: the commit that it pushed, or None."""

    generation: int
    parent: str
    attempt: str | None
    outcome: Outcome
    reports: tuple[Report, ...]


@dataclass(frozen=True)
class Directed:
    """The instruction. `approve` is asked where consent is `ask`."""

    goal: Goal
    consent: Consent = ""
    approve: Callable[[Proposal], bool] | None = None


def instruction(text: str, files: Sequence[str] = (), done_when: Sequence[str] = ()) -> Goal:
    """An instruction as a goal; its why holds what the title has no room for, and the files. Raises RequestError."""
    said = one_line(text, len(text) + 1)
    title = said if len(said) <= TITLE_CHARS else said[: TITLE_CHARS - 1].rsplit(" ", 1)[0] + "…"
    rest = said[len(title) - 1 :].strip() if title != said else ""
    why = " ".join(filter(None, [f"…{rest}" if rest else "", f"Files: {', '.join(files)}." if files else ""]))
    if not said:
        raise RequestError("the instruction is empty; say what the life is to do")
    if len(why) > SENTENCE_CHARS:
        raise RequestError(
            f"the instruction is {len(why) - SENTENCE_CHARS} characters too long; "
            "say it shorter, or put it into a file of the genome and name that"
        )
    if len(done_when) > CHECKS or any(not 0 < len(check.strip()) <= TITLE_CHARS for check in done_when):
        raise RequestError(f"--done-when: at most {CHECKS} commands of at most {TITLE_CHARS} characters")
    return Goal(title=title, why=why, done_when=tuple(done_when))
