"""Who has to agree before the lineage moves: nobody, or a person whom the instruction names; or it does not move."""

from dataclasses import replace

from controller.contract import ABORTED, EVOLVED, REFUSED, Outcome
from controller.errors import RequestError
from controller.generation.parts import Parts
from controller.ledger.life import Life
from controller.ledger.phases import Approval, Result
from controller.ledger.report import Report

DRY_RUN = "dry run"
SAID_NO = Report("operator", "refuse", "a person looked at it and said no")


def consent(parts: Parts, life: Life) -> Life:
    """What may be recorded of a life: as it is, or as whoever gave the instruction decides. The answer is journalled.

    Raises RequestError where nobody is here to be asked.
    """
    if not life.outcome.kind.generation or life.spawn is None:
        return life
    if life.spawn.consent == "never":
        show(parts, life)
        return life.after([Result(Outcome(ABORTED, DRY_RUN))])
    if life.spawn.consent != "ask" or life.outcome.name != EVOLVED:
        return life
    life = approved(parts, life)
    assert life.approval is not None and life.result is not None
    if life.approval.yes:
        return life
    reports = (*life.result.reports, SAID_NO)
    return life.after([replace(life.result, outcome=Outcome(REFUSED, SAID_NO.name), reports=reports, met=False)])


def show(parts: Parts, life: Life) -> None:
    """Show what a dry run left to whoever asked for it, where they are here."""
    if parts.dry and parts.instruction is not None and parts.instruction.approve is not None:
        parts.instruction.approve(life)


def approved(parts: Parts, life: Life) -> Life:
    """The life with a person's answer, journalled; one that was given is not asked for again. Raises RequestError."""
    if life.approval is not None:
        return life
    if parts.instruction is None or parts.instruction.approve is None:
        raise RequestError(
            f"generation {life.tried.generation} waits for a person's yes or no: give the same "
            "`heirloom instruct --approve` again"
        )
    return parts.journal.begin_phase(life, Approval(parts.instruction.approve(life)))
