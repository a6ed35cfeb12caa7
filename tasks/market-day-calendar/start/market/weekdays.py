"""Names of weekdays."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
