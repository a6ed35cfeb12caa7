"""A month of readings."""


def mean(values):
    """The mean of what was measured, or None."""
    found = [value for value in values if value is not None]
    return sum(found) / len(found) if found else None


def summary(readings):
    """Mean degrees and total rain of each station."""
    stations = {}
    for reading in readings:
        stations.setdefault(reading.name, []).append(reading)
    result = {}
    for name, found in stations.items():
        rain = sum(one.rain for one in found if one.rain)
        result[name] = (mean([one.degrees for one in found]), float(rain))
    return result
