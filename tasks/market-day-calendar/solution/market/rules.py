"""Rules of series: which dates they have between two dates."""

import calendar
import re
from datetime import date

from market.weekdays import WEEKDAYS

ORDINALS = {"1st": 0, "2nd": 1, "3rd": 2, "4th": 3, "5th": 4, "last": -1}
FORM = re.compile(r"(?:monthly|every (?:([0-9]+) (days|weeks|months)|(day|week|month)))(?: on (.+))?")


def weekdays_of(text):
    """Numbers of weekdays in order. Raises ValueError."""
    numbers = sorted(WEEKDAYS.index(name) for name in text.split(","))
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"a weekday named twice: {text}")
    return numbers


def day_chooser(text):
    """A function of year and month that gives the day, or None. Raises ValueError."""
    which, _, name = text.partition(" ")
    if not name and which != "last":
        number = int(which)
        if not 1 <= number <= 31:
            raise ValueError(f"no day {number}")
        return lambda year, month: number if number <= calendar.monthrange(year, month)[1] else None
    if which not in ORDINALS:
        raise ValueError(f"cannot read {text!r}")
    place = ORDINALS[which]
    if not name:
        return lambda year, month: calendar.monthrange(year, month)[1]
    weekday = WEEKDAYS.index(name)

    def chosen(year, month):
        first, length = calendar.monthrange(year, month)
        days = range(1 + (weekday - first) % 7, length + 1, 7)
        return days[place] if place < len(days) else None

    return chosen


class Rule:
    """A rule with its first date."""

    def __init__(self, text, first):
        found = FORM.fullmatch(text)
        if not found:
            raise ValueError(f"not a rule: {text!r}")
        self.first = first
        self.step = int(found[1] or 1)
        self.unit = (found[2] or found[3] or "month").removesuffix("s")
        if self.step == 0 or (self.unit == "day") != (found[4] is None):
            raise ValueError(f"not a rule: {text!r}")
        self.days = weekdays_of(found[4]) if self.unit == "week" else [0]
        if self.unit == "month":
            self.choose = day_chooser(found[4])

    def between(self, begin, end):
        """Its dates from `begin` to `end`, in order, lazily."""
        begin = max(begin, self.first)
        if self.unit == "month":
            dates = self.by_months(begin)
        else:
            dates = self.by_days(begin)
        for day in dates:
            if day > end:
                return
            if day >= begin:
                yield day

    def by_days(self, begin):
        """Dates from a little before `begin` on."""
        week = self.unit == "week"
        base = self.first.toordinal() - (self.first.weekday() if week else 0)
        step = self.step * (7 if week else 1)
        number = base + (begin.toordinal() - base) // step * step
        while True:
            for day in self.days:
                if number + day > date.max.toordinal():
                    return
                yield date.fromordinal(number + day)
            number += step

    def by_months(self, begin):
        """Dates from the month of `begin` on."""
        base = self.first.year * 12 + self.first.month - 1
        month = base - (base - begin.year * 12 - begin.month + 1) // self.step * self.step
        while month < (date.max.year + 1) * 12:
            day = self.choose(month // 12, month % 12 + 1)
            if day is not None:
                yield date(month // 12, month % 12 + 1, day)
            month += self.step
