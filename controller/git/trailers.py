"""A generation's commit message: one line, then its trailers. Pure."""

from collections.abc import Mapping

from controller.contract import LINE_CHARS, TRAILER_PREFIX, TRAILERS, one_line


def message(generation: int, outcome: str, says: str, facts: Mapping[str, str]) -> str:
    """A generation's commit message: one line, then every trailer, in order. A value is never more than one line."""
    missing = set(TRAILERS) ^ set(facts)
    if missing:
        raise KeyError(f"a generation's trailers must be exactly the contract's; differing: {sorted(missing)}")
    subject = one_line(f"Generation {generation} {outcome}: {says}", LINE_CHARS)
    trailers = [f"{TRAILER_PREFIX}{name}: {one_line(facts[name]) or '-'}" for name in TRAILERS]
    return "\n".join([subject, "", *trailers, ""])
