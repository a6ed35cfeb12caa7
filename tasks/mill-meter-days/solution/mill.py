"""Consumption of the mill by day."""

import csv
from datetime import date, timedelta

WRAP = 100_000


def days(source, target):
    """Read a meter's file, write the days."""
    readings = set()
    with open(source, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["counter"].strip() not in ("", "-"):
                day, hour = row["at"].split()
                readings.add((date.fromisoformat(day), hour, int(row["counter"])))
    counts, midnights = {}, {}
    for day, hour, counter in readings:
        counts[day] = counts.get(day, 0) + 1
        if hour == "00:00":
            midnights[day] = counter
    lines = ["date,hours,readings,kwh"]
    if counts:
        day = min(counts)
        while day <= max(counts):
            following = day + timedelta(days=1)
            used = ""
            if day in midnights and following in midnights:
                used = (midnights[following] - midnights[day]) % WRAP
            lines.append(f"{day},{hours(day)},{counts.get(day, 0)},{used}")
            day = following
    with open(target, "w", encoding="utf-8", newline="") as file:
        file.write("\n".join(lines) + "\n")


def hours(day):
    """How many hours the clock on the wall counts."""
    last_sunday = day.weekday() == 6 and day.day > 24
    if last_sunday and day.month == 3:
        return 23
    if last_sunday and day.month == 10:
        return 25
    return 24
