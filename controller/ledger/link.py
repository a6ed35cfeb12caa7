"""The hash that links a row of the chain to the row before it; the triggers of the schema call it."""

import hashlib
from typing import Any

FUNCTION = "heirloom_link"  # its name in SQL

# What is hashed, in this order, as the triggers of 0003_chain.sql and 0007_money.sql name it
CALL_COLUMNS = ("id", "try", "run", "at", "model", "status", "settled", "input", "cached", "written", "output")
ANCHOR_COLUMNS = ("id", "at", "run", "tokens", "calls", "added_tokens", "added_calls", "why")
PRICED_CALL_COLUMNS = (*CALL_COLUMNS, "long", "compacted", "cost")
PRICED_ANCHOR_COLUMNS = (*ANCHOR_COLUMNS, "dollars", "added_dollars")


def link(before: str, *values: Any) -> str:
    """The hash of a row: over the hash of the row before it ("" before the first) and its own values."""
    return hashlib.sha256(repr((before, *values)).encode()).hexdigest()
