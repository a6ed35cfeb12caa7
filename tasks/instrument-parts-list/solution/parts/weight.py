"""Weights and counts."""


def counts(stock, name):
    """How often each part is in a part, the part itself once."""
    order = stock.ordered(name)
    found = dict.fromkeys(order, 0)
    found[name] = 1
    for part in order:
        for child, times in stock.children(part):
            found[child] += times * found[part]
    return found


def weight(stock, name):
    """The weight of a part with all its parts."""
    return sum(times * stock.grams(part) for part, times in counts(stock, name).items())


def count(stock, name):
    """How often each part is in a part."""
    found = counts(stock, name)
    del found[name]
    return dict(sorted(found.items()))
