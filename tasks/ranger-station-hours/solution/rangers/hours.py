"""Opening hours."""

from datetime import datetime, time, timedelta

from rangers.clock import minute_of
from rangers.days import day_of

DAY, WEEK = 1440, 10080


def days_of(text):
    """The days of a list. Raises ValueError."""
    if text == "daily":
        return list(range(7))
    days = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        begin = day_of(first)
        end = day_of(last) if dash else begin
        days += [(begin + step) % 7 for step in range((end - begin) % 7 + 1)]
    return days


def spans_of(text):
    """The spans of one day, pairs of minutes since its midnight. Raises ValueError."""
    if text == "off":
        return []
    spans = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        begin, end = minute_of(first), minute_of(last)
        if begin == DAY:
            raise ValueError(f"nothing begins at {first}")
        spans.append((begin, end if end > begin else end + DAY))
    spans.sort()
    for (_, end), (begin, _) in zip(spans, spans[1:]):
        if begin <= end:
            raise ValueError(f"spans overlap or touch: {text}")
    return spans


class Hours:
    """When a station is open, week by week."""

    def __init__(self, days):
        self._open = set()
        for day, spans in days.items():
            for begin, end in spans:
                self._open.update((day * DAY + minute) % WEEK for minute in range(begin, end))

    @classmethod
    def parse(cls, text):
        """The hours of a text. Raises ValueError."""
        days = {}
        for rule in text.lower().split(";"):
            parts = rule.replace(" ,", ",").split()
            while len(parts) > 2 and parts[0].endswith(","):
                parts[:2] = [parts[0] + parts[1]]
            if len(parts) != 2:
                raise ValueError(f"not a rule: {rule!r}")
            spans = spans_of(parts[1])
            days.update(dict.fromkeys(days_of(parts[0]), spans))
        return cls(days)

    def is_open(self, moment):
        """Whether the station is open."""
        return moment.weekday() * DAY + moment.hour * 60 + moment.minute in self._open

    def next_change(self, moment):
        """When that changes next, or None."""
        before = self.is_open(moment)
        minute = datetime.combine(moment.date(), time(moment.hour, moment.minute))
        for _ in range(WEEK):
            minute += timedelta(minutes=1)
            if self.is_open(minute) != before:
                return minute
        return None
