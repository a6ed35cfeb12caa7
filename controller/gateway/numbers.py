"""Numbers from outside: what a provider counts, what a client asks for. Each has a range before it is used. Pure.

The ledger's columns end at 2**63 - 1: sums of what is read here stay far below.
"""

from typing import Any

MOST_TOKENS = 10**12  # of one kind in one call: no honest count is larger
MOST_ASKED = 10**9  # tokens that a request may ask for
MOST_NANODOLLARS = 10**17  # of one call


def count(value: Any) -> int | None:
    """A count that somebody tells, `MOST_TOKENS` at most; None: it tells none (no whole number, or below 0)."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return None
    return min(value, MOST_TOKENS)


def cost(nanodollars: int) -> int:
    """What a call cost, as far as the ledger counts."""
    return min(nanodollars, MOST_NANODOLLARS)
