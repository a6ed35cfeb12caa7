"""All lots of the bank."""

from seedbank.lot import Lot


class Ledger:
    """Lots by name."""

    def __init__(self):
        self._lots = {}

    def open_lot(self, name, grams, tests=()):
        """Begin a lot. Raises ValueError where there is one of that name."""
        if name in self._lots:
            raise ValueError(f"there is a lot {name} already")
        self._lots[name] = Lot(name, grams, list(tests))

    def enter_test(self, name, sown, sprouted):
        """Add a germination test. Raises ValueError where more sprouted than were sown."""
        if sprouted > sown:
            raise ValueError("more seeds sprouted than were sown")
        self._lots[name].tests.append((sown, sprouted))

    def rate(self, name):
        """The germination rate of a lot, or None before any test."""
        return self._lots[name].rate()

    def withdraw(self, name, grams):
        """Take seed out of a lot. Raises ValueError where there is less."""
        lot = self._lots[name]
        if grams > lot.grams:
            raise ValueError(f"lot {name} holds only {lot.grams} g")
        lot.grams -= grams

    def grams(self, name):
        """What is left of a lot."""
        return self._lots[name].grams
