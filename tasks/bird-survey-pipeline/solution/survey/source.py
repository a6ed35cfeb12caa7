"""Where lines come from."""


def lines(path):
    """The lines of a file, which is closed when they end or are closed."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")
