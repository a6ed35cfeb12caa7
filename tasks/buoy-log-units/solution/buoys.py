"""Daily figures of weather buoys."""

import json
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

METRES_A_SECOND = {"m/s": Fraction(1), "kn": Fraction(1852, 3600), "km/h": Fraction(1000, 3600)}


def daily(source, target):
    """Read a log, write its daily figures."""
    broken, readings = latest(source)
    days = {}
    for (buoy, _), reading in readings.items():
        if reading.get("withdrawn") is not True:
            day = datetime.fromisoformat(reading["at"].replace("Z", "+00:00")).astimezone(timezone.utc).date().isoformat()
            days.setdefault(buoy, {}).setdefault(day, []).append(reading)
    buoys = {buoy: {day: figures(found) for day, found in of_buoy.items()} for buoy, of_buoy in days.items()}
    with open(target, "w", encoding="utf-8") as file:
        file.write(json.dumps({"broken": broken, "buoys": buoys}, indent=1, sort_keys=True) + "\n")


def latest(source):
    """How many lines are broken, and the last line of each reading."""
    broken, readings = 0, {}
    with open(source, encoding="utf-8") as file:
        for line in file:
            if not line.strip():
                continue
            try:
                reading = json.loads(line)
            except ValueError:
                reading = None
            if isinstance(reading, dict):
                readings[reading["buoy"], reading["id"]] = reading
            else:
                broken += 1
    return broken, readings


def figures(readings):
    """The figures of one day."""
    winds = [wind(one["wind"]) for one in readings if one.get("wind")]
    waters = [water(one["water"]) for one in readings if one.get("water")]
    return {
        "readings": len(readings),
        "wind_max_ms": rounded(max(winds)) if winds else None,
        "water_mean_c": rounded(sum(waters) / len(waters)) if waters else None,
    }


def wind(text):
    """Metres a second."""
    value, unit = text.split()
    return Fraction(value) * METRES_A_SECOND[unit]


def water(text):
    """Degrees Celsius."""
    value, unit = text.split()
    return (Fraction(value) - 32) * 5 / 9 if unit == "F" else Fraction(value)


def rounded(value):
    """One decimal, halves away from zero."""
    tenths = abs(value) * 10
    whole = int(tenths + Fraction(1, 2))
    return (whole if value > 0 else -whole) / 10 if whole else 0.0
