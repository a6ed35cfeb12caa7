"""Times of day as timetables write them."""


def minute_of(clock):
    """Minutes since the service day's midnight."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
