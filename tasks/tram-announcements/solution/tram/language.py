"""What is alike in all languages."""


class Language:
    """Announcements, made of the texts of one language."""

    def __init__(self, following, one, many, comma, last_comma, late, patience, end):
        self.following = following
        self.change = (one, many)
        self.commas = (comma, last_comma)
        self.late = late
        self.patience = patience
        self.end = end

    def next_stop(self, stop, lines):
        """The next stop."""
        text = f"{self.following} {stop}."
        if not lines:
            return text
        comma, last_comma = self.commas
        listed = last_comma.join([comma.join(lines[:-1]), lines[-1]][len(lines) < 2 :])
        return f"{text} {self.change[len(lines) > 1]} {listed}."

    def delay(self, minutes):
        """A delay."""
        return self.late.format(minutes) if minutes >= self.patience else ""

    def terminus(self, stop):
        """The last stop."""
        return self.end.format(stop)
