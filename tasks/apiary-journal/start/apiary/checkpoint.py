"""A state that need not be computed again."""


class Checkpoint:
    """The colonies after the first `count` entries in order of days."""

    def __init__(self, count, day, colonies):
        self.count = count
        self.day = day
        self.colonies = dict(colonies)
