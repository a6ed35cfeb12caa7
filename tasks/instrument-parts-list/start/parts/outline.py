"""The printed list."""


def outline(stock, name, times=1, depth=0):
    """Lines of the parts list."""
    yield f"{'  ' * depth}{times} x {name}"
    for child, count in stock.children(name):
        yield from outline(stock, child, count, depth + 1)
