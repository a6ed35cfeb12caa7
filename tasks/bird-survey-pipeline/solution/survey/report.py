"""The report of a year."""

from contextlib import closing

from survey.source import lines
from survey.stages import Tally, known, parsed


class Summary:
    """What is known of one species."""

    def __init__(self):
        self.records = 0
        self.days = {}
        self.places = set()

    def add(self, record):
        """Take a record in."""
        self.records += 1
        self.days[record.day] = self.days.get(record.day, 0) + record.count
        self.places.add(record.place)

    def text(self, name):
        """The report's line."""
        if not self.records:
            return f"{name}: none"
        most = min(self.days, key=lambda day: (-self.days[day], day))
        birds = sum(self.days.values())
        return f"{name}: {birds} birds in {self.records} records at {len(self.places)} places, most on {most}"


def report_lines(source, species, limit=10):
    """The report of lines. Raises TooManyBad."""
    tally = Tally()
    summaries = {name: Summary() for name in species}
    for record in known(parsed(source, tally, limit), summaries):
        summaries[record.species].add(record)
    text = [summary.text(name) for name, summary in summaries.items()]
    return [*text, f"{tally.records} records, {tally.bad} bad lines"]


def report(path, species, limit=10):
    """The report of a file. Raises TooManyBad."""
    with closing(lines(path)) as source:
        return report_lines(source, species, limit)
