"""One lot of seed."""


class Lot:
    """Seed of one harvest: what is left of it, and how well it germinates."""

    def __init__(self, name, grams, tests):
        self.name = name
        self.grams = grams
        self.tests = tests

    def rate(self):
        """The share that sprouted, over all tests."""
        sown = sum(test[0] for test in self.tests)
        if sown == 0:
            return None
        return sum(test[1] for test in self.tests) / sown
