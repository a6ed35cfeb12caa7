"""Times of day."""

import re

CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")


def minute_of(text):
    """Minutes since midnight; `24:00` is 1440. Raises ValueError."""
    found = CLOCK.fullmatch(text)
    if not found or (found[1] == "24" and found[2] != "00"):
        raise ValueError(f"not a time of day: {text!r}")
    return int(found[1]) * 60 + int(found[2])
