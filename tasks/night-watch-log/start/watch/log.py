"""The log as it is written."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Watch:
    """One person's watch."""

    name: str
    begin: datetime
    end: datetime


def moment(date, clock, zone):
    """The UTC time of a date and a clock time."""
    local = datetime.strptime(f"{date} {clock.rstrip('*')}", "%Y-%m-%d %H:%M")
    return zone.to_utc(local)


def read_log(text, zone):
    """All watches of a log."""
    watches = []
    for line in text.splitlines():
        if not line.strip():
            continue
        first, begin, last, end, name = line.split(None, 4)
        watch = Watch(name.strip(), moment(first, begin, zone), moment(last, end, zone))
        if watch.end < watch.begin:
            raise ValueError(f"the watch of {watch.name} ends before it begins: {line}")
        watches.append(watch)
    return watches
