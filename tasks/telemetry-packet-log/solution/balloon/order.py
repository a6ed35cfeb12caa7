"""In which order packets were sent."""


class Order:
    """Tells the numbers of packets."""

    def __init__(self):
        self.lowest = None
        self.highest = None

    def note(self, number):
        """Take notice of a number that arrived; gives the full number."""
        if self.highest is None:
            self.lowest = self.highest = number
            return number
        full = self.highest + (number - self.highest + 128) % 256 - 128
        self.highest = max(self.highest, full)
        self.lowest = min(self.lowest, full)
        return full

    def missing(self, received):
        """Numbers that should have arrived and did not."""
        if self.highest is None:
            return []
        return [number for number in range(self.lowest, self.highest) if number not in received]
