"""Where lines come from."""


def lines(path):
    """The lines of a file."""
    with open(path, encoding="utf-8") as file:
        return (line.rstrip("\n") for line in file)
