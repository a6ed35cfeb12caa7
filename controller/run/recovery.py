"""Tries that did not come to their end in the controller that began them."""

from controller.contract import ABORTED
from controller.events.kinds import Aborted
from controller.generation.consent import DRY_RUN
from controller.generation.generation import finish
from controller.generation.parts import Parts
from controller.ledger.journal import Run
from controller.ledger.life import Life, Try


def take_up(parts: Parts, run: Run) -> bool:
    """Finish what a dead controller left: an ended life is judged and recorded, another one is aborted.

    Returns whether one of them was this run's dry run. Raises Held where the gates cannot judge it.
    """
    dry_run = False
    for tried in parts.journal.open_tries(parts.lineage.branch):
        parts.sweep(tried)
        parts.calls.book(tried.id)
        life = parts.journal.life(tried)
        if not is_next(parts, life):
            abort(parts, tried, "the lineage was moved meanwhile")
        elif not can_be_judged(parts, life):
            abort(parts, tried, "the controller ended")
        else:
            before = parts.number()
            life = finish(parts, life)
            if tried.run == run.id:
                dry_run = dry_run or (life.outcome.detail == DRY_RUN and parts.dry)
            elif parts.number() > before:
                parts.journal.one_more(run.id)  # this run is to live all that it was asked for
    return dry_run


def is_next(parts: Parts, life: Life) -> bool:
    """Whether the lineage still stands where the life began, or already at the commit that was made of it."""
    made = None
    if life.commit is not None:
        made = life.commit.tip
    return parts.lineage.head() in (life.tried.stood, made)


def can_be_judged(parts: Parts, life: Life) -> bool:
    """Whether a life came to its end, and what it pushed is fetched or can be."""
    return life.ended and (life.push is not None or parts.folder(life.tried).exists())


def abort(parts: Parts, tried: Try, reason: str) -> None:
    """End a try that was not lived to its end; the same generation is lived again."""
    parts.discard(tried)  # first: on a full disk it makes room to write down the rest
    parts.calls.book(tried.id)
    parts.journal.end_try(tried.id, ABORTED, reason)
    parts.notify(Aborted(tried.generation, tried.number, reason))
