"""Weights and counts."""


def weight(stock, name):
    """The weight of a part with all its parts."""
    total = stock.grams(name)
    for child, count in stock.children(name):
        total += count * weight(stock, child)
    return total


def count(stock, name):
    """How often each part is in a part."""
    found = {}
    for child, times in stock.children(name):
        found[child] = found.get(child, 0) + times
        for below, number in count(stock, child).items():
            found[below] = found.get(below, 0) + times * number
    return dict(sorted(found.items()))
