"""Reports."""

NAMES = ("variety", "row", "year")


def keys_of(by):
    """The names in `by`. Raises ValueError."""
    names = by.split("+")
    for name in names:
        if name not in NAMES or names.count(name) > 1:
            raise ValueError(f"cannot report by {name!r} in {by!r}")
    return names


def line(keys, grams, whole):
    """One line of a report."""
    tenths = (grams + 50) // 100
    share = (200 * grams + whole) // (2 * whole) if whole else 0
    return "\t".join([*keys, f"{tenths // 10}.{tenths % 10}", f"{share}%"])


def report(pickings, by="variety", top=None):
    """Kilograms and shares by one or several things. Raises ValueError."""
    names = keys_of(by)
    sums = {}
    for one in pickings:
        key = tuple(getattr(one, name) for name in names)
        sums[key] = sums.get(key, 0) + one.grams
    whole = sum(sums.values())
    empty = [""] * (len(names) - 1)
    ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    shown = ordered[:top]
    lines = [line([str(part) for part in key], grams, whole) for key, grams in shown]
    if len(shown) < len(ordered):
        lines.append(line(["others", *empty], whole - sum(grams for _, grams in shown), whole))
    return [*lines, line(["all", *empty], whole, whole)]
