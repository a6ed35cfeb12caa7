"""Days of the week."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def day_of(text):
    """0 for Monday. Raises ValueError."""
    if text not in DAYS:
        raise ValueError(f"not a day: {text!r}")
    return DAYS.index(text)
