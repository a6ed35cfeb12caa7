"""The printed list."""

from parts.stock import Circle


def outline(stock, name):
    """Lines of the parts list."""
    yield f"1 x {name}"
    path = {name: iter(stock.children(name))}
    while path:
        last = next(reversed(path))
        step = next(path[last], None)
        if step is None:
            del path[last]
            continue
        child, times = step
        if child in path:
            way = [*path, child]
            raise Circle(way[way.index(child) :])
        below = iter(stock.children(child))
        yield f"{'  ' * len(path)}{times} x {child}"
        path[child] = below
