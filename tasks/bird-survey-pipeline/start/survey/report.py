"""The report of a year."""

from survey.source import lines
from survey.stages import Tally, known, parsed


def report_lines(source, species, limit=10):
    """The report of lines."""
    tally = Tally()
    records = known(parsed(source, tally, limit), species)
    last = f"{tally.records} records, {tally.bad} bad lines"
    text = []
    for name in species:
        mine = [record for record in records if record.species == name]
        birds = sum(record.count for record in records)
        days = {}
        for record in mine:
            days[record.day] = days.get(record.day, 0) + record.count
        places = len({record.place for record in mine})
        most = max(days, key=days.get) if days else "never"
        text.append(f"{name}: {birds} birds in {len(mine)} records at {places} places, most on {most}")
    return [*text, last]


def report(path, species, limit=10):
    """The report of a file."""
    return report_lines(lines(path), species, limit)
