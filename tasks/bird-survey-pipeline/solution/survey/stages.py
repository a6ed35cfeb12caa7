"""The stages of the pipeline."""

from collections import namedtuple

Record = namedtuple("Record", "day species count place")


class TooManyBad(Exception):
    """More bad lines than are allowed."""

    def __init__(self, number):
        super().__init__(f"line {number} is one bad line too many")
        self.number = number


class Tally:
    """How many records and bad lines there were."""

    def __init__(self):
        self.records = 0
        self.bad = 0


def record_of(line):
    """The record of a line, or None where it is bad."""
    fields = [field.strip() for field in line.split(",")]
    if len(fields) != 4:
        return None
    day, species, count, place = fields
    try:
        number = int(count)
    except ValueError:
        return None
    if number < 1 or not species or not place:
        return None
    return Record(day, species, number, place)


def parsed(lines, tally, limit):
    """The records of lines. Raises TooManyBad."""
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.strip().startswith("#"):
            continue
        record = record_of(line)
        if record is None:
            tally.bad += 1
            if tally.bad > limit:
                raise TooManyBad(number)
            continue
        tally.records += 1
        yield record


def known(records, species):
    """The records of some species."""
    for record in records:
        if record.species in species:
            yield record
