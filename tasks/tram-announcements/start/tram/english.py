"""Announcements in English."""


def join(names):
    """A list of names."""
    text = ""
    for number, name in enumerate(names):
        if number == 0:
            text = text + name
        elif number == len(names) - 1:
            text = text + " and " + name
        else:
            text = text + ", " + name
    return text


def next_stop(stop, lines):
    """The next stop."""
    if len(lines) == 0:
        return "The next stop is " + stop + "."
    if len(lines) == 1:
        return "The next stop is " + stop + ". Change here for line " + join(lines) + "."
    return "The next stop is " + stop + ". Change here for lines " + join(lines) + "."


def delay(minutes):
    """A delay."""
    if minutes < 2:
        return ""
    return "We are " + str(minutes) + " minutes late."


def terminus(stop):
    """The last stop."""
    return stop + " is the last stop. All change, please."
