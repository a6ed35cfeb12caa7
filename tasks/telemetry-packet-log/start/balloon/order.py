"""In which order packets were sent."""


class Order:
    """Tells the numbers of packets."""

    def __init__(self):
        self.lowest = None
        self.highest = None

    def note(self, number):
        """Take notice of a number that arrived; gives the full number."""
        if self.highest is None or number > self.highest:
            self.highest = number
        if self.lowest is None or number < self.lowest:
            self.lowest = number
        return number

    def missing(self, received):
        """Numbers that should have arrived and did not."""
        if self.highest is None:
            return []
        return [number for number in range(self.lowest, self.highest) if number not in received]
