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


def parsed(lines, tally, limit):
    """The records of lines."""
    for number, line in enumerate(lines, 1):
        try:
            day, species, count, place = line.split(",")
            yield Record(day, species, int(count), place)
            tally.records += 1
        except ValueError:
            tally.bad += 1
            if tally.bad > limit:
                raise TooManyBad(number)


def known(records, species):
    """The records of some species."""
    for record in records:
        if record.species in species:
            yield record
