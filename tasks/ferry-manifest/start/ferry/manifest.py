"""The manifest of a crossing."""


def by_cabin(passengers):
    """Passengers by cabin, within one by name."""
    # the purser walks the corridor in this order
    # and calls out the names

    return sorted(passengers, key=lambda one: (one.cabin, one.name))


def page(passengers):
    """A line for each passenger: cabin, name."""
    return [f"{one.cabin:>4}  {one.name}" for one in by_cabin(passengers)]
