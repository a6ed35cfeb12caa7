"""The printed week."""


def week(kiln, first):
    """A line for each of seven days."""
    return [f"day {day}: {kiln.free(day)} free" for day in range(first, first + 7)]
