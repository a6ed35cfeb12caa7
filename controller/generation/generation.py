"""One try at a generation. Each phase is journalled, with all it needs, before it begins.

live (the child ended) → judge (what it pushed is here, its outcome is known) → consent → record (the commit is made)
A phase that a dead controller left is found in the journal and repeated; equal data make equal commits.
"""

from controller.generation.consent import consent
from controller.generation.judge import judge
from controller.generation.parts import Parts
from controller.generation.record import record
from controller.ledger.life import Life


def finish(parts: Parts, life: Life) -> Life:
    """From a life's end to its record. Takes up whatever phase the journal stands at.

    Raises Held where the gates cannot check; the try stays open and is judged again.
    """
    life = life if life.judged else judge(parts, life)
    parts.put_away(life.tried)  # while the try is still open: a controller that dies here leaves no stray folder
    return record(parts, consent(parts, life))
