"""Reports."""


def report(pickings):
    """Kilograms by variety."""
    sums = {}
    for one in pickings:
        sums[one.variety] = sums.get(one.variety, 0) + one.grams
    return [f"{variety}\t{grams / 1000:.1f}" for variety, grams in sorted(sums.items())]
