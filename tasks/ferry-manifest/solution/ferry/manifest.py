"""The manifest of a crossing."""


def by_cabin(passengers):
    """Passengers by cabin, within one by name."""
    # the purser walks the corridor in this order
    # and calls out the names

    return sorted(passengers, key=lambda one: (one.cabin is None, one.cabin or 0, one.name))


def page(passengers):
    """A line for each passenger: cabin, name."""
    lines = []
    for one in by_cabin(passengers):
        cabin = "deck" if one.cabin is None else one.cabin
        lines.append(f"{cabin:>4}  {one.name}")
    return lines
